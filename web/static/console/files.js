/** A file for the customer: chosen, sent at once, and shown in the thread by what keeps it live. */

export function offerFiles() {
  const button = document.querySelector("[data-attach]");
  if (!button) return;
  const input = document.querySelector("[data-file]");
  button.addEventListener("click", () => input.click());
  input.addEventListener("change", () => input.files.length && send(button, input));
}

async function send(button, input) {
  const [file] = input.files;
  input.value = "";
  button.disabled = true;
  tell("sending", file.name);
  try {
    const response = await fetch(button.dataset.attach, { method: "POST", body: file, headers: {
      "Content-Type": "application/octet-stream",
      "X-File-Name": encodeURIComponent(file.name),
      "X-Key": crypto.randomUUID(),
    } });
    tell(response.ok ? "sent" : response.status === 403 ? "notYours" : "refused", file.name);
  } catch {
    tell("refused", file.name);
  }
  button.disabled = false;
  button.focus();
}

function tell(what, name) {
  const line = document.querySelector("[data-attached]");
  line.hidden = false;
  line.textContent = line.dataset[what].replace("{name}", name);
}
