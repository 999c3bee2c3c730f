/** Parts of the page that follow what happens. The server tells which conversations changed, and its own page is
    asked again: there is one template for a message, not two. */

import { showAsking } from "./for_you.js";
import { stayOnTheLine } from "./line.js";
import { isInUse, replace } from "./replacing.js";

const SETTLE_MS = 150;
const DRAFTS = "#text, #note";
// What happened, and is not to be seen here yet.
let missed = false;
// How often the page was asked for, and which of its answers is the newest that came.
let asked = 0;
let newest = 0;

export function followLive() {
  // A list or a case says from which event on; the header, of every page, takes what comes.
  const source = [...document.querySelectorAll("[data-events]")].at(-1);
  if (!source) return;
  // As the server sent it: what other scripts write into a part is no news of it.
  for (const part of document.querySelectorAll("[data-live]")) part.lastSeen = part.innerHTML;
  const only = source.dataset.only;
  let timer = null;
  const soon = () => {
    clearTimeout(timer);
    timer = setTimeout(refresh, SETTLE_MS);
  };
  let known = null;
  stayOnTheLine(source.dataset.events, {
    changed: ({ ids }) => (!only || ids.includes(only)) && soon(),
    asking: ({ ids }) => {
      showAsking(ids, only);
      const changed = known !== null && known.join() !== ids.join();
      if (changed && document.querySelector('[data-live="for-you"]')) soon();
      known = ids;
    },
    // The session may be over.
    broken: soon,
  });
  document.addEventListener("visibilitychange", () => {
    if (document.hidden) return;
    if (known) showAsking(known, only);
    if (missed) refresh();
  });
  // Whoever was in the way of it is so no longer.
  for (const left of ["focusout", "pointerup", "pointercancel"]) addEventListener(left, () => missed && soon());
  // What happened while this page slept is asked for at once.
  addEventListener("pageshow", (event) => event.persisted && refresh());
}

async function refresh() {
  // What the server is asked for counts as seen: a tab that nobody looks at waits until somebody does.
  missed = document.hidden;
  if (missed) return;
  const parts = [...document.querySelectorAll("[data-live]")];
  if (!parts.length) return;
  const mine = ++asked;
  const page = await fetched(parts[0].dataset.from);
  // An answer that was overtaken shows what is gone, and no event would tell of it again.
  if (!page || mine < newest) return;
  newest = mine;
  for (const part of parts) {
    const news = page.querySelector(`[data-live="${part.dataset.live}"]`);
    if (news && news.innerHTML !== part.lastSeen) renew(part, news);
  }
}

async function fetched(from) {
  try {
    const response = await fetch(from, { headers: { Accept: "text/html" } });
    if (response.redirected) return endSession(from);
    const over = document.querySelector("[data-session-over]");
    if (over) over.hidden = true;
    return response.ok ? new DOMParser().parseFromString(await response.text(), "text/html") : null;
  } catch {
    // Not reachable for the moment: the next event asks again.
    return null;
  }
}

/** On to the sign-in page; but nobody's words are lost for that. */
function endSession(from) {
  const over = document.querySelector("[data-session-over]");
  const isWriting = [...document.querySelectorAll(DRAFTS)].some((field) => field.value.trim());
  if (!over || !isWriting) return location.assign(from);
  over.hidden = false;
  // Whoever comes back from signing in in another tab goes on here.
  missed = true;
}

function renew(part, news) {
  if (isInUse(part)) {
    missed = true;
    return;
  }
  part.lastSeen = news.innerHTML;
  part.dataset.writable = news.dataset.writable ?? "";
  replace(part, news);
  part.dispatchEvent(new CustomEvent("refreshed", { bubbles: true }));
}
