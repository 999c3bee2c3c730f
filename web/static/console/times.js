/** Moments in the reader's own zone and language; near ones as "in 5 minutes", or how long ago as "5 minutes", kept up to date. */

const EVERY_MS = 30_000;
const UNITS = [["day", 86_400], ["hour", 3600], ["minute", 60]];
const locale = document.documentElement.lang;
const whole = new Intl.DateTimeFormat(locale, { dateStyle: "medium", timeStyle: "short" });
const near = new Intl.RelativeTimeFormat(locale, { numeric: "auto" });

export function showTimes(part) {
  for (const promise of part.querySelectorAll("[data-late]")) markLate(promise);
  for (const time of part.querySelectorAll("time[datetime]")) {
    const moment = new Date(time.dateTime);
    time.title = whole.format(moment);
    time.textContent = "relative" in time.dataset ? relative(moment) : "since" in time.dataset ? since(time, moment) : whole.format(moment);
  }
}

/** A promise that nobody keeps breaks at its moment, of which no event tells. */
function markLate(promise) {
  const [words, time] = promise.children;
  if (new Date(time.dateTime) > Date.now()) return;
  words.textContent = promise.dataset.late;
  delete promise.dataset.late;
  delete time.dataset.relative;
  time.dataset.since = "";
  for (const marked of [promise, promise.closest(".row-case")]) marked?.classList.add("late");
}

function relative(moment) {
  const [count, unit] = counted(moment);
  return near.format(count, unit);
}

// What stands before it says "for" or "by".
function since({ dataset }, moment) {
  const [count, unit] = counted(moment);
  if (count === 0) return dataset.under;
  return new Intl.NumberFormat(locale, { style: "unit", unit, unitDisplay: "long" }).format(Math.abs(count));
}

function counted(moment) {
  const seconds = (moment - Date.now()) / 1000;
  const [unit, size] = UNITS.find(([, length]) => Math.abs(seconds) >= length) ?? ["minute", 60];
  return [Math.trunc(seconds / size), unit];
}

setInterval(() => showTimes(document), EVERY_MS);
