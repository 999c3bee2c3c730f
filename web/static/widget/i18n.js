/** The widget's wordings in the customer's language: they come with the page, from `web/locales`. */

const config = JSON.parse(document.getElementById("config").textContent);

export const { locale, limit } = config;

/** The wording `key`, with each `{name}` replaced. An unknown key shows itself: tests find it. */
export function t(key, values = {}) {
  const wording = config.strings[key] ?? key;
  return wording.replace(/\{(\w+)\}/g, (whole, name) => values[name] ?? whole);
}

export function number(value) {
  return value.toLocaleString(locale);
}
