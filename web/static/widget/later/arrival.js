/**
 * The widget is opened by itself, as a page of its own: mostly by a link to a conversation. Where whoever came has
 * conversations of their own, nothing of them is touched unasked.
 */

import { call } from "../api.js";
import { make } from "../elements.js";
import { t } from "../i18n.js";
import { keep, keepApart, recall } from "../memory.js";
import { Problem } from "../problem.js";

export async function arrive(desk) {
  document.getElementById("close").hidden = true;
  document.body.classList.add("alone");
  const [, code] = location.hash.split("#resume=");
  // What stands in the address is used up at once, and gone from the history.
  history.replaceState(null, "", location.pathname + location.search);
  desk.arrived(code && (await isToBeShown(desk)) ? followed(code) : null);
}

/** Whether the conversation behind the link is wanted here, apart from what is kept already. */
async function isToBeShown(desk) {
  const mine = recall()?.visitorToken;
  const apart = mine && (await isWanted(desk, mine));
  if (apart) keepApart();
  return apart !== false;
}

async function followed(code) {
  const { id, visitor_token: token, guest } = await call("links", { body: { code } }).catch((error) => {
    throw error.kind === "gone" ? new Problem("link") : error;
  });
  keep({ id, token, visitorToken: guest ? undefined : token });
}

/** Whether to go on with it, apart from what is here; undefined where nothing is here to ask about. */
async function isWanted({ transcript }, visitorToken) {
  const { conversations } = await call("conversations", { token: visitorToken }).catch(() => ({}));
  if (conversations?.length === 0) return undefined;
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
  return wanted;
}
