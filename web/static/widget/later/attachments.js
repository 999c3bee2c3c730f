/** Files to and from a person: chosen, pasted or dropped; shown in the thread, and saved again. */

import { drawing, make } from "../elements.js";
import { locale, limits, t } from "../i18n.js";
import { Problem } from "../problem.js";

const TYPES = ["image/png", "image/jpeg", "image/gif", "image/webp", "application/pdf"];
const UPLOAD_LIMIT_MS = 180_000;
const CLIP = "M20 11.5l-8.3 8.3a5.3 5.3 0 0 1-7.5-7.5l8.6-8.6a3.5 3.5 0 0 1 5 5l-8.6 8.6a1.8 1.8 0 0 1-2.5-2.5l7.6-7.6";

/** The button, for as long as people have the conversation. */
export function offer(desk, form) {
  const known = document.getElementById("attach");
  if (!desk.conversation.withPeople) return known?.remove();
  if (known) return;
  const chosen = make("input", { type: "file", accept: TYPES.join(), multiple: "", hidden: "", tabindex: "-1", "aria-hidden": "true" });
  const name = t("attach", { size: size(limits.attachment_mb * 1024 * 1024) });
  const button = make("button", { type: "button", id: "attach", class: "icon", "aria-label": name, title: name }, drawing(CLIP), chosen);
  button.addEventListener("click", () => chosen.click());
  chosen.addEventListener("click", (event) => event.stopPropagation());
  chosen.addEventListener("change", () => {
    send(desk, chosen.files);
    chosen.value = "";
  });
  form.querySelector("textarea").before(button);
  take(desk, form);
}

/** The files of a message in its place, images as pictures. */
export function show(desk, files, place) {
  place.replaceChildren(...files.map((file) => shown(desk, file)));
}

// Once for the page: what is pasted or dropped while no person is there goes nowhere.
function take(desk, form) {
  if (form.dataset.takesFiles) return;
  form.dataset.takesFiles = "yes";
  const given = (event, { files }) => {
    if (!files.length || !desk.conversation.withPeople) return;
    event.preventDefault();
    send(desk, files);
  };
  form.addEventListener("paste", (event) => given(event, event.clipboardData));
  addEventListener("dragover", (event) => desk.conversation.withPeople && event.preventDefault());
  addEventListener("drop", (event) => given(event, event.dataTransfer));
}

function send({ conversation, transcript }, files) {
  for (const file of files) {
    const wrong = file.size > limits.attachment_mb * 1024 * 1024 ? "too_large" : TYPES.includes(file.type) ? null : "wrong_type";
    if (wrong) {
      transcript.notice(t(`file_${wrong}`, { name: file.name, size: size(limits.attachment_mb * 1024 * 1024) }));
    } else {
      const attachments = [{ name: file.name, media_type: file.type, size: file.size, bytes: file }];
      conversation.send(file.name, { attachments, upload: (key) => upload(conversation, file, key) });
    }
  }
}

async function upload(conversation, file, key) {
  const headers = { "X-File-Name": encodeURIComponent(file.name.slice(-200)), "X-Client-Id": key };
  try {
    // Read first: what cannot be read is no matter of the connection.
    const bytes = new Blob([await file.arrayBuffer()]);
    await conversation.call("/attachments", bytes, { headers, signal: AbortSignal.timeout(UPLOAD_LIMIT_MS) });
  } catch (error) {
    const refused = error.kind === "refused" || error.name === "NotReadableError";
    throw refused ? new Problem("file") : error;
  }
}

function shown(desk, file) {
  const fetched = once(() => file.bytes ?? desk.conversation.call(`/attachments/${file.id}`, undefined, { as: "blob" }));
  const said = make("span", { role: "status" });
  const button = make("button", { type: "button", class: "file" }, make("span", { class: "name" }, file.name), " ", make("span", { class: "size" }, size(file.size)));
  button.setAttribute("aria-label", t("file_save", { name: file.name }));
  button.addEventListener("click", async () => {
    try {
      save(await fetched(), file.name);
      said.textContent = "";
    } catch (error) {
      said.textContent = t(`problem_${Problem.from(error).kind}`);
    }
  });
  if (file.media_type.startsWith("image/")) picture(fetched, button);
  return make("span", { class: "attached" }, button, said);
}

// Without its picture a file is still there, by its name.
async function picture(fetched, button) {
  const image = make("img", { alt: "" });
  try {
    image.src = URL.createObjectURL(await fetched());
    await image.decode();
    button.prepend(image);
  } catch {
    button.classList.add("plain-file");
  }
}

function save(bytes, name) {
  const link = make("a", { href: URL.createObjectURL(bytes), download: name });
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 1000);
}

// Asked for again only after it failed.
function once(act) {
  let made = null;
  return () => (made ??= Promise.resolve().then(act).catch((error) => ((made = null), Promise.reject(error))));
}

function size(bytes) {
  const large = bytes >= 1024 * 1024;
  const amount = large ? bytes / 1024 / 1024 : Math.ceil(bytes / 1024);
  return amount.toLocaleString(locale, { style: "unit", unit: large ? "megabyte" : "kilobyte", maximumFractionDigits: 1 });
}
