/** What stands under an answer: its sources, whether it helped, a copy of it; and long ones folded. */

import { button, drawing, make } from "./elements.js";
import { t } from "./i18n.js";
import { link } from "./safe_html.js";

// Taller than this an answer is folded; a little over it is not worth a click.
const FOLD_PX = 440;
const THUMB = "M7 21V10l4-7c2 0 3 2 2 4l-1 2h7c2 0 2 1 2 2l-2 8c0 1-1 2-2 2zM3 10h4v11H3z";
const SHEETS = "M9 9h11v12H9zM5 15H4V3h11v2";

/** `onSource(citation)`, `onRate(helpful)` may fail; `helpful` is what was said of it before. */
export function underAnswer({ citations = [], helpful, text }, { onSource, onRate, onUnhelpful }) {
  const status = make("span", { role: "status", class: "said" });
  const thumbs = [true, false].map((value) => button(() => rate(value), named(value ? "helpful" : "unhelpful", value ? "" : "down"), drawing(THUMB)));
  const press = (value) => thumbs.forEach((each, place) => each.setAttribute("aria-pressed", value === !place));
  const rate = async (value) => {
    press(value);
    try {
      await onRate(value);
      status.textContent = t("thanks");
      if (!value) onUnhelpful(row);
    } catch (problem) {
      press(helpful);
      status.textContent = t(`problem_${problem.kind ?? "failed"}`);
    }
  };
  const copy = button(async () => (status.textContent = t(await copied(text))), named("copy"), drawing(SHEETS));
  press(helpful);
  const question = make("span", { class: "asked" }, t("helped"));
  const row = make("div", { class: "after", role: "group", "aria-label": t("helped") }, question, ...thumbs, copy, status);
  return citations.length ? [sources(citations, onSource), row] : [row];
}

/** Fold the text where it is long; whoever wants it, or tabs into it, sees all of it. */
export function fold(text) {
  if (text.scrollHeight < FOLD_PX || text.dataset.folded) return;
  const more = button(() => show(text.dataset.folded === "yes"), { class: "link" });
  const show = (all) => {
    text.dataset.folded = all ? "no" : "yes";
    more.setAttribute("aria-expanded", all);
    more.textContent = t(all ? "show_less" : "show_all");
  };
  show(false);
  text.addEventListener("focusin", () => show(true));
  text.after(more);
}

function named(name, more = "") {
  return { class: `tool ${more}`, "aria-label": t(name), title: t(name) };
}

// An article is one source, however many of its passages were cited; it opens at the first.
function sources(citations, onSource) {
  const articles = citations.filter(({ article_id: id }, place) => citations.findIndex((each) => each.article_id === id) === place);
  const items = articles.map((citation, place) => {
    const parts = [make("span", { class: "n" }, String(place + 1)), make("span", { class: "title" }, citation.title)];
    const source = link(citation.url, parts);
    source.addEventListener("click", (event) => {
      if (event.ctrlKey || event.metaKey || event.shiftKey) return;
      event.preventDefault();
      onSource(citation, source);
    });
    return make("li", {}, source);
  });
  const heading = make("p", { class: "heading" }, t(articles.length > 1 ? "sources" : "source"));
  return make("div", { class: "sources" }, heading, make("ul", {}, ...items));
}

async function copied(text) {
  try {
    await navigator.clipboard.writeText(text);
    return "copied";
  } catch {
    return "not_copied";
  }
}
