/** What customers would read, rendered by the server as the help center is, while somebody types. */

const SETTLE_MS = 350;

export function showPreview(form) {
  const shown = document.querySelector("[data-shown]");
  const heading = document.querySelector("[data-title]");
  let timer = null;
  let asked = 0;

  async function refresh() {
    const mine = ++asked;
    try {
      const response = await fetch(form.dataset.preview, { method: "POST", body: new URLSearchParams(new FormData(form)) });
      if (!response.ok || response.redirected) return;
      const page = new DOMParser().parseFromString(await response.text(), "text/html");
      // An answer that was overtaken shows what is gone.
      if (mine === asked) shown.replaceChildren(...page.body.childNodes);
    } catch {
      // Not reachable for the moment: saving tells of it.
    }
  }

  form.addEventListener("input", () => {
    heading.textContent = form.elements.title.value.trim() || heading.dataset.untitled;
    clearTimeout(timer);
    timer = setTimeout(refresh, SETTLE_MS);
  });
}
