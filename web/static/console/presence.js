/** Tell colleagues that this case is open here, and show who else has it open. */

const EVERY_MS = 5000;

export function announcePresence() {
  const place = document.querySelector("[data-presence]");
  if (!place) return;
  const tell = () => document.hidden || announce(place);
  tell();
  setInterval(tell, EVERY_MS);
}

async function announce(place) {
  const words = document.querySelector("#text")?.value ?? "";
  const body = new URLSearchParams({ writing: words.trim() ? "1" : "" });
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
