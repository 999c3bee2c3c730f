/** Tell colleagues that this case is open here, and show who else has it open, and whether its customer is there. */

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

/** The editor's text is never empty: its page itself says whether somebody writes. */
function writingNow(place) {
  return place.dataset.writing ?? writing(document.querySelector("#text"));
}

async function announce(place) {
  const body = new URLSearchParams({ writing: writingNow(place) });
  try {
    const response = await fetch(place.dataset.presence, { method: "POST", body });
    if (!response.ok) return;
    const told = await response.json();
    show(place, told.others);
    showCustomer(told.customer);
    document.dispatchEvent(new CustomEvent("presence", { detail: told }));
  } catch {
    // The next round tells it.
  }
}

// Said once, and not at every round.
function showCustomer(what) {
  const place = document.querySelector("[data-customer]");
  const words = (place && place.dataset[what]) ?? "";
  if (place && place.textContent !== words) place.textContent = words;
}

function show(place, others) {
  const { looks, writes } = place.dataset;
  place.hidden = others.length === 0;
  place.textContent = others.map((each) => (each.writing ? writes : looks).replace("{name}", each.name)).join(" · ");
}
