/** Where the focus may go: never behind a widget that covers the whole page, and never nowhere. */

const REACHED = "a[href], button, input, textarea, [tabindex='0']";

/** Tab goes round in a widget that covers the whole page. */
export function holdFocus() {
  addEventListener("keydown", (event) => {
    if (event.key !== "Tab" || !document.body.matches(".sheet")) return;
    const stops = [...document.querySelectorAll(REACHED)].filter((stop) => stop.offsetParent);
    const [first, last] = [stops[0], stops.at(-1)];
    const leaving = event.shiftKey ? first : last;
    if (document.activeElement !== leaving) return;
    event.preventDefault();
    (event.shiftKey ? last : first).focus();
  });
}

/** What held the focus goes: `rescue` leads on, for to begin anew at the top helps nobody. */
export function keepFocus(rescue) {
  let held = null;
  addEventListener("focusin", ({ target }) => (held = target));
  // Whoever presses beside everything has left it.
  addEventListener("pointerdown", () => (held = null), true);
  const watch = new MutationObserver(() => {
    const isLost = [held, document.body].includes(document.activeElement) && document.hasFocus();
    if (held && isLost && !held.checkVisibility()) rescue();
  });
  watch.observe(document.body, { childList: true, subtree: true, attributeFilter: ["hidden"] });
}
