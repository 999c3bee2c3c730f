/** The way to a person, always in view: the button, and who has the conversation now. */

import { t } from "./i18n.js";
import { later } from "./later.js";
import { Problem } from "./problem.js";

const SAID = { waiting: "waiting_title", with_agent: "joined", resolved: "closed" };

export class Handoff {
  #dock;
  #call;
  #said;
  #onCall;
  #waiting = null;

  /** `onCall({email?})` calls a person and may fail with a Problem. */
  constructor(dock, { onCall }) {
    this.#dock = dock;
    this.#call = dock.querySelector("button");
    this.#said = dock.querySelector("[role=status]");
    this.#onCall = onCall;
    this.#call.addEventListener("click", () => this.call());
  }

  /** Call a person, then lead the customer to what they can do meanwhile. */
  async call() {
    if (this.#call.getAttribute("aria-disabled") === "true") return;
    this.#call.setAttribute("aria-disabled", "true");
    try {
      await this.#onCall({});
      (await this.#waiting)?.focus();
    } catch (error) {
      this.#said.textContent = t(`problem_${Problem.from(error).kind}`);
    }
    this.#call.setAttribute("aria-disabled", "false");
  }

  /** `name`: of the person who has joined, where it is known. */
  show(status, conversation, name) {
    const waits = status === "waiting";
    this.#dock.dataset.status = status;
    this.#call.hidden = conversation.withPeople;
    this.#said.textContent = name && status === "with_agent" ? t("joined_by", { name }) : SAID[status] ? t(SAID[status]) : "";
    if (waits) this.#waiting ??= this.#explain(conversation);
    else this.#waiting = this.#waiting?.then((area) => area?.remove()) && null;
  }

  // What happens next is told by a module of its own; where it cannot be had, the line above still stands.
  async #explain(conversation) {
    const { waitingArea } = await later("waiting").catch(() => ({}));
    const area = waitingArea?.(conversation, { onEmail: (email) => this.#onCall({ email }) });
    if (area) this.#dock.append(area);
    return area;
  }
}
