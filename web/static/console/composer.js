/** The answer: begun from the suggestion or a passage, and locked once the conversation is somebody else's. */

let leaving = false;

export function offerPassages() {
  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-use]");
    const composer = document.querySelector("[data-composer]");
    if (button && composer) use(button, composer);
  });
  document.addEventListener("refreshed", lock);
  document.addEventListener("submit", () => { leaving = true; });
}

function use(button, composer) {
  const isPassage = button.dataset.use === "passage";
  const source = isPassage ? button.closest(".passage") : document.querySelector("[data-suggestion]");
  const words = source.querySelector("[data-text]").textContent.trim();
  const box = composer.elements.text;
  box.value = box.value.trim() ? `${box.value.trimEnd()}\n\n${words}` : words;
  composer.elements.suggested.value = box.value;
  box.focus();
  box.setSelectionRange(box.value.length, box.value.length);
}

function lock() {
  const state = document.querySelector('[data-live="state"]');
  const composer = document.querySelector("[data-composer]");
  if (!state) return;
  const writable = state.dataset.writable === "yes";
  // It became ours to answer: the page has no composer for that yet, and no words that could be lost.
  if (!composer && writable) return leaving || location.reload();
  if (!composer) return;
  composer.querySelector("[data-locked]").hidden = writable;
  composer.querySelector("button:not([type])").disabled = !writable;
}
