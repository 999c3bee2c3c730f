/** A part of the page gives way to its successor, and whoever is at it loses nothing: not the place where they are, not
    what they chose or wrote, not what they unfolded. */

import { showTimes } from "./times.js";

const PLACES = "a[href], button, input, select, textarea, summary, [tabindex]";
const FIELDS = "input:not([type=hidden]), select, textarea";

/** Whether somebody chooses, writes or presses something in it at this moment: no successor can take that over. */
export function isInUse(part) {
  const active = document.activeElement;
  const within = part.contains(active) && document.hasFocus();
  return part.matches(":active") || (within && (active.matches("select") || (isWritten(active) && isChanged(active))));
}

export function replace(part, news) {
  const active = part.contains(document.activeElement) ? document.activeElement : null;
  const at = active && knownBy(active);
  const changed = [...part.querySelectorAll(FIELDS)].filter(isChanged).map((field) => [knownBy(field), field]);
  const folds = [...part.querySelectorAll("details")].map((each) => [knownBy(each), each.open]);
  part.replaceChildren(...news.childNodes);
  for (const [known, open] of folds) found(part, "details", known)?.toggleAttribute("open", open);
  for (const [known, field] of changed) take(found(part, FIELDS, known), field);
  showTimes(part);
  if (active) goTo(found(part, PLACES, at) ?? part, part);
}

/** Whether it is another than the server sent. */
function isChanged(field) {
  if (field.matches("[type=checkbox], [type=radio]")) return field.checked !== field.defaultChecked;
  if (!field.matches("select")) return isWritten(field) && field.value !== field.defaultValue;
  const options = [...field.options];
  return field.selectedIndex !== Math.max(0, options.findIndex((each) => each.defaultSelected));
}

function isWritten(element) {
  return element.matches("input:not([type=checkbox], [type=radio]), textarea");
}

function take(field, former) {
  if (!field) return;
  if (field.matches("[type=checkbox], [type=radio]")) field.checked = former.checked;
  // Where the choice is gone none is made: not another one in its place.
  else field.value = former.value;
}

/** Who was at what is gone, or hidden, goes on from the part, and not from the page's beginning. */
function goTo(place, part) {
  place.focus();
  if (document.activeElement === place) return;
  part.tabIndex = -1;
  part.focus();
}

function found(part, kind, known) {
  return [...part.querySelectorAll(kind)].find((each) => knownBy(each) === known);
}

/** What an element and its successor have in common, and nothing else has. */
function knownBy(element) {
  if (element.id) return element.id;
  const { tagName, name, form, parentElement } = element;
  const value = element.matches("button, [type=checkbox], [type=radio]") ? element.value : "";
  const title = element.matches("details") ? titleOf(element) : "";
  const around = parentElement?.closest("details");
  return [
    tagName, name, value, title, element.getAttribute("href"), form?.getAttribute("action"), around && knownBy(around),
  ].join(" ");
}

/** How much follows its first words may change. */
function titleOf(details) {
  return details.querySelector("summary").firstChild.textContent.trim();
}
