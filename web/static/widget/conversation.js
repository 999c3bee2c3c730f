/**
 * One conversation as the customer holds it: its messages, who has it, and what is on its way.
 * Knows no page. Tells: `cleared`, `message` and `withdrawn` (a message), `suggestions` (a list), `status`
 * (a word), `typing` (whether a person writes), `concluded` (a decision), `lost` (the unsent text, when the
 * server no longer has this conversation), `asked` (the team asked something that is answered here).
 */

import * as api from "./api.js";
import { locale, t } from "./i18n.js";
import { LiveEvents } from "./live.js";
import { keep, recall } from "./memory.js";
import { Problem } from "./problem.js";

const PEOPLE_HAVE_IT = new Set(["waiting", "with_agent"]);
const TRIES = 3;
const WRITING_MS = 5000;

/** Where the customer is: on the site's own page, or on one of our help center. */
function channelOf(page) {
  const at = page ? new URL(page, location.href) : null;
  const ours = at?.origin === location.origin && /^\/help(\/|$)/.test(at.pathname);
  return ours ? "help_center" : "widget";
}

export class Conversation {
  status = "with_assistant";
  #site;
  #on;
  #ticket = recall() ?? {};
  #begun = null;
  #resumed = false;
  #left = false;
  #messages = [];
  #sending = Promise.resolve();
  #live = null;
  #inView = false;
  #wroteAt = 0;
  // Keys of messages that the server is known to have.
  #delivered = new Set();
  // Ids of messages that were seen on an earlier page.
  #old = new Set();

  /** `site` tells of the page around: `{page, context, known}`, `known` once it is clear who the visitor is;
   * `on` holds what is to be done with each thing that is told. */
  constructor(site, on) {
    this.#site = site;
    this.#on = on;
  }

  get emailLeft() {
    return Boolean(this.#ticket.emailLeft);
  }

  get withPeople() {
    return PEOPLE_HAVE_IT.has(this.status);
  }

  get hasQuestions() {
    return this.#messages.some(({ author }) => author === "customer");
  }

  /** What was said so far, as it is shown. */
  get messages() {
    return this.#messages.filter(({ state }) => state !== "thinking");
  }

  get id() {
    return this.#ticket.id;
  }

  /** The customer has all of it before their eyes. */
  saw() {
    const seen = this.#messages.findLast(({ id }) => id)?.id;
    if (seen) this.#keep({ seen });
  }

  /** Whether it came after what they had seen when this page began. */
  isNew({ id }) {
    return !this.#old.has(id);
  }

  /** Go on with the conversation that this browser keeps, or start one. A Problem leaves it to be tried again. */
  begin() {
    this.#begun ??= this.#resumeOrStart().catch((error) => {
      this.#begun = null;
      throw Problem.from(error);
    });
    return this.#begun;
  }

  /** Show the message at once and deliver it, after those before it; `more.upload(key)` sends what is no words. */
  send(text, more) {
    const message = this.#put({ key: newKey(), author: "customer", text, state: "sending", at: new Date(), ...more });
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
    const called = await this.call("/handoff", email ? { email } : {});
    if (email) this.#keep({ emailLeft: true });
    called.messages.forEach((message) => this.#arrived(shown(message)));
    this.#setStatus(called.status);
  }

  /** A proactive message that was opened on the page becomes part of the conversation, once. */
  async takeUp(id) {
    await this.begin();
    const { message } = await this.call("/nudges", { nudge_id: id });
    if (message) this.#arrived(shown(message));
  }

  /** Read or, with a `body`, post something of this conversation: `call("/survey", {csat: 5})`. */
  call(path, body, options) {
    return api.call(`conversations/${this.id}${path}`, { token: this.#ticket.token, body, ...options });
  }

  /** For the person who may take over: a `page`, an `article` or a `search` of the customer's. */
  looked(what, of) {
    if (this.id) this.call("/looked", { what, of }).catch(() => {});
  }

  /** Something is being written: the person who has the conversation sees that more is coming. */
  writes() {
    if (!this.withPeople || Date.now() - this.#wroteAt < WRITING_MS) return;
    this.#wroteAt = Date.now();
    this.call("/typing", {}).catch(() => {});
  }

  /** The customer's thumb under an answer; `more` is a reason or a comment. */
  rate({ id }, helpful, more = {}) {
    return api.call(`messages/${id}/feedback`, { token: this.#ticket.token, body: { helpful, ...more } });
  }

  /** While the page is in view, a person may step in; out of view, only who waits for one is told at once. */
  follow(inView) {
    this.#inView = inView;
    this.#follow();
  }

  /** Leave it where it is: nothing is told any more. */
  leave() {
    this.#left = true;
    this.#live?.stop();
  }

  async #resumeOrStart() {
    await this.#site.known;
    // Meanwhile somebody else may be here: what is kept is theirs.
    if (this.#left) throw new Problem("gone");
    const kept = recall();
    if (kept?.id && (await this.#resume(kept))) return;
    this.#ticket = kept ?? {};
    const { page, context } = this.#site;
    const opened = await api.call("conversations", {
      body: {
        locale,
        page_url: page,
        channel: channelOf(page),
        context,
        visitor_token: kept?.visitorToken,
      },
    });
    const { id, token, visitor_token: visitorToken, greeting, suggestions, status } = opened;
    this.#keep({ id, token, visitorToken, greeting, suggestions, page });
    this.#open({ status, messages: [] });
  }

  async #resume(kept) {
    try {
      const stored = await api.call(`conversations/${kept.id}`, { token: kept.token });
      this.#resumed = true;
      this.#ticket = kept;
      this.#open(stored);
      if (stored.follow_up_due || stored.relationship_waits) this.#tell("asked");
      this.#cameFrom(kept.page);
      return true;
    } catch (error) {
      if (Problem.from(error).kind !== "gone") throw error;
      return false;
    }
  }

  #cameFrom(before) {
    const { page } = this.#site;
    // Opened by itself it is on no page, and what is kept of the last one stays.
    if (!page || page === before) return;
    if (this.hasQuestions) this.looked("page", page);
    this.#keep({ page });
  }

  #open({ status, messages }) {
    const { greeting, suggestions, unsent = [] } = this.#ticket;
    const arrived = new Set(messages.map(({ client_id: clientId }) => clientId));
    const left = unsent.filter(({ key }) => !arrived.has(key) && !this.#messages.some((known) => known.key === key));
    const waiting = left.map((each) => ({ ...each, author: "customer", state: "failed", problem: "offline", at: new Date() }));
    const seen = messages.findIndex(({ id }) => id === this.#ticket.seen);
    this.#old = new Set(messages.slice(0, seen + 1).map(({ id }) => id));
    const here = this.#messages;
    this.#messages = [];
    this.#tell("cleared");
    if (greeting) this.#put({ key: "greeting", author: "assistant", text: greeting, state: "done" });
    for (const message of [...messages.map(shown), ...waiting, ...here]) this.#put(message);
    if (!this.hasQuestions) this.#tell("suggestions", suggestions ?? []);
    this.#setStatus(status);
    this.#fetchMissedReply(messages.at(-1));
    waiting.forEach((message) => this.retry(message));
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
    this.#keepUnsent();
    try {
      await this.begin();
      if (!this.withPeople && !message.upload) this.#put(reply);
      const fetched = message.upload ? message.upload(message.key) : this.#fetch(message, reply);
      this.#follow();
      await fetched;
      this.#put({ ...message, state: "sent" });
    } catch (error) {
      this.#failed(message, reply, Problem.from(error));
    }
    this.#keepUnsent();
  }

  // A reply that was cut in its middle is asked for again by its key: it goes on where it stopped.
  async #fetch(message, reply) {
    for (let left = TRIES; ; left -= 1) {
      let heard = false;
      try {
        reply.sentences.length = 0;
        for await (const event of api.sendMessage(this.#ticket, { text: message.text, clientId: message.key })) {
          heard = true;
          this.#replied(event, reply);
        }
        return;
      } catch (error) {
        heard ||= this.#delivered.has(message.key);
        if (!heard || left <= 1 || Problem.from(error).kind !== "offline") throw error;
      }
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
    if (!this.withPeople) this.#tell("suggestions", offered(decision, suggestions ?? []));
    this.#tell("concluded", decision);
  }

  #failed(message, reply, { kind }) {
    this.#withdraw(reply);
    if (kind === "gone" && this.#resumed) this.#tell("lost", message.text);
    else this.#put({ ...message, state: "failed", problem: kind });
  }

  // What has not arrived outlives the page: it goes out when the customer is back.
  #keepUnsent() {
    const waits = ({ author, state, problem, upload }) =>
      author === "customer" && !upload && (state === "sending" || problem === "offline");
    const unsent = this.#messages.filter(waits).map(({ key, text }) => ({ key, text }));
    if (unsent.length || this.#ticket.unsent?.length) this.#keep({ unsent });
  }

  #happened({ kind, data }) {
    // A reply that is on its way to this page shows itself, sentence by sentence.
    if (kind === "message" && data.author === "assistant") this.#sending.then(() => this.#arrived(shown(data)));
    else if (kind === "message") this.#arrived(shown(data));
    else if (kind === "typing") this.#tell("typing", data.writing);
    else if (kind !== "error" && data.status) this.#setStatus(data.status);
  }

  // Events tell again what this page has seen. What it believes to have failed may have arrived after all:
  // sent again by its key, it fetches its reply.
  #arrived(message) {
    const known = this.#messages.find(({ id, key }) => id === message.id || key === message.key);
    this.#delivered.add(message.key);
    if (!known) this.#put(message);
    else if (known.state === "failed") this.retry(known);
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
    this.#follow();
    if (this.withPeople) this.#tell("suggestions", []);
    if (!this.withPeople && this.emailLeft) this.#keep({ emailLeft: false });
    this.#tell("status", status);
  }

  #follow() {
    if (!this.#isFollowed) return this.#live?.stop();
    this.#live ??= new LiveEvents(
      (options) => api.liveEvents(this.#ticket, options),
      (event) => this.#happened(event),
    );
    this.#live.start();
  }

  // Nobody steps in where nothing was asked: who only looks costs no connection.
  get #isFollowed() {
    return !this.#left && (this.withPeople || (this.#inView && this.hasQuestions && Boolean(this.id)));
  }

  #keep(changed) {
    this.#ticket = { ...this.#ticket, ...changed };
    if (!this.#left) keep(this.#ticket);
  }

  #tell(kind, detail) {
    if (!this.#left) this.#on[kind](detail);
  }
}

// A stored message as the page shows it; the key of the customer's own is the one they were sent with.
function shown({ id, client_id: clientId, author, created_at: at, locale: spoken, ...said }) {
  return { ...said, key: clientId || id, id, author, spoken, at: at ? new Date(at) : new Date(), state: "done" };
}

// Where the assistant gives up, the way to a person stands among the choices.
function offered(decision, suggestions) {
  const missing = decision === "handoff" && !suggestions.some(({ action }) => action === "handoff");
  return missing ? [...suggestions, { text: t("person"), action: "handoff" }] : suggestions;
}

// Not randomUUID: that needs https or localhost, and a first try in a local network may have neither.
function newKey() {
  return crypto.getRandomValues(new Uint32Array(4)).join("-");
}
