/** What has come until the customer has seen it: not below the fold, under a page, in a closed or a hidden window. */

export class Unread {
  #waiting = new Set();
  #told = 0;
  #on;
  #eye = new IntersectionObserver((all) => this.#looked(all));

  /** `on` holds `isOpen()`: whether anything can be seen; `count(number)`; `seen()`: nothing is left. */
  constructor(on) {
    this.#on = on;
  }

  add(item) {
    this.#waiting.add(item);
    this.#eye.observe(item);
    // An open window tells within a moment whether it can be seen, a closed one tells nothing.
    if (!this.#on.isOpen()) this.#tell();
  }

  /** The window was opened, or came back into view. */
  look() {
    this.#eye.disconnect();
    this.#waiting.forEach((item) => this.#eye.observe(item));
  }

  clear() {
    this.#waiting.clear();
    this.look();
    this.#tell();
  }

  // Whoever sees one has those above it behind them.
  #looked(all) {
    const seen = this.#on.isOpen() && all.findLast(({ isIntersecting }) => isIntersecting)?.target;
    const items = [...this.#waiting];
    items.slice(0, items.indexOf(seen) + 1).forEach((item) => this.#waiting.delete(item));
    if (seen) this.look();
    this.#tell();
    if (!this.#waiting.size) this.#on.seen();
  }

  #tell() {
    const { size } = this.#waiting;
    if (size !== this.#told) this.#on.count((this.#told = size));
  }
}
