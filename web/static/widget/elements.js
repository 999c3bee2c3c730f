/** Build elements without markup in strings: text can never become an element. */

/** `make("button", {class: "plain", type: "button"}, "Send")`; undefined attributes are left out. */
export function make(name, attributes = {}, ...children) {
  const element = document.createElement(name);
  for (const [attribute, value] of Object.entries(attributes)) {
    if (value !== undefined) element.setAttribute(attribute, value);
  }
  element.append(...children);
  return element;
}

/** A button that does something: `button(send, {class: "plain"}, "Send")`. */
export function button(act, attributes, ...children) {
  const made = make("button", { type: "button", ...attributes }, ...children);
  made.addEventListener("click", act);
  return made;
}

/** A drawing of lines, such as stands on a button; `shape` as in the `d` of a path, 24 wide and high. */
export function drawing(shape) {
  const [svg, path] = ["svg", "path"].map((name) => document.createElementNS("http://www.w3.org/2000/svg", name));
  svg.setAttribute("viewBox", "0 0 24 24");
  svg.setAttribute("aria-hidden", "true");
  path.setAttribute("d", shape);
  svg.append(path);
  return svg;
}
