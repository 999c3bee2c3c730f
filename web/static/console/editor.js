/** The page of one article: it saves by itself, and shows at once what customers would read. */

import { saveByItself } from "./autosave.js";
import { insertImages } from "./images.js";
import { showPreview } from "./preview.js";

const form = document.querySelector("[data-editor]");
showPreview(form);
saveByItself(form);
insertImages(form);

// A moment is meant as the writer's own clock shows it.
const zone = form.querySelector("[data-zone]");
const own = Intl.DateTimeFormat().resolvedOptions().timeZone;
if (zone && own) {
  zone.value = own;
  form.querySelector("[data-zone-name]").textContent = own;
}
