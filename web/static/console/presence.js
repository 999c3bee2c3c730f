/** Tell colleagues that this case is open here, and show who else has it open. */

const EVERY_MS = 5000;

export function announcePresence() {
  const place = document.querySelector("[data-presence]");
  if (!place) return;
  const tell = () => document.hidden || announce(place);
  tell();
  setInterval(tell, EVERY_MS);
  // Who begins to write, or takes it all back, is told of at once.
  let written = "";
  document.querySelector("#text")?.addEventListener("input", ({ target }) => {
    const now = writing(target);
    if (now !== written) tell();
    written = now;
  });
}

function writing(field) {
  return field?.value.trim() ? "1" : "";
}

async function announce(place) {
  const body = new URLSearchParams({ writing: writing(document.querySelector("#text")) });
  try {
    const response = await fetch(place.dataset.presence, { method: "POST", body });
    if (!response.ok) return;
    show(place, (await response.json()).others);
  } catch {
    // The next round tells it.
  }
}

function show(place, others) {
  const { looks, writes } = place.dataset;
  place.hidden = others.length === 0;
  place.textContent = others.map((each) => (each.writing ? writes : looks).replace("{name}", each.name)).join(" · ");
}
