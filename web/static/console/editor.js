/** The page of one article: it saves by itself, and shows at once what customers would read. */

import { saveByItself } from "./autosave.js";
import { showPreview } from "./preview.js";

const form = document.querySelector("[data-editor]");
showPreview(form);
saveByItself(form);
