/** What stands under an answer: its sources, whether it helped, a copy of it; and long ones folded. */

import { make } from "./elements.js";
import { t } from "./i18n.js";
import { link } from "./safe_html.js";

// Taller than this an answer is folded; a little over it is not worth a click.
const FOLD_PX = 440;
const SHAPES = {
  up: "M7 21V10l4-7c2 0 2.5 1.5 2 3.5L12.5 9H19c1.5 0 2 1 1.7 2.3l-1.5 7.5c-.3 1.2-1 2.2-2.4 2.2zM3 10.5h4V21H3z",
  copy: "M9 9h11v12H9zM5 15H4V3h11v2",
};

/** `onSource(citation)`, `onRate(helpful)` may fail; `helpful` is what was said of it before. */
export function underAnswer({ citations = [], helpful, text }, { onSource, onRate, onUnhelpful }) {
  const status = make("span", { role: "status", class: "said" });
  const thumbs = [true, false].map((value) => thumb(value));
  const press = (value) => thumbs.forEach((each, place) => each.setAttribute("aria-pressed", String(value === !place)));
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
  const copy = make("button", { type: "button", class: "tool", "aria-label": t("copy"), title: t("copy") }, drawing("copy"));
  thumbs.forEach((each, place) => each.addEventListener("click", () => rate(!place)));
  copy.addEventListener("click", async () => (status.textContent = t((await copied(text)) ? "copied" : "problem_failed")));
  press(helpful);
  const question = make("span", { class: "asked" }, t("helped"));
  const row = make("div", { class: "after", role: "group", "aria-label": t("helped") }, question, ...thumbs, copy, status);
  return citations.length ? [sources(citations, onSource), row] : [row];
}

/** Fold the text where it is long; whoever wants it, or tabs into it, sees all of it. */
export function fold(text) {
  if (text.scrollHeight < FOLD_PX || text.dataset.folded) return;
  const more = make("button", { type: "button", class: "link" });
  const show = (all) => {
    text.dataset.folded = all ? "no" : "yes";
    more.setAttribute("aria-expanded", String(all));
    more.textContent = t(all ? "show_less" : "show_all");
  };
  show(false);
  more.addEventListener("click", () => show(text.dataset.folded === "yes"));
  text.addEventListener("focusin", () => show(true));
  text.after(more);
}

function thumb(up) {
  const name = t(up ? "helpful" : "unhelpful");
  return make("button", { type: "button", class: `tool ${up ? "up" : "down"}`, "aria-label": name, title: name }, drawing("up"));
}

// An article is one source, however many of its passages were cited; it opens at the first.
function sources(citations, onSource) {
  const articles = [...new Map(citations.map((each) => [each.article_id, each]).reverse()).values()].reverse();
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

function drawing(name) {
  const [svg, path] = ["svg", "path"].map((each) => document.createElementNS("http://www.w3.org/2000/svg", each));
  svg.setAttribute("viewBox", "0 0 24 24");
  svg.setAttribute("aria-hidden", "true");
  path.setAttribute("d", SHAPES[name]);
  svg.append(path);
  return svg;
}

async function copied(text) {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return false;
  }
}
