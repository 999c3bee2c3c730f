/** The widget's wordings in the customer's language: they come with the page, from `web/locales`. */

const config = JSON.parse(document.getElementById("config").textContent);

export const { locale, limit, limits = {} } = config;

/** The wording `key`, with each `{name}` replaced. An unknown key shows itself: tests find it. */
export function t(key, values = {}) {
  const wording = config.strings[key] ?? key;
  return wording.replace(/\{(\w+)\}/g, (whole, name) => values[name] ?? whole);
}

export function addWordings(more) {
  Object.assign(config.strings, more);
}

export function number(value) {
  return value.toLocaleString(locale);
}

/** The hour, and before today the day, too. */
export function moment(at, more = { month: "short" }) {
  const today = new Date().toDateString() === at.toDateString();
  return at.toLocaleString(locale, { hour: "numeric", minute: "2-digit", ...(!today && { day: "numeric", ...more }) });
}
