/**
 * The server's rendered Markdown as nodes. The server has cleaned it already; here only what is on the
 * list is built anew, so that nothing else could ever get into the page.
 */

import { make } from "./elements.js";

const KEPT = new Set(
  "P BR STRONG EM DEL CODE PRE BLOCKQUOTE HR UL OL LI TABLE THEAD TBODY TR TH TD H1 H2 H3 H4 H5 H6 SUP A".split(" "),
);
const DROPPED_WHOLE = new Set("SCRIPT STYLE TEMPLATE IFRAME OBJECT SVG MATH NOSCRIPT TITLE".split(" "));
const SCHEMES = new Set(["http:", "https:", "mailto:", "tel:"]);

export function safeFragment(html) {
  const fragment = document.createDocumentFragment();
  fragment.append(...cleaned(new DOMParser().parseFromString(html, "text/html").body));
  return fragment;
}

function cleaned(parent) {
  return [...parent.childNodes].flatMap((node) => {
    if (node.nodeType === Node.TEXT_NODE) return [node.data];
    if (node.nodeType !== Node.ELEMENT_NODE || DROPPED_WHOLE.has(node.tagName.toUpperCase())) return [];
    return KEPT.has(node.tagName) ? [rebuilt(node)] : cleaned(node);
  });
}

function rebuilt(node) {
  const name = node.tagName.toLowerCase();
  // An answer's headings would break the order of the page's own.
  if (/^h[1-6]$/.test(name)) return make("p", { class: "heading" }, ...cleaned(node));
  if (name === "a") return link(node.getAttribute("href"), cleaned(node));
  if (name === "table") return scrollable(make("table", {}, ...cleaned(node)));
  const attributes = {};
  if (name === "ol" && /^\d+$/.test(node.getAttribute("start") ?? "")) attributes.start = node.getAttribute("start");
  return make(name, attributes, ...cleaned(node));
}

/** A link that opens beside the conversation, or its bare text where the address is not one to follow. */
export function link(href, children) {
  const address = href ? URL.parse?.(href, location.href) ?? parsed(href) : null;
  if (!address || !SCHEMES.has(address.protocol)) return make("span", {}, ...children);
  return make("a", { href: address.href, target: "_blank", rel: "noopener noreferrer" }, ...children);
}

function parsed(href) {
  try {
    return new URL(href, location.href);
  } catch {
    return null;
  }
}

// A wide table scrolls inside itself; the tab stop lets a keyboard scroll it.
function scrollable(table) {
  return make("div", { class: "table", tabindex: "0" }, table);
}
