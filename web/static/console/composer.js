/** The answer: begun from the suggestion or a passage, locked once the conversation is somebody else's, and there
    once it is ours. */

export function offerPassages() {
  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-use]");
    const composer = document.querySelector("[data-composer]");
    if (button && composer) use(button, composer);
  });
  document.addEventListener("refreshed", () => {
    lock();
    showUse();
  });
}

/** The button that begins from the suggestion, where there is one. */
export function showUse() {
  const button = document.querySelector('[data-use="suggestion"]');
  if (button) button.hidden = !document.querySelector("[data-suggestion] [data-text]")?.dataset.markdown;
}

function use(button, composer) {
  const isPassage = button.dataset.use === "passage";
  const source = isPassage ? button.closest(".passage") : document.querySelector("[data-suggestion]");
  const held = source.querySelector("[data-text]");
  const words = (held.dataset.markdown ?? held.textContent).trim();
  const { text: box, suggested, suggested_by: by } = composer.elements;
  // Who took everything out again begins anew.
  if (!box.value.trim()) box.value = suggested.value = by.value = "";
  box.value = below(box.value.trimEnd(), words);
  // What a person wrote before it was not suggested.
  suggested.value = below(suggested.value, words);
  const whose = new Set(by.value.split(", ").filter(Boolean));
  by.value = [...whose.add(isPassage ? "passage" : source.dataset.by)].join(", ");
  box.focus();
  box.setSelectionRange(box.value.length, box.value.length);
}

function below(text, words) {
  return text ? `${text}\n\n${words}` : words;
}

function lock() {
  const state = document.querySelector('[data-live="state"]');
  const composer = document.querySelector("[data-composer]");
  if (!state || !composer) return;
  const { writable } = state.dataset;
  const locked = writable === "no";
  // Once it was ours it stays in sight: somebody's words may stand in it.
  composer.hidden &&= locked;
  composer.querySelector("[data-locked]").hidden = !locked;
  composer.querySelector("button:not([type])").disabled = locked;
  const hint = composer.querySelector("[data-says]");
  hint.textContent = writable === "takes-over" ? hint.dataset.says : "";
  for (const button of document.querySelectorAll("[data-use=passage]")) button.hidden = locked;
}
