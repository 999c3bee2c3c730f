/** Why an answer did not help: one tap, or a few words; and a person, where the customer wants one. */

import { make } from "../elements.js";
import { t } from "../i18n.js";
import { Problem } from "../problem.js";

const REASONS = ["off_topic", "wrong", "incomplete", "unclear"];

/** Ask below the row of an answer. `desk` tells how to rate, and how to reach a person. */
export function askWhy(after, { message, conversation, callPerson }) {
  if (after.nextElementSibling?.matches(".why")) return;
  const said = make("p", { role: "status" });
  const tell = async (more) => {
    const rated = conversation.rate(message, false, more);
    said.textContent = await rated.then(() => t("thanks_reason"), (error) => t(`problem_${Problem.from(error).kind}`));
  };
  const chips = REASONS.map((reason) => {
    const chip = make("button", { type: "button", class: "chip", "aria-pressed": "false" }, t(`reason_${reason}`));
    chip.addEventListener("click", () => {
      chips.forEach((each) => each.setAttribute("aria-pressed", String(each === chip)));
      tell({ reason });
    });
    return chip;
  });
  const person = make("button", { type: "button", class: "link" }, t("person"));
  person.addEventListener("click", callPerson);
  const why = make("div", { class: "why", role: "group", "aria-label": t("why") }, make("p", {}, t("why")), ...chips, said, person);
  after.after(why);
  chips[0].focus();
}
