/** What is fetched only when it is needed: the modules of later/, with the style and wordings they share. */

import { make } from "./elements.js";
import { addWordings, locale } from "./i18n.js";
import { Problem } from "./problem.js";

const PATIENCE_MS = 15000;
// After a failure an address is another one: browsers join what stalled by its address, and some keep a module's failure.
const again = {};
let failures = 0;
let shared = null;

/** The module `later/<name>.js`, ready to be used; a Problem where it cannot be had in time. */
export async function later(name) {
  const late = new Promise((_, reject) => setTimeout(reject, PATIENCE_MS, new Problem("offline")));
  try {
    shared ??= Promise.all([style(), wordings()]);
    return (await Promise.race([Promise.all([import(`./later/${name}.js${again[name] ?? ""}`), shared]), late]))[0];
  } catch (error) {
    shared = null;
    again[name] = `?${++failures}`;
    throw Problem.from(error);
  }
}

function style() {
  const sheet = make("link", { rel: "stylesheet", href: `static/widget/later/later.css?${failures}` });
  return new Promise((resolve, reject) => {
    sheet.addEventListener("load", resolve);
    sheet.addEventListener("error", () => reject(new Problem("offline")));
    document.head.append(sheet);
  });
}

async function wordings() {
  const response = await fetch(`widget/wordings?locale=${locale}`, { credentials: "omit" });
  if (!response.ok) throw Problem.ofStatus(response.status);
  addWordings(await response.json());
}
