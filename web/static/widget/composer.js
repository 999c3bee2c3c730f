/** Where the customer writes: Enter sends, Shift+Enter breaks the line, and the limit is told early. */

import { limit, number, t } from "./i18n.js";

// From this share of the limit on, what is left is told.
const NEAR = 0.9;

export class Composer {
  #field;
  #button;
  #count;
  #onSend;

  /** `onSend(text)` gets what was written, trimmed and within the limit; `onWriting()` hears that something is being written. */
  constructor(form, { onSend, onWriting }) {
    this.#field = form.querySelector("textarea");
    this.#button = form.querySelector("button");
    this.#count = form.querySelector("[role=status]");
    this.#onSend = onSend;
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.#send();
    });
    this.#field.addEventListener("input", () => (this.#check(), this.#text && onWriting()));
    this.#field.addEventListener("keydown", (event) => this.#typed(event));
    this.#check();
  }

  focus() {
    this.#field.focus();
  }

  clear() {
    this.#field.value = "";
    this.#check();
  }

  get #text() {
    return this.#field.value.trim();
  }

  #typed(event) {
    // An input method's Enter only chooses a word; 229 is how Safari tells.
    const composing = event.isComposing || event.keyCode === 229;
    if (event.key !== "Enter" || event.shiftKey || composing) return;
    event.preventDefault();
    this.#send();
  }

  #send() {
    const text = this.#text;
    if (!text || text.length > limit) return;
    this.clear();
    this.#onSend(text);
    this.focus();
  }

  #check() {
    const { length } = this.#text;
    const tooLong = length > limit;
    this.#button.setAttribute("aria-disabled", !length || tooLong);
    this.#field.setAttribute("aria-invalid", tooLong);
    this.#count.textContent = tooLong
      ? t("too_long", { length: number(length), limit: number(limit) })
      : length > limit * NEAR
        ? t("left", { count: number(limit - length) })
        : "";
    this.#grow();
  }

  #grow() {
    this.#field.style.height = "auto";
    this.#field.style.height = `${this.#field.scrollHeight}px`;
  }
}
