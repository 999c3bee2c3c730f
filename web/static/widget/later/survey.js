/** How it was: one tap each for satisfaction and effort, and a few words for who has some. Never in the way. */

import { make } from "../elements.js";
import { t } from "../i18n.js";
import { Problem } from "../problem.js";

const NEEDS = ["useful", "easy", "enjoyable"];

/** Offer the survey at the end of the thread, where this conversation is one to be asked about. */
export async function offer({ conversation, transcript, focusInside }) {
  if (document.getElementById("survey")) return;
  const { survey_due: due, follow_up_due: followUp } = await conversation.call("");
  if (!(due || followUp) || document.getElementById("survey")) return;
  const card = make("section", { id: "survey", "aria-labelledby": "survey-title" });
  if (followUp) askWhetherItHelped(card, (answer) => conversation.call("/follow-up", answer));
  else askSatisfaction(card, (answers) => conversation.call("/survey", answers), focusInside);
  transcript.append(card);
  if (!followUp) await conversation.call("/survey/asked", {});
}

/** After a person came back to what went badly: whether that helped, and why. */
function askWhetherItHelped(card, tell) {
  const comment = make("textarea", { id: "survey-comment", rows: "2", maxlength: "4000" });
  const buttons = [true, false].map((helped) => {
    const button = make("button", { type: "button" }, t(helped ? "yes" : "no"));
    const words = () => comment.value.trim();
    button.addEventListener("click", () => step(card, () => tell({ helped, ...(words() && { comment: words() }) }), () => thank(card)));
    return button;
  });
  const label = make("label", { for: "survey-comment" }, t("follow_up_comment"));
  card.replaceChildren(title(t("follow_up")), make("p", {}, t("follow_up_more")), label, comment, make("div", { class: "row" }, ...buttons));
}

function askSatisfaction(card, tell, leave) {
  const later = make("button", { type: "button", class: "link" }, t("survey_no"));
  later.addEventListener("click", () => (card.remove(), leave()));
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
    }, `need-${need}`)),
  );
  const comment = make("textarea", { id: "survey-comment", rows: "2", maxlength: "4000" });
  const send = make("button", {}, t("survey_send"));
  const form = make("form", {}, ...needs, make("label", { for: "survey-comment" }, t("survey_comment")), comment, send);
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const words = comment.value.trim();
    const answers = { ...rated, ...(words && { comment: words }) };
    if (Object.keys(answers).length) step(card, () => tell(answers), () => thank(card));
    else thank(card);
  });
  next(card, title(t("survey_more")), form);
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

/** Buttons 1 to `highest`; the ends say what they mean, the element `named` what is asked. */
function scale(kind, highest, act, named = "survey-title") {
  const buttons = Array.from({ length: highest }, (_, place) => {
    const value = place + 1;
    const name = t("of", { value, highest, low: t(`${kind}_low`), high: t(`${kind}_high`) });
    const button = make("button", { type: "button", class: "point", "aria-label": name }, String(value));
    button.addEventListener("click", () => act(value, button));
    return button;
  });
  const ends = make("p", { class: "ends", "aria-hidden": "true" }, make("span", {}, t(`${kind}_low`)), make("span", {}, t(`${kind}_high`)));
  const points = make("div", { class: "points", role: "group", "aria-labelledby": named }, ...buttons);
  return make("div", { class: "scale" }, points, ends);
}
