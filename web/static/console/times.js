/** Moments in the reader's own zone and language; near ones as "in 5 minutes", kept up to date. */

const EVERY_MS = 30_000;
const UNITS = [["day", 86_400], ["hour", 3600], ["minute", 60]];
const locale = document.documentElement.lang;
const whole = new Intl.DateTimeFormat(locale, { dateStyle: "medium", timeStyle: "short" });
const near = new Intl.RelativeTimeFormat(locale, { numeric: "auto" });

export function showTimes(part) {
  for (const time of part.querySelectorAll("time[datetime]")) {
    const moment = new Date(time.dateTime);
    time.title = whole.format(moment);
    time.textContent = "relative" in time.dataset ? relative(moment) : whole.format(moment);
  }
}

function relative(moment) {
  const seconds = (moment - Date.now()) / 1000;
  const [unit, size] = UNITS.find(([, length]) => Math.abs(seconds) >= length) ?? ["minute", 60];
  return near.format(Math.trunc(seconds / size), unit);
}

setInterval(() => showTimes(document), EVERY_MS);
