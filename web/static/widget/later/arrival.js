/** A link to a conversation was opened where conversations of somebody's own are kept: nothing is touched unasked. */

import { call } from "../api.js";
import { make } from "../elements.js";
import { t } from "../i18n.js";

/** True: go on with it, apart from what is here; undefined: do not; false: there was nothing to ask about. */
export async function asked({ transcript }, visitorToken) {
  const { conversations } = await call("conversations", { token: visitorToken }).catch(() => ({}));
  if (conversations?.length === 0) return false;
  const covered = document.querySelectorAll("#person, #composer, header button");
  covered.forEach((each) => (each.hidden = true));
  const buttons = [t("arrival_yes"), t("arrival_no")].map((words) => make("button", { type: "button", class: "plain" }, words));
  const question = transcript.notice(t("arrival"), make("p", {}, t("arrival_more")), make("div", { class: "row" }, ...buttons));
  buttons[0].focus();
  const wanted = await new Promise((chosen) =>
    buttons.forEach((button, place) => button.addEventListener("click", () => chosen(place === 0))),
  );
  question.remove();
  covered.forEach((each) => (each.hidden = each.id === "close"));
  return wanted || undefined;
}
