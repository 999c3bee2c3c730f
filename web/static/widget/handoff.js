/** The way to a person, always in view: the button, what happens next, and the e-mail address to leave. */

import { t } from "./i18n.js";
import { Problem } from "./problem.js";

export class Handoff {
  #dock;
  #call;
  #form;
  #email;
  #said;
  #onCall;

  /** `onCall({email?})` calls a person and may fail with a Problem. */
  constructor(dock, { onCall }) {
    this.#dock = dock;
    this.#call = dock.querySelector("#call");
    this.#form = dock.querySelector("form");
    this.#email = dock.querySelector("input");
    this.#said = dock.querySelector("#email-said");
    this.#onCall = onCall;
    this.#call.addEventListener("click", () => this.call());
    this.#form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.#leaveEmail();
    });
  }

  /** Call a person, then lead the customer to what they can do meanwhile. */
  async call() {
    if (this.#call.getAttribute("aria-disabled") === "true") return;
    this.#call.setAttribute("aria-disabled", "true");
    const called = await this.#tried({});
    this.#call.setAttribute("aria-disabled", "false");
    if (called && !this.#form.hidden) this.#email.focus();
  }

  show(status, { emailLeft }) {
    this.#dock.dataset.status = status;
    const waiting = status === "waiting";
    this.#call.hidden = waiting || status === "with_agent";
    this.#dock.querySelector("#next").hidden = !waiting;
    this.#dock.querySelector("#joined").hidden = status !== "with_agent";
    this.#dock.querySelector("#closed").hidden = status !== "resolved";
    this.#form.hidden = !waiting || emailLeft;
    if (emailLeft && waiting && !this.#said.textContent) this.#say(t("email_kept"));
    if (!waiting) this.#say("");
  }

  async #leaveEmail() {
    const email = this.#email.value.trim();
    if (!email || !this.#email.checkValidity()) {
      this.#email.setAttribute("aria-invalid", "true");
      this.#email.focus();
      return this.#say(t("email_wrong"));
    }
    this.#email.removeAttribute("aria-invalid");
    if (!(await this.#tried({ email }))) return;
    this.#say(t("email_kept"));
    this.#email.value = "";
    this.#said.focus();
  }

  async #tried(details) {
    this.#say("");
    try {
      await this.#onCall(details);
      return true;
    } catch (error) {
      const { kind } = Problem.from(error);
      this.#say(details.email && kind === "refused" ? t("email_wrong") : t(`problem_${kind}`));
      return false;
    }
  }

  #say(text) {
    this.#said.textContent = text;
    this.#said.hidden = !text;
  }
}
