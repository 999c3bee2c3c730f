/**
 * The server's rendered Markdown as nodes. The server has cleaned it already; here only what is on the
 * list is built anew, so that nothing else could ever get into the page.
 */

import { make } from "./elements.js";

const KEPT = new Set(
  "P BR IMG STRONG EM DEL CODE PRE BLOCKQUOTE HR UL OL LI TABLE THEAD TBODY TR TH TD H1 H2 H3 H4 H5 H6 SUP A".split(" "),
);
const DROPPED_WHOLE = new Set("SCRIPT STYLE TEMPLATE IFRAME OBJECT SVG MATH NOSCRIPT TITLE".split(" "));
const IMAGE = /^\/help\/images\/[0-9a-f]{32}\.(png|jpg|gif|webp)$/;
const SCHEMES = new Set(["http:", "https:", "mailto:", "tel:"]);

/** With `headings` they stay, a level below the page's own; without, they are bold lines. */
export function safeFragment(html, { headings = false } = {}) {
  const fragment = document.createDocumentFragment();
  fragment.append(...cleaned(new DOMParser().parseFromString(html, "text/html").body, headings));
  return fragment;
}

function cleaned(parent, headings) {
  return [...parent.childNodes].flatMap((node) => {
    if (node.nodeType === Node.TEXT_NODE) return [node.data];
    if (node.nodeType !== Node.ELEMENT_NODE || DROPPED_WHOLE.has(node.tagName.toUpperCase())) return [];
    return KEPT.has(node.tagName) ? [rebuilt(node, headings)] : cleaned(node, headings);
  });
}

function rebuilt(node, headings) {
  const name = node.tagName.toLowerCase();
  const inside = cleaned(node, headings);
  if (/^h[1-6]$/.test(name)) return heading(node, inside, headings);
  if (name === "img") return image(node);
  if (name === "a") return link(node.getAttribute("href"), inside);
  if (name === "table") return scrollable(make("table", {}, ...inside));
  // A list's number is a number; nothing else has a start.
  return make(name, { start: node.start }, ...inside);
}

// Of our own help center alone: any other address would learn who reads.
function image(node) {
  const src = node.getAttribute("src") ?? "";
  return IMAGE.test(src) ? make("img", { src, alt: node.getAttribute("alt") ?? "", loading: "lazy" }) : "";
}

// An answer's headings would break the order of the page's own.
function heading({ tagName, id }, inside, kept) {
  if (!kept) return make("p", { class: "heading" }, ...inside);
  return make(`h${Math.min(6, Number(tagName[1]) + 1)}`, { id: `at-${id}` }, ...inside);
}

/** A link that opens beside the conversation, or its bare text where the address is not one to follow. */
export function link(href, children) {
  const address = parsed(href);
  if (!SCHEMES.has(address?.protocol)) return make("span", {}, ...children);
  return make("a", { href: address.href, target: "_blank", rel: "noopener noreferrer" }, ...children);
}

function parsed(href) {
  try {
    return href && new URL(href, location.href);
  } catch {
    return null;
  }
}

// A wide table scrolls inside itself; the tab stop lets a keyboard scroll it.
function scrollable(table) {
  return make("div", { class: "table", tabindex: "0" }, table);
}
