/** The widget's wordings in the customer's language: they come with the page, from `web/locales`. */

const config = JSON.parse(document.getElementById("config").textContent);

export const { locale, limit, limits } = config;

// Numbers and moments as the reader writes them: 8:15 PM here is 20:15 in London. Some systems name a language
// as no standard does (`en-US@posix`), and no number or moment can be written in that.
const reader = navigator.languages.find((each) => each.startsWith(locale) && /^..(-[A-Z]{2})?$/.test(each)) ?? locale;

/** The wording `key`, with each `{name}` replaced. An unknown key shows itself: tests find it. */
export function t(key, values = {}) {
  const wording = config.strings[key] ?? key;
  return wording.replace(/\{(\w+)\}/g, (whole, name) => values[name] ?? whole);
}

export function addWordings(more) {
  Object.assign(config.strings, more);
}

export function number(value) {
  return value.toLocaleString(reader);
}

/** The hour, and before today the day, too. */
export function moment(at, more = { month: "short" }) {
  const today = new Date().toDateString() === at.toDateString();
  return at.toLocaleString(reader, { hour: "numeric", minute: "2-digit", ...(!today && { day: "numeric", ...more }) });
}
