/** What the language model writes of a case, or the help center has for it: asked for once the case is open, and marked
    as whose it is. What stands there without it, from the record, stands until it comes, and for good where none comes. */

import { showUse } from "./composer.js";

export function askTheModel() {
  askForSummary(document.querySelector("[data-summary]"));
  askForReply(document.querySelector("[data-proposal]"));
  // The customer wrote again: what stood there answered what they had written before.
  document.addEventListener("refreshed", ({ target }) => askForReply(target.querySelector("[data-proposal]")));
}

async function askForSummary(place) {
  if (!place) return;
  const { text } = await written(place, place.dataset.summary);
  const words = place.querySelector("[data-words]");
  words.textContent = text ?? "";
  words.hidden = !text;
}

async function askForReply(place) {
  if (!place) return;
  const { text, html, model, looked_up: lookedUp } = await written(place, place.dataset.proposal);
  // Its passages can be used and marked, also where no reply came of them.
  place.parentElement?.querySelector("[data-looked-up]")?.replaceChildren(...nodesOf(lookedUp ?? ""));
  if (!text) return;
  const words = place.querySelector("[data-text]");
  // Rendered and cleaned by the server, as the message will be.
  words.replaceChildren(...nodesOf(html));
  words.dataset.markdown = text;
  words.hidden = false;
  place.dataset.by = model ?? "help_center";
  showUse();
}

function nodesOf(html) {
  return new DOMParser().parseFromString(html, "text/html").body.childNodes;
}

async function written(place, path) {
  const told = place.querySelector("[data-told]");
  told.textContent = told.dataset.writing;
  const answer = await asked(path);
  told.textContent = note(told.dataset, answer);
  return answer;
}

function note({ written, found, failed }, { text, model }) {
  if (!text) return failed;
  return model ? written.replace("{model}", model) : found;
}

async function asked(path) {
  try {
    const response = await fetch(path, { method: "POST" });
    return response.ok && !response.redirected ? await response.json() : {};
  } catch {
    return {};
  }
}
