// A form whose answer takes seconds says so, and is not sent twice.

for (const form of document.querySelectorAll("form[data-patience]")) {
  form.addEventListener("submit", () => {
    form.querySelector("button").disabled = true;
    form.querySelector("[role=status]").textContent = form.dataset.patience;
  });
}

// Who comes back with the browser's own button may send it again.
addEventListener("pageshow", () => {
  for (const button of document.querySelectorAll("form[data-patience] button")) button.disabled = false;
});
