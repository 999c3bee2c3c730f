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
