/** The summary that the language model writes of a case: asked for once the case is open, and marked as its own.
    What is put together from the record stands below it all the while. */

export async function askForSummary() {
  const place = document.querySelector("[data-summary]");
  if (!place) return;
  const told = place.querySelector("[data-told]");
  told.textContent = told.dataset.writing;
  const { text, model } = await asked(place.dataset.summary);
  told.textContent = text ? told.dataset.written.replace("{model}", model) : told.dataset.failed;
  const words = place.querySelector("[data-words]");
  words.textContent = text ?? "";
  words.hidden = !text;
}

async function asked(path) {
  try {
    const response = await fetch(path, { method: "POST" });
    return response.ok && !response.redirected ? await response.json() : {};
  } catch {
    return {};
  }
}
