// A form, or a button of one, whose answer takes seconds says so, and is not sent twice; nor is anything written meanwhile that would be lost.

/** What was open, each with the property that keeps it shut. */
const waiting = new Map();

for (const form of document.querySelectorAll("form")) {
  form.addEventListener("submit", (event) => {
    const asked = event.submitter?.dataset.patience ?? form.dataset.patience;
    // Another script may send it a moment later.
    if (!asked || event.defaultPrevented) return;
    const told = document.querySelector("[data-told]") ?? form.querySelector("[role=status]");
    told.textContent = asked;
    // Not before the form is on its way: the button that sends it says where to.
    setTimeout(() => {
      for (const field of document.querySelectorAll("input, textarea, select, button")) {
        // In a text one reads on, at the place where one was; and what is disabled would be missing
        // where another script reads the form meanwhile.
        const others = field.matches(":read-write") ? "readOnly" : "inert";
        const shut = field.matches("button") ? "disabled" : others;
        if (field[shut]) continue;
        field[shut] = true;
        waiting.set(field, shut);
      }
    });
  });
}

// Who comes back with the browser's own button may send it again.
addEventListener("pageshow", () => {
  for (const [field, shut] of waiting) field[shut] = false;
  waiting.clear();
});
