/** The thread on the page: messages as they come and change, and the choices under the last of them. */

import { fold, underAnswer } from "./answer.js";
import { button, make } from "./elements.js";
import { locale, moment, t } from "./i18n.js";
import { safeFragment } from "./safe_html.js";

const NEAR_PX = 80;
const MARGIN_PX = 14;

export class Transcript {
  #log;
  #shown = new Map();
  #suggestions = null;
  #following = true;
  #typing = null;
  #on;

  /** `on` holds `retry(message)`, `choice(suggestion)`, `source(citation)`, `rate(message, helpful)`,
   * `unhelpful(message, row)`, `files(attachments, place)`. */
  constructor(log, on) {
    this.#log = log;
    this.#on = on;
    log.addEventListener("scroll", () => (this.#following = this.#atEnd()));
    // What grows below the thread must not push its last words out of sight.
    new ResizeObserver(() => this.#following && (log.scrollTop = log.scrollHeight)).observe(log);
  }

  show(message) {
    const following = this.#atEnd();
    const known = this.#shown.get(message.key);
    const item = known ?? this.#added(message);
    this.#fill(item, message);
    if (following || message.author === "customer") this.#reveal(item, message);
    return item;
  }

  /** The customer wants the newest words. */
  end() {
    this.#log.focus();
    this.#log.scrollTop = this.#log.scrollHeight;
  }

  withdraw({ key }) {
    this.#shown.get(key)?.remove();
    this.#shown.delete(key);
  }

  suggest(suggestions) {
    const following = this.#atEnd();
    this.#suggestions?.remove();
    this.#suggestions = suggestions.length ? this.#choices(suggestions) : null;
    if (!this.#suggestions) return;
    this.#log.append(this.#suggestions);
    if (following) this.#reveal([...this.#shown.values()].at(-1) ?? this.#suggestions, {});
  }

  /** A person writes at this moment; not read out: their words will be. */
  typing(isWriting) {
    const following = this.#atEnd();
    this.#typing?.remove();
    this.#typing = isWriting ? waitingFor("writing") : null;
    if (!this.#typing) return;
    this.#typing.setAttribute("aria-hidden", "true");
    this.#log.append(this.#typing);
    if (following) this.#log.scrollTop = this.#log.scrollHeight;
  }

  clear() {
    this.#log.replaceChildren();
    this.#shown.clear();
    this.#suggestions = null;
  }

  /** A line of the desk's own, such as that it cannot be reached, with a way on. */
  notice(text, ...ways) {
    const item = make("div", { class: "message system" }, make("p", {}, text), ...ways);
    this.#log.append(item);
    this.#reveal(item, {});
    return item;
  }

  /** Something that belongs at the end of the thread, such as the survey. */
  append(element) {
    this.#log.append(element);
    this.#log.scrollTop = this.#log.scrollHeight;
  }

  #added(message) {
    const item = make(
      "div",
      { class: `message ${message.author}` },
      make("p", { class: message.author === "agent" ? "author" : "author hidden" }, t(message.author)),
      make("div", { class: "text", dir: "auto" }),
    );
    this.#shown.set(message.key, item);
    const last = [this.#suggestions, this.#typing].find((each) => each?.isConnected);
    if (last) last.before(item);
    else this.#log.append(item);
    return item;
  }

  #fill(item, message) {
    item.dataset.state = message.state;
    if (message.spoken && message.spoken !== locale) item.querySelector(".text").lang = message.spoken;
    item.querySelectorAll(".thinking, .sources, .after, .failure").forEach((part) => part.remove());
    const text = item.querySelector(".text");
    if (message.attachments?.length) this.#showFiles(text, message);
    else this.#write(text, message);
    if (message.at && !item.querySelector(":scope > time")) item.append(make("time", { datetime: message.at.toISOString() }, moment(message.at)));
    if (message.state === "thinking") item.append(waitingFor("looking"));
    if (message.state === "failed") item.append(this.#failure(message));
    if (message.state !== "done") return;
    if (message.author === "assistant") fold(text);
    if (!message.rateable) return;
    item.append(...underAnswer(message, {
      onSource: this.#on.source,
      onRate: (helpful) => this.#on.rate(message, helpful),
      onUnhelpful: (row) => this.#on.unhelpful(message, row),
    }));
  }

  // By its name, until what shows files has come.
  #showFiles(place, message) {
    if (place.hasChildNodes()) return;
    place.textContent = message.text;
    this.#on.files(message.attachments, place);
  }

  // Sentences are appended as they come, so that a screen reader hears each once; the whole reply
  // replaces them only where it reads differently.
  #write(place, { author, text, html, sentences, state }) {
    if (state === "streaming") {
      const written = Number(place.dataset.sentences ?? 0);
      sentences.slice(written).forEach((sentence) => place.append(safeFragment(sentence)));
      place.dataset.sentences = sentences.length;
    } else if (html && author !== "customer") {
      const wanted = make("div", {}, safeFragment(html));
      if (squeezed(place) !== squeezed(wanted)) this.#replace(place, wanted.childNodes);
    } else if (place.textContent !== (text ?? "")) {
      place.textContent = text ?? "";
    }
  }

  #replace(place, wanted) {
    // What was heard sentence by sentence is not read out again.
    if (place.hasChildNodes()) {
      this.#log.setAttribute("aria-live", "off");
      setTimeout(() => this.#log.setAttribute("aria-live", "polite"), 200);
    }
    place.replaceChildren(...wanted);
  }

  #failure(message) {
    const again = button(() => this.#on.retry(message), { class: "link" }, t("try_again"));
    return make("p", { class: "failure" }, t(`problem_${message.problem}`), " ", again);
  }

  #choices(suggestions) {
    const buttons = suggestions.map((suggestion) =>
      button(() => this.#on.choice(suggestion), { class: `choice ${suggestion.action}`, dir: "auto" }, suggestion.text),
    );
    return make("div", { class: "choices", role: "group", "aria-label": t("suggestions") }, ...buttons);
  }

  #atEnd() {
    return this.#log.scrollHeight - this.#log.scrollTop - this.#log.clientHeight < NEAR_PX;
  }

  // Down to the newest words, but never past the question they answer or past their own beginning.
  #reveal(item, { author }) {
    const question = author === "assistant" && item.previousElementSibling?.matches(".customer");
    const top = (question ? item.previousElementSibling : item).offsetTop - MARGIN_PX;
    this.#log.scrollTop = Math.min(top, this.#log.scrollHeight - this.#log.clientHeight);
  }
}

function waitingFor(what) {
  const dots = make("span", { class: "dots", "aria-hidden": "true" }, make("i"), make("i"), make("i"));
  return make("p", { class: "thinking" }, dots, t(what));
}

function squeezed({ innerHTML }) {
  return innerHTML.replace(/\s+/g, "");
}
