/** While the widget covers the whole page, Tab must not lead behind it. */

const REACHED = "a[href], button, input, textarea, [tabindex='0']";

export function holdFocus(container, isHeld) {
  container.addEventListener("keydown", (event) => {
    if (event.key !== "Tab" || !isHeld()) return;
    const stops = [...container.querySelectorAll(REACHED)].filter((stop) => stop.offsetParent);
    const [first, last] = [stops[0], stops.at(-1)];
    const leaving = event.shiftKey ? first : last;
    if (document.activeElement !== leaving) return;
    event.preventDefault();
    (event.shiftKey ? last : first).focus();
  });
}
