/** What is fetched only when it is needed: the modules of later/, with the style and wordings they share. */

import { make } from "./elements.js";
import { addWordings, locale } from "./i18n.js";
import { Problem } from "./problem.js";

let shared = null;

/** The module `later/<name>.js`, ready to be used; a Problem where it cannot be had. */
export async function later(name) {
  try {
    shared ??= Promise.all([style(), wordings()]);
    return (await Promise.all([import(`./later/${name}.js`), shared]))[0];
  } catch (error) {
    shared = null;
    throw Problem.from(error);
  }
}

function style() {
  const sheet = make("link", { rel: "stylesheet", href: "static/widget/later/later.css" });
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
