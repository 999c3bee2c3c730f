/** What may be put into the reply, found by typing: canned replies, articles, passages. `/` in an empty line opens it. */

const WAIT_MS = 150;

export function offerInserting() {
  const dialog = document.querySelector("#inserting");
  const box = document.querySelector("[data-composer]")?.elements.text;
  if (!dialog || !box) return;
  const field = dialog.querySelector("input[type=search]");
  let caret = [0, 0];
  const open = () => {
    // Behind a dialog the box forgets where it was written.
    caret = [box.selectionStart, box.selectionEnd];
    field.value = "";
    dialog.showModal();
    find(dialog, "");
  };
  document.querySelector("[data-insert]").addEventListener("click", open);
  box.addEventListener("keydown", (event) => {
    if (event.key !== "/" || !startsALine(box)) return;
    event.preventDefault();
    open();
  });
  let waiting;
  field.addEventListener("input", () => {
    clearTimeout(waiting);
    waiting = setTimeout(() => find(dialog, field.value), WAIT_MS);
  });
  dialog.addEventListener("keydown", (event) => move(event, dialog, field));
  dialog.addEventListener("click", (event) => {
    const chosen = event.target.closest("[data-text]");
    if (!chosen) return;
    dialog.close();
    insert(box, chosen.dataset.text, caret);
  });
  dialog.addEventListener("cancel", () => setTimeout(() => box.setSelectionRange(...caret)));
}

function startsALine(box) {
  return /(^|\n)[^\S\n]*$/.test(box.value.slice(0, box.selectionStart));
}

async function find(dialog, words) {
  const response = await fetch(`${dialog.dataset.from}?q=${encodeURIComponent(words)}`);
  if (!response.ok) return;
  const { canned, articles } = await response.json();
  // What was typed meanwhile has an answer of its own coming.
  if (dialog.querySelector("input[type=search]").value !== words) return;
  const { asLink, asPassage } = dialog.dataset;
  const choices = [
    ...canned.map((each) => choice(each, each.text, each.text)),
    ...articles.flatMap((each) => [choice(each, each.link, asLink), choice(each, each.passage, asPassage)]),
  ];
  const list = dialog.querySelector("[data-found]");
  // Whoever went into the list while it was found anew stays there.
  const wasInside = list.contains(document.activeElement);
  list.replaceChildren(...choices);
  if (wasInside) (list.querySelector("button") ?? dialog.querySelector("input")).focus();
  dialog.querySelector("[data-none]").hidden = choices.length > 0;
}

function choice({ title, locale }, text, told) {
  const item = document.createElement("li");
  const button = document.createElement("button");
  const [name, more] = [document.createElement("b"), document.createElement("span")];
  button.type = "button";
  button.className = "plain choice";
  button.dataset.text = text;
  name.textContent = title;
  more.textContent = told;
  more.className = "quiet";
  if (told === text) more.lang = locale;
  button.append(name, more);
  item.append(button);
  return item;
}

function move(event, dialog, field) {
  const choices = [...dialog.querySelectorAll("[data-text]")];
  const at = choices.indexOf(document.activeElement);
  if (event.key === "Enter" && event.target === field) {
    event.preventDefault();
    choices[0]?.click();
  } else if (event.key === "ArrowDown" || event.key === "ArrowUp") {
    event.preventDefault();
    const next = at + (event.key === "ArrowDown" ? 1 : -1);
    (next < 0 ? field : choices[Math.min(next, choices.length - 1)])?.focus();
  }
}

function insert(box, text, [start, end]) {
  box.focus();
  box.setRangeText(text, start, end, "end");
  box.dispatchEvent(new Event("input", { bubbles: true }));
}
