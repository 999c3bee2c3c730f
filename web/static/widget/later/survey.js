/** How it was: one tap each for satisfaction and effort, and a few words for who has some. Never in the way. */

import { button, make } from "../elements.js";
import { t } from "../i18n.js";
import { Problem } from "../problem.js";

const NEEDS = ["useful", "easy", "enjoyable"];

/** Offer the survey at the end of the thread, where this conversation is one to be asked about. */
export async function offer(desk, decision = "smalltalk") {
  const { conversation, transcript, focusInside } = desk;
  if (document.getElementById("survey")) return;
  if (decision !== "smalltalk" && !(decision === "answer" && (await isSilent(desk)))) return;
  const due = await conversation.call("");
  if (document.getElementById("survey")) return;
  const card = make("section", { id: "survey", "aria-labelledby": "survey-title" });
  const tell = (answers) => conversation.call("/survey", answers);
  const ask = (question, asked) => (question(), transcript.append(card), asked && conversation.call(asked, {}));
  if (due.follow_up_due) ask(() => askWhetherItHelped(card, (answer) => conversation.call("/follow-up", answer)));
  else if (due.relationship_waits || due.relationship_due) await ask(() => askToRecommend(card, tell, conversation, focusInside), "/relationship/asked");
  else if (due.survey_due) await ask(() => askSatisfaction(card, tell, focusInside), "/survey/asked");
}

/** Whether nothing more was said for as long as its customer is to be left in peace, and they are there and write nothing. */
async function isSilent(desk) {
  const { conversation } = desk;
  const said = conversation.messages.length;
  const { survey_after: seconds } = await conversation.call("");
  if (!seconds) return false;
  await new Promise((over) => setTimeout(over, seconds * 1000));
  const quiet = desk.conversation === conversation && said === conversation.messages.length;
  return quiet && desk.isSeen() && !document.getElementById("text").value;
}

/** About us as a whole; whoever wishes is never asked again. */
function askToRecommend(card, tell, conversation, leave) {
  const go = () => (card.remove(), leave());
  const later = button(go, { class: "link" }, t("survey_no"));
  const never = button(() => step(card, () => conversation.call("/relationship/declined", {}), go), { class: "link" }, t("nps_never"));
  const said = scale("nps", 10, (nps) => step(card, () => tell({ nps }), () => askWhy(card, nps, tell)), { lowest: 0 });
  card.replaceChildren(title(t("nps")), said, make("p", { class: "ends" }, later, never));
}

function askWhy(card, nps, tell) {
  const { form, words } = commented(t("nps_why"));
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    if (words()) step(card, () => tell({ nps, comment: words() }), () => thank(card));
    else thank(card);
  });
  next(card, title(t("survey_more")), form);
}

/** After a person came back to what went badly: whether that helped, and why. */
function askWhetherItHelped(card, tell) {
  const comment = make("textarea", { id: "survey-comment", rows: "2", maxlength: "4000" });
  const words = () => comment.value.trim();
  const said = (helped) => step(card, () => tell({ helped, ...(words() && { comment: words() }) }), () => thank(card));
  const buttons = [true, false].map((helped) => button(() => said(helped), {}, t(helped ? "yes" : "no")));
  const label = make("label", { for: "survey-comment" }, t("follow_up_comment"));
  card.replaceChildren(title(t("follow_up")), make("p", {}, t("follow_up_more")), label, comment, make("div", { class: "row" }, ...buttons));
}

function askSatisfaction(card, tell, leave) {
  const later = button(() => (card.remove(), leave()), { class: "link" }, t("survey_no"));
  const said = scale("csat", 5, (csat) => step(card, () => tell({ csat }), () => askEffort(card, tell)));
  card.replaceChildren(title(t("csat")), said, later);
}

function askEffort(card, tell) {
  const said = scale("ces", 7, (ces) => step(card, () => tell({ ces }), () => askMore(card, tell)));
  next(card, title(t("ces")), said);
}

function askMore(card, tell) {
  const rated = {};
  const needs = NEEDS.map((need) =>
    make("div", { class: "need" }, make("p", { id: `need-${need}` }, t(need)), scale("useful", 5, (value, pressed) => {
      rated[need] = value;
      pressed.parentElement.querySelectorAll("button").forEach((each) => each.setAttribute("aria-pressed", String(each === pressed)));
    }, { named: `need-${need}` })),
  );
  const { form, words } = commented(t("survey_comment"), ...needs);
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const answers = { ...rated, ...(words() && { comment: words() }) };
    if (Object.keys(answers).length) step(card, () => tell(answers), () => thank(card));
    else thank(card);
  });
  next(card, title(t("survey_more")), form);
}

/** A form that ends with room for words, and what they are. */
function commented(asked, ...before) {
  const comment = make("textarea", { id: "survey-comment", rows: "2", maxlength: "4000" });
  const label = make("label", { for: "survey-comment" }, asked);
  return { form: make("form", {}, ...before, label, comment, make("button", {}, t("survey_send"))), words: () => comment.value.trim() };
}

function thank(card) {
  next(card, make("p", { role: "status", tabindex: "-1" }, t("survey_thanks")));
}

/** What comes next stands in the card's place, and whoever answered by keyboard is led to it. */
function next(card, first, ...more) {
  card.replaceChildren(first, ...more);
  card.scrollIntoView({ block: "nearest" });
  first.focus({ preventScroll: true });
}

async function step(card, tell, go) {
  try {
    await tell();
    go();
  } catch (error) {
    card.append(make("p", { role: "alert" }, t(`problem_${Problem.from(error).kind}`)));
  }
}

function title(text) {
  return make("h2", { id: "survey-title", tabindex: "-1" }, text);
}

/** Buttons `lowest` to `highest`; the ends say what they mean, the element `named` what is asked. */
function scale(kind, highest, act, { lowest = 1, named = "survey-title" } = {}) {
  const buttons = Array.from({ length: highest - lowest + 1 }, (_, place) => {
    const value = lowest + place;
    const name = t("of", { value, highest, low: t(`${kind}_low`), high: t(`${kind}_high`) });
    return button(({ currentTarget }) => act(value, currentTarget), { class: "point", "aria-label": name }, String(value));
  });
  const ends = make("p", { class: "ends", "aria-hidden": "true" }, make("span", {}, t(`${kind}_low`)), make("span", {}, t(`${kind}_high`)));
  const points = make("div", { class: "points", role: "group", "aria-labelledby": named }, ...buttons);
  return make("div", { class: "scale" }, points, ends);
}
