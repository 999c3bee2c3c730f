/** What a page of the console does by itself: times in the agent's own zone, and news without a reload. */

const NEWS_MS = 5000;

showTimes(document);
for (const place of document.querySelectorAll("[data-live]")) follow(place);

function showTimes(part) {
  const format = new Intl.DateTimeFormat(document.documentElement.lang, { dateStyle: "medium", timeStyle: "short" });
  for (const time of part.querySelectorAll("time[datetime]")) {
    time.title = time.textContent;
    time.textContent = format.format(new Date(time.dateTime));
  }
}

// The server's own page is asked again: there is one template for a message, not two.
function follow(place) {
  let seen = null;
  setInterval(async () => {
    if (document.hidden) return;
    const news = await fetched(place.dataset);
    if (!news || news.innerHTML === seen) return;
    const changed = seen !== null;
    seen = news.innerHTML;
    if (changed) replace(place, news);
  }, NEWS_MS);
}

async function fetched({ live, from }) {
  try {
    const response = await fetch(from, { headers: { Accept: "text/html" } });
    // The session is over: this leads to the sign-in page.
    if (response.redirected) return location.assign(from);
    if (!response.ok) return null;
    const page = new DOMParser().parseFromString(await response.text(), "text/html");
    return page.querySelector(`[data-live="${live}"]`);
  } catch {
    // Not reachable for the moment: the next round asks again.
    return null;
  }
}

function replace(place, news) {
  const focused = place.contains(document.activeElement) ? document.activeElement.getAttribute("href") : null;
  place.replaceChildren(...news.childNodes);
  showTimes(place);
  if (focused) place.querySelector(`[href="${CSS.escape(focused)}"]`)?.focus();
}
