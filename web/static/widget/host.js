/**
 * The page that embeds the widget, spoken to by messages. Its origin is learned from its own first
 * message (the frame's policy lets only allowed origins embed it) and every answer goes to it by name.
 */

export class Host {
  #origin = null;
  #heard;

  /** `heard` maps a message's type (hello, opened, closed, ask) to what is to be done. */
  constructor(heard) {
    this.#heard = heard;
    addEventListener("message", (event) => this.#hear(event));
  }

  /** Opened by itself, as a page of its own, there is no one to talk to. */
  get isAbsent() {
    return parent === window;
  }

  tell(type, details = {}) {
    if (this.#origin) parent.postMessage({ helpAssistant: 1, type, ...details }, this.#origin);
  }

  #hear({ source, origin, data }) {
    if (this.isAbsent || source !== parent || data?.helpAssistant !== 1) return;
    if (this.#origin && origin !== this.#origin) return;
    this.#origin = origin;
    this.#heard[data.type]?.(data);
  }
}
