/**
 * One conversation as the customer holds it: its messages, who has it, and what is on its way.
 * Knows no page. Tells: `cleared`, `message` and `withdrawn` (a message), `suggestions` (a list), `status`
 * (a word), `lost` (the unsent text, when the server no longer has this conversation).
 */

import * as api from "./api.js";
import { LiveEvents } from "./events.js";
import { locale, t } from "./i18n.js";
import { keep, recall } from "./memory.js";
import { Problem } from "./problem.js";

const PEOPLE_HAVE_IT = new Set(["waiting", "with_agent"]);

export class Conversation extends EventTarget {
  status = "with_assistant";
  #page;
  #ticket = null;
  #begun = null;
  #resumed = false;
  #left = false;
  #messages = [];
  #sending = Promise.resolve();
  #live = new LiveEvents(
    (options) => api.liveEvents(this.#ticket, options),
    (event) => this.#happened(event),
  );

  /** `page()` tells where the customer is, once that is known. */
  constructor({ page }) {
    super();
    this.#page = page;
  }

  get emailLeft() {
    return Boolean(this.#ticket?.emailLeft);
  }

  get withPeople() {
    return PEOPLE_HAVE_IT.has(this.status);
  }

  get hasQuestions() {
    return this.#messages.some(({ author }) => author === "customer");
  }

  /** Go on with the conversation that this browser keeps, or start one. A Problem leaves it to be tried again. */
  begin() {
    this.#begun ??= this.#resumeOrStart().catch((error) => {
      this.#begun = null;
      throw Problem.from(error);
    });
    return this.#begun;
  }

  /** Show the message at once and deliver it, after those before it. */
  send(text) {
    const message = this.#put({ key: newKey(), author: "customer", text, state: "sending" });
    this.#tell("suggestions", []);
    return this.#queue(message);
  }

  /** Deliver a failed message again: by its key the server knows it, should it have arrived after all. */
  retry(message) {
    this.#withdraw(message);
    return this.#queue(this.#put({ ...message, state: "sending", problem: null }));
  }

  /** The connection is back: what it kept from being sent goes out. */
  retryUnsent() {
    this.#messages.filter(({ problem }) => problem === "offline").forEach((message) => this.retry(message));
  }

  /** A person is called; `email` is where they may answer. */
  async callPerson({ email } = {}) {
    await this.begin();
    const called = await api.callPerson(this.#ticket, email ? { email } : {});
    if (email) this.#keep({ ...this.#ticket, emailLeft: true });
    called.messages.forEach((message) => this.#arrived(shown(message)));
    this.#tell("suggestions", []);
    this.#setStatus(called.status);
  }

  /** Leave it where it is: nothing is told any more. */
  leave() {
    this.#left = true;
    this.#live.stop();
  }

  async #resumeOrStart() {
    const kept = recall();
    if (kept?.id && (await this.#resume(kept))) return;
    const opened = await api.startConversation({
      locale,
      page_url: this.#page(),
      visitor_token: kept?.visitorToken,
    });
    const { id, token, visitor_token: visitorToken, greeting, suggestions } = opened;
    this.#keep({ id, token, visitorToken, greeting, suggestions });
    this.#open({ status: opened.status, messages: [] });
  }

  async #resume(kept) {
    try {
      const stored = await api.readConversation(kept);
      this.#resumed = true;
      this.#ticket = kept;
      this.#open(stored);
      return true;
    } catch (error) {
      if (Problem.from(error).kind !== "gone") throw error;
      return false;
    }
  }

  #open({ status, messages }) {
    const { greeting, suggestions } = this.#ticket;
    const unsent = this.#messages;
    this.#messages = [];
    this.#tell("cleared");
    this.#put({ key: "greeting", author: "assistant", text: greeting, state: "done" });
    for (const message of [...messages.map(shown), ...unsent]) this.#put(message);
    if (!this.hasQuestions) this.#tell("suggestions", suggestions ?? []);
    this.#setStatus(status);
    this.#fetchMissedReply(messages.at(-1));
  }

  // The page was left before the reply came: sent again by its key, the message only fetches it.
  #fetchMissedReply(last) {
    if (last?.author === "customer" && last.client_id && !this.withPeople) this.#queue(shown(last));
  }

  #queue(message) {
    this.#sending = this.#sending.then(() => this.#deliver(message));
    return this.#sending;
  }

  async #deliver(message) {
    const reply = { key: `reply-${message.key}`, author: "assistant", state: "thinking", sentences: [] };
    try {
      await this.begin();
      if (!this.withPeople) this.#put(reply);
      for await (const event of api.sendMessage(this.#ticket, { text: message.text, clientId: message.key })) {
        this.#replied(event, reply);
      }
      this.#put({ ...message, state: "sent" });
    } catch (error) {
      this.#failed(message, reply, Problem.from(error));
    }
  }

  #replied({ kind, data }, reply) {
    if (kind === "sentence") {
      reply.sentences.push(data.html);
      this.#put({ ...reply, state: "streaming" });
    }
    if (kind === "done") this.#concluded(data, reply);
  }

  #concluded({ message, decision, suggestions, conversation }, reply) {
    // Where a person was called meanwhile, the live events may have brought it already.
    const twin = this.#messages.find(({ id, key }) => id && id === message?.id && key !== reply.key);
    if (!message || twin) this.#withdraw(reply);
    else this.#put({ ...shown(message), key: reply.key });
    this.#setStatus(conversation.status);
    this.#tell("suggestions", this.withPeople ? [] : offered(decision, suggestions ?? []));
  }

  #failed(message, reply, { kind }) {
    this.#withdraw(reply);
    if (kind === "gone" && this.#resumed) this.#tell("lost", message.text);
    else this.#put({ ...message, state: "failed", problem: kind });
  }

  #happened({ kind, data }) {
    if (kind === "message") this.#arrived(shown(data));
    else if (kind !== "error" && data.status) this.#setStatus(data.status);
  }

  // Events tell again what this page has seen; what the customer wrote it showed before they did.
  #arrived(message) {
    const known = message.author === "customer" || this.#messages.some(({ id }) => id === message.id);
    if (!known) this.#put(message);
  }

  #put(message) {
    const place = this.#messages.findIndex(({ key }) => key === message.key);
    if (place < 0) this.#messages.push(message);
    else this.#messages[place] = message;
    this.#tell("message", message);
    return message;
  }

  #withdraw(message) {
    this.#messages = this.#messages.filter(({ key }) => key !== message.key);
    this.#tell("withdrawn", message);
  }

  #setStatus(status) {
    this.status = status;
    if (this.#left) return;
    if (this.withPeople) {
      this.#live.start();
    } else {
      this.#live.stop();
      if (this.emailLeft) this.#keep({ ...this.#ticket, emailLeft: false });
    }
    this.#tell("status", status);
  }

  #keep(ticket) {
    this.#ticket = ticket;
    if (!this.#left) keep(ticket);
  }

  #tell(kind, detail) {
    if (!this.#left) this.dispatchEvent(new CustomEvent(kind, { detail }));
  }
}

// A stored message as the page shows it; the key of the customer's own is the one they were sent with.
function shown({ id, client_id: clientId, author, text, html, locale: spoken, citations }) {
  return { key: clientId || id, id, author, text, html, spoken, citations, state: "done" };
}

// Where the assistant gives up, the way to a person stands among the choices.
function offered(decision, suggestions) {
  const missing = decision === "handoff" && !suggestions.some(({ action }) => action === "handoff");
  return missing ? [...suggestions, { text: t("person"), action: "handoff" }] : suggestions;
}

// randomUUID needs https or localhost; a first try in a local network may have neither.
function newKey() {
  if (crypto.randomUUID) return crypto.randomUUID();
  return [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}
