/**
 * Proactive messages on the page of a site, loaded where there are any: when one is due it stands beside the
 * launcher, quietly. Which are due is decided here; nobody is told where the visitor is.
 *
 * Once per visitor: before help is opened for the first time nothing may be stored, so it is once per page
 * view; from then on the page's localStorage holds the ids of those that were shown.
 */

const TICK_MS = 1000;
const TEXTS = {
  en: { incident: "Known problem", dismiss: "Dismiss this message" },
  fr: { incident: "Incident en cours", dismiss: "Masquer ce message" },
};
const DARK = "--alert: #ffb3a8; border-color: #3c3f3d; background: #1c1d1c; color: #efece6;";
const STYLE = `
  .nudge {
    position: fixed; inset-block-end: calc(84px + env(safe-area-inset-bottom)); SIDE: 20px; z-index: 2147483000;
    display: flex; align-items: start; gap: 2px; box-sizing: border-box; width: max-content; max-width: min(320px, calc(100vw - 40px));
    border: 1px solid #e0dcd4; border-radius: 16px; background: #fff; color: #24211d;
    font: 15px/1.45 -apple-system, "Segoe UI", Roboto, "Helvetica Neue", Arial, sans-serif;
    box-shadow: 0 1px 2px #0002, 0 6px 20px #0002; overflow-wrap: anywhere;
  }
  .nudge:empty { display: none; }
  .nudge button {
    position: static; display: block; min-height: 40px; margin: 0; padding: 11px 4px 11px 16px; border-radius: 16px;
    background: none; box-shadow: none; color: inherit; font: inherit; text-align: start;
  }
  .nudge:dir(rtl) button { padding: 11px 16px 11px 4px; }
  .nudge button:focus-visible { outline: 3px solid currentColor; outline-offset: -3px; box-shadow: none; }
  .nudge b { display: block; font-size: 13px; font-weight: 650; }
  .nudge .dismiss { flex: none; width: 40px; padding: 8px; font-size: 20px; line-height: 1; text-align: center; }
  @media (prefers-color-scheme: dark) { .nudge:not(.light) { ${DARK} } }
  .nudge.dark { ${DARK} }
  .nudge.incident { border-inline-start: 5px solid var(--alert, #b3261e); }
  @media (prefers-reduced-motion: no-preference) { .nudge > * { animation: rise .16s ease-out; } }
`;

// Of two assistants on one page, one speaks up.
let watched = false;

/** Filled at this file's end by the server: `{id, kind, place, seconds, locales}`. */
export const rules = [];

/** `page`: the loader's root, locale, look and `up(id)`, which opens help with the message. */
export function watch({ root, locale, theme, side, global, source, signal, on, isOpen, up }) {
  if (watched || signal.aborted) return;
  watched = true;
  const language = locale.slice(0, 2).toLowerCase();
  const texts = TEXTS[language] ?? TEXTS.en;
  const mine = rules.filter(({ locales }) => locales.includes(language));
  mine.sort((one, other) => isIncident(other) - isIncident(one));
  const stored = `${global}-told`;
  const seen = new Set(recalled(stored));
  const bubble = element("div", `nudge ${theme}`);
  let path = location.pathname;
  let since = Date.now();
  // Who dismisses one wants no further invitation on this page; a known problem they should know of.
  let declined = false;
  // Its words are on their way: one at a time.
  let coming = false;

  dress(root, side);
  bubble.setAttribute("role", "status");
  bubble.lang = language;
  root.append(bubble);
  bubble.addEventListener("keydown", (event) => event.key === "Escape" && decline());
  on("open", () => (hide(), store(stored, seen)));
  const timer = setInterval(look, TICK_MS);
  signal.addEventListener("abort", () => {
    clearInterval(timer);
    watched = false;
  });
  look();

  function look() {
    if (path !== location.pathname) {
      path = location.pathname;
      since = Date.now();
      declined = false;
      hide();
    }
    if (coming || isOpen() || document.hidden) return;
    const here = (Date.now() - since) / 1000;
    const due = mine.find(({ id, place, seconds }) => !seen.has(id) && here >= seconds && matches(place));
    if (due && isFreeFor(due)) show(due);
  }

  // An incident takes the place of an invitation, unless the visitor is at it.
  function isFreeFor(due) {
    if (!bubble.firstChild) return isIncident(due) || !declined;
    return isIncident(due) && !bubble.classList.contains("incident") && !bubble.contains(root.activeElement);
  }

  async function show({ id, kind }) {
    coming = true;
    seen.add(id);
    if (recalled(stored)) store(stored, seen);
    const { text } = await import(new URL(`widget/nudges/${id}.js?locale=${language}`, source)).catch(() => ({}));
    coming = false;
    if (!text || isOpen()) return;
    hide();
    const words = element("button", "words");
    const dismiss = element("button", "dismiss", "×");
    if (kind === "incident") words.append(element("b", "", texts.incident));
    words.append(text);
    words.dir = "auto";
    dismiss.setAttribute("aria-label", texts.dismiss);
    words.addEventListener("click", () => (hide(), up(id)));
    dismiss.addEventListener("click", () => (decline(), root.querySelector("button")?.focus()));
    bubble.classList.toggle("incident", isIncident({ kind }));
    bubble.append(words, dismiss);
  }

  function decline() {
    declined = true;
    hide();
  }

  function hide() {
    bubble.replaceChildren();
  }
}

function isIncident({ kind }) {
  return kind === "incident";
}

/** Whether this page is meant: by its path, or by its path with the query. */
export function matches(place, { pathname, search } = location) {
  return fits(place, pathname) || fits(place, pathname + search);
}

// Each part as early as it stands: that needs one walk along the address, however many stars there are.
function fits(place, address) {
  const [first, ...parts] = place.split("*");
  if (!parts.length) return address === first;
  const last = parts.pop();
  const end = address.length - last.length;
  let at = first.length;
  if (!address.startsWith(first) || !address.endsWith(last)) return false;
  for (const part of parts) {
    const found = address.indexOf(part, at);
    if (found < 0) return false;
    at = found + part.length;
  }
  return at <= end;
}

function dress(root, side) {
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(STYLE.replace("SIDE", side));
  root.adoptedStyleSheets = [...root.adoptedStyleSheets, sheet];
}

function element(name, className, text = "") {
  const made = document.createElement(name);
  made.className = className;
  made.textContent = text;
  if (name === "button") made.type = "button";
  return made;
}

// Null until help was opened for the first time.
function recalled(key) {
  try {
    const kept = JSON.parse(localStorage.getItem(key));
    return Array.isArray(kept) ? kept : null;
  } catch {
    return null;
  }
}

function store(key, seen) {
  try {
    localStorage.setItem(key, JSON.stringify([...seen]));
  } catch {
    // A page without storage is told again on its next view.
  }
}
