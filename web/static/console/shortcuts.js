/** One key each; `?` lists them. Never while somebody is typing. */

const TYPING = "input, textarea, select, [contenteditable]";

const KEYS = {
  "?": () => document.querySelector("#shortcuts").showModal(),
  "/": () => focus("#q"),
  j: () => step(1),
  k: () => step(-1),
  r: () => focus("#text"),
  n: () => openNote(),
  i: () => location.assign("/console"),
  f: () => document.querySelector("[data-asking]")?.click(),
};

export function listenForShortcuts() {
  addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.target.matches(TYPING)) return;
    if (document.querySelector("dialog[open]") || !Object.hasOwn(KEYS, event.key)) return;
    event.preventDefault();
    KEYS[event.key]();
  });
}

function focus(selector) {
  document.querySelector(selector)?.focus();
}

function step(by) {
  const cases = [...document.querySelectorAll("a.case")];
  const next = cases.indexOf(document.activeElement) + by;
  cases.at(Math.max(0, Math.min(next, cases.length - 1)))?.focus();
}

function openNote() {
  const form = document.querySelector(".note-form");
  if (form) form.open = true;
  focus("#note");
}
