/** Why an answer did not help: one tap, or a few words; and a person, where the customer wants one. */

import { button, make } from "../elements.js";
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
  const choose = (reason) => ({ currentTarget: chosen }) => {
    chips.forEach((each) => each.setAttribute("aria-pressed", each === chosen));
    tell({ reason });
  };
  const chips = REASONS.map((reason) => button(choose(reason), { class: "chip", "aria-pressed": "false" }, t(`reason_${reason}`)));
  const person = button(callPerson, { class: "link" }, t("person"));
  const why = make("div", { class: "why", role: "group", "aria-label": t("why") }, make("p", {}, t("why")), ...chips, said, person);
  after.after(why);
  chips[0].focus();
}
