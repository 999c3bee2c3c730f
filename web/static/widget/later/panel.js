/** What lies over the conversation for a while: pages with a way back. The way to a person and the composer stay below it. */

import { button, make } from "../elements.js";
import { t } from "../i18n.js";

export class Panel {
  #transcript;
  #opener;
  #onClose;
  #pages = [];
  #title = make("h2", { id: "panel-title", tabindex: "-1" });
  #body = make("div", { class: "body", tabindex: "0" });
  #area;

  /** Covers `transcript`; the way to a person stays below it. `opener` gets the focus back. */
  constructor(transcript, { opener, onClose }) {
    this.#transcript = transcript;
    this.#opener = opener;
    this.#onClose = onClose;
    const back = button(() => this.back(), { class: "icon back", "aria-label": t("back"), title: t("back") }, "←");
    this.#area = make("section", { id: "panel", "aria-labelledby": "panel-title" }, make("div", { class: "bar" }, back, this.#title), this.#body);
    transcript.before(this.#area);
    transcript.hidden = true;
  }

  /** Show a page; the one before stays behind it. */
  open(title, ...content) {
    if (this.#pages.length) this.#pages.at(-1).scrolled = this.#body.scrollTop;
    this.#pages.push({ title, content });
    this.#show();
    this.#title.focus();
  }

  back() {
    this.#pages.pop();
    if (!this.#pages.length) return this.close();
    this.#show();
    this.#body.scrollTop = this.#pages.at(-1).scrolled;
    this.#title.focus();
  }

  close() {
    if (!this.#area.isConnected) return;
    this.#area.remove();
    this.#transcript.hidden = false;
    this.#onClose();
    this.#opener?.focus();
  }

  #show() {
    const { title, content } = this.#pages.at(-1);
    this.#title.textContent = title;
    this.#body.replaceChildren(...content);
    this.#body.scrollTop = 0;
  }
}

/** A button of a list; `more` stands below its name. */
export function row(name, more, act) {
  const whole = button(act, { class: "row-button" }, make("span", { class: "name", dir: "auto" }, name));
  if (more) whole.append(make("span", { class: "more", dir: "auto" }, more));
  return make("li", {}, whole);
}
