/** Saving while somebody writes. A text is never overwritten unseen: where somebody else saved meanwhile, this stops and says so. */

const SETTLE_MS = 1200;
const AGAIN_MS = 5000;
const WRITING_MS = 10_000;
const PATIENCE_MS = 5000;
const clock = new Intl.DateTimeFormat(document.documentElement.lang, { timeStyle: "medium" });

export function saveByItself(form) {
  const told = document.querySelector("[data-save-state]");
  const newer = document.querySelector("[data-newer]");
  const presence = document.querySelector("[data-presence]");
  let kept = written(asSent(form));
  let timer = null;
  let stopped = false;
  let sending = null;
  let leaving = false;

  form.addEventListener("input", () => {
    presence.dataset.writing = "1";
    setTimeout(() => { presence.dataset.writing = ""; }, WRITING_MS);
    // What is published can go on its way again once it is another text.
    for (const button of form.querySelectorAll("[data-once-changed]")) button.hidden = false;
    if (!stopped) say(told.dataset.typing);
    plan(SETTLE_MS);
  });
  form.addEventListener("submit", async (event) => {
    clearTimeout(timer);
    if (sending) {
      // What is on its way becomes the version that this is written upon: nobody meets their own text.
      event.preventDefault();
      await Promise.race([sending, new Promise((go) => { setTimeout(go, PATIENCE_MS); })]);
      sending = null;
      if (!leaving) form.requestSubmit(event.submitter);
      return;
    }
    stopped = true;
    leaving = true;
  });
  document.addEventListener("presence", ({ detail }) => {
    if (detail.version > Number(form.elements.version.value) && !sending) meet();
  });
  addEventListener("beforeunload", (event) => {
    if (!leaving && written(form) !== kept) event.preventDefault();
  });
  // What was typed before this script came, or was brought back by the browser.
  if (written(form) !== kept) form.dispatchEvent(new Event("input"));

  function plan(after) {
    clearTimeout(timer);
    if (!stopped) timer = setTimeout(save, after);
  }

  async function save() {
    const text = written(form);
    if (sending || text === kept) return;
    sending = send(form);
    const answer = await sending;
    sending = null;
    if (stopped) return;
    if (answer.outcome === "stale") return meet();
    if (answer.outcome !== "saved") {
      say(told.dataset[answer.outcome]);
      if (answer.outcome !== "refused") plan(AGAIN_MS);
      return;
    }
    form.elements.version.value = answer.version;
    kept = text;
    say(told.dataset.saved.replace("{time}", clock.format(new Date())));
    if (written(form) !== kept) plan(SETTLE_MS);
  }

  function meet() {
    stopped = true;
    newer.hidden = false;
  }

  function say(words) {
    told.textContent = words;
  }
}

/** The form as the server sent it. */
function asSent(form) {
  const copy = form.cloneNode(true);
  copy.reset();
  return copy;
}

/** All that the form holds, but for the version that it began from. */
function written(form) {
  const held = new FormData(form);
  held.delete("version");
  return new URLSearchParams(held).toString();
}

/** Each outcome but "saved" and "stale" names the words that tell of it. */
async function send(form) {
  try {
    const response = await fetch(form.dataset.autosave, { method: "POST", body: new URLSearchParams(new FormData(form)) });
    // The session is over: this led to the sign-in page.
    if (response.redirected) return { outcome: "signedOut" };
    if (response.ok) return { outcome: "saved", version: (await response.json()).version };
    return { outcome: { 409: "stale", 422: "refused" }[response.status] ?? "failed" };
  } catch {
    return { outcome: "failed" };
  }
}
