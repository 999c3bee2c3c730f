/** Parts of the page that follow what happens. The server tells which conversations changed, and its own page is
    asked again: there is one template for a message, not two. */

import { showAsking } from "./for_you.js";
import { stayOnTheLine } from "./line.js";
import { showTimes } from "./times.js";

const SETTLE_MS = 150;
let missed = false;

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
  });
  document.addEventListener("visibilitychange", () => {
    if (document.hidden) return;
    if (known) showAsking(known, only);
    if (missed) refresh();
  });
  // What happened while this page slept is asked for at once.
  addEventListener("pageshow", (event) => event.persisted && refresh());
}

async function refresh() {
  // What the server is asked for counts as seen: a tab that nobody looks at waits until somebody does.
  missed = document.hidden;
  if (missed) return;
  const parts = [...document.querySelectorAll("[data-live]")];
  if (!parts.length) return;
  const page = await fetched(parts[0].dataset.from);
  if (!page) return;
  for (const part of parts) {
    const news = page.querySelector(`[data-live="${part.dataset.live}"]`);
    if (news && news.innerHTML !== part.lastSeen) replace(part, news);
  }
}

async function fetched(from) {
  try {
    const response = await fetch(from, { headers: { Accept: "text/html" } });
    // The session is over: this leads to the sign-in page.
    if (response.redirected) return location.assign(from);
    return response.ok ? new DOMParser().parseFromString(await response.text(), "text/html") : null;
  } catch {
    // Not reachable for the moment: the next event asks again.
    return null;
  }
}

function replace(part, news) {
  const within = part.contains(document.activeElement);
  // Whoever is choosing or typing here must not lose it.
  if (within && document.activeElement.matches("input, select, textarea, summary")) return;
  const chosen = [...part.querySelectorAll("input[name=ids]:checked")].map((box) => box.value);
  const focused = within ? known(document.activeElement) : null;
  part.lastSeen = news.innerHTML;
  part.dataset.writable = news.dataset.writable ?? "";
  part.replaceChildren(...news.childNodes);
  for (const id of chosen) part.querySelector(`input[value="${CSS.escape(id)}"]`)?.click();
  showTimes(part);
  if (focused) part.querySelector(focused)?.focus();
  part.dispatchEvent(new CustomEvent("refreshed", { bubbles: true }));
}

/** What finds an element again among its successors. */
function known(element) {
  const name = ["id", "href"].find((each) => element.hasAttribute(each));
  return name && `[${name}="${CSS.escape(element.getAttribute(name))}"]`;
}
