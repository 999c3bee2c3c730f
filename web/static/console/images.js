/** Images of an article: sent as they are chosen, and shown where the writer was writing. */

export function insertImages(form) {
  const place = form.querySelector("[data-images]");
  if (!place) return;
  const [file, words] = place.querySelectorAll("input");
  const told = place.querySelector("[role=status]");
  place.hidden = false;

  async function insert() {
    if (!file.files.length || !words.value.trim()) {
      told.textContent = place.dataset.missing;
      return (file.files.length ? words : file).focus();
    }
    told.textContent = place.dataset.sending;
    const { markdown, problem } = await send(place.dataset.images, file.files[0], words.value);
    told.textContent = markdown ? place.dataset.inserted : problem ?? place.dataset.failed;
    if (!markdown) return;
    write(form.elements.body, markdown);
    file.value = words.value = "";
  }

  place.querySelector("button").addEventListener("click", insert);
  words.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || event.isComposing) return;
    event.preventDefault();
    insert();
  });
}

async function send(to, image, words) {
  try {
    const headers = { "Content-Type": "application/octet-stream", "X-Image-Alternative": encodeURIComponent(words) };
    const response = await fetch(to, { method: "POST", headers, body: image });
    return response.headers.get("Content-Type")?.includes("json") ? await response.json() : {};
  } catch {
    return {};
  }
}

// As typed: the browser's own undo takes it back, and preview and saving hear of it.
function write(field, markdown) {
  const before = field.value.slice(0, field.selectionEnd);
  const gap = !before || before.endsWith("\n\n") ? "" : before.endsWith("\n") ? "\n" : "\n\n";
  field.focus();
  field.setRangeText(`${gap}${markdown}\n\n`, field.selectionEnd, field.selectionEnd, "end");
  field.dispatchEvent(new InputEvent("input", { bubbles: true }));
}
