/** The help center inside the widget: search as you type, topics, articles; and the place that an answer cites. */

import { call } from "../api.js";
import { button, make } from "../elements.js";
import { locale, t } from "../i18n.js";
import { recall } from "../memory.js";
import { Problem } from "../problem.js";
import { safeFragment } from "../safe_html.js";
import { row } from "./panel.js";
import { markQuote } from "./quote.js";

const TYPING_MS = 180;
const SHOWN = 8;

// What a visitor may read is for as long as it is the same visitor.
let catalogue = null;
let catalogueOf = null;

/** The article of a citation, its quoted sentence marked. */
export async function article(desk, { article_id: id, title, url, quote }) {
  const place = make("article", { "aria-busy": "true" }, make("p", { class: "quiet" }, t("loading")));
  desk.panel.open(title, place);
  try {
    const found = await call(`articles/${encoded(id)}`, { token: visitor() });
    place.lang = found.locale;
    desk.conversation.looked("article", found.id);
    place.replaceChildren(safeFragment(found.html, { headings: true }), ending(desk, found));
    place.addEventListener("click", (event) => followInside(desk, event));
    const cited = (quote && markQuote(place, quote)) || section(place, url);
    cited?.scrollIntoView({ block: "center" });
  } catch (error) {
    place.replaceChildren(make("p", {}, t(`problem_${Problem.from(error).kind}`)), outside(url));
  }
  place.removeAttribute("aria-busy");
}

/** All of the help center, by topic, with a search over it. */
export async function library(desk) {
  const field = make("input", { type: "search", id: "library-q", placeholder: t("library_placeholder"), maxlength: "500", autocomplete: "off" });
  const told = make("p", { role: "status", class: "quiet" }, t("loading"));
  const shown = make("div", { class: "shown" });
  const search = make("form", { role: "search" }, make("label", { for: "library-q", class: "hidden" }, t("library_search")), field);
  desk.panel.open(t("library"), search, told, shown);
  const topics = () => browse(desk, shown, told);
  search.addEventListener("submit", (event) => event.preventDefault());
  field.addEventListener("input", asYouType(field, (typed) => (typed.words ? find(desk, typed, shown, told) : topics())));
  field.addEventListener("change", () => field.value.trim() && desk.conversation.looked("search", field.value.trim()));
  await topics();
}

async function browse(desk, shown, told) {
  try {
    const { topics } = await theCatalogue();
    told.textContent = "";
    shown.replaceChildren(
      ...topics.map(({ name, articles }) =>
        make("details", {}, make("summary", {}, name ?? t("other_articles"), " ", make("span", { class: "count" }, String(articles.length))), list(desk, articles)),
      ),
    );
  } catch (error) {
    told.textContent = t(`problem_${Problem.from(error).kind}`);
  }
}

async function find(desk, { words, isLatest }, shown, told) {
  const query = new URLSearchParams({ q: words, locale, limit: SHOWN });
  const { results, kind } = await call(`search?${query}`, { token: visitor() }).catch(Problem.from);
  if (!isLatest()) return;
  if (kind) return (told.textContent = t(`problem_${kind}`));
  told.textContent = results.length ? t("found", { count: results.length }) : t("found_nothing", { words });
  const ask = button(() => desk.send(words), { class: "choice" }, t("ask_this", { words }));
  shown.replaceChildren(list(desk, results), ask);
}

function list(desk, articles) {
  return make("ul", { class: "rows" }, ...articles.map((each) => row(each.title, each.excerpt, () => article(desk, each))));
}

// What was typed last wins, however late an earlier search comes back.
function asYouType(field, act) {
  let timer;
  let latest = 0;
  return () => {
    clearTimeout(timer);
    const mine = (latest += 1);
    timer = setTimeout(() => act({ words: field.value.trim(), isLatest: () => mine === latest }), TYPING_MS);
  };
}

function theCatalogue() {
  const token = visitor();
  if (token !== catalogueOf) [catalogue, catalogueOf] = [null, token];
  catalogue ??= call(`topics?locale=${locale}`, { token }).catch((error) => ((catalogue = null), Promise.reject(error)));
  return catalogue;
}

// A link to another article goes on in here; any other opens beside the page.
async function followInside(desk, event) {
  const link = event.target.closest("a");
  if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
  const { pathname, origin, hash } = new URL(link.href);
  if (origin !== location.origin) return;
  event.preventDefault();
  const { topics } = await theCatalogue().catch(() => ({ topics: [] }));
  const found = topics.flatMap(({ articles }) => articles).find(({ url }) => decodeURI(url) === decodeURI(pathname));
  if (found) article(desk, { ...found, url: found.url + hash });
  else open(link.href, "_blank", "noopener");
}

function ending(desk, { id, url, public: everybodys }) {
  const said = make("span", { role: "status" });
  const rate = async (helpful) => {
    const rated = call(`articles/${encoded(id)}/feedback`, { token: visitor(), body: { helpful } });
    said.textContent = await rated.then(() => t("thanks"), ({ kind }) => t(`problem_${kind}`));
  };
  const buttons = [true, false].map((helpful) => button(() => rate(helpful), { class: "plain" }, t(helpful ? "yes" : "no")));
  const helped = make("p", { class: "helped" }, t("article_helped"), " ", ...buttons, said);
  return make("footer", {}, helped, everybodys ? outside(url) : "", make("p", { class: "quiet" }, t("go_on_asking")));
}

function outside(url) {
  return make("a", { href: new URL(url, location.href).href, target: "_blank", rel: "noopener" }, t("open_outside"));
}

function visitor() {
  return recall()?.visitorToken;
}

function section(place, url) {
  const anchor = decodeURIComponent(url?.split("#")[1] ?? "");
  return anchor ? place.querySelector("#" + CSS.escape(`at-${anchor}`)) : null;
}

function encoded(id) {
  return id.split("/").map(encodeURIComponent).join("/");
}
