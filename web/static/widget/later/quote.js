/** Find a quoted sentence in an article, across its bold words and links, and mark it. */

import { make } from "../elements.js";

// A shorter one, such as the number of a step, stands in many places.
const SHORTEST = 12;

/** The first mark, or null where the quote is not found. */
export function markQuote(root, quote) {
  const wanted = squeezed(quote);
  if (wanted.length < SHORTEST) return null;
  const pieces = textOf(root);
  const whole = pieces.map(({ text }) => text).join("");
  const from = whole.indexOf(wanted);
  if (from < 0) return null;
  const marks = pieces.flatMap((piece) => marked(piece, from, from + wanted.length));
  return marks[0] ?? null;
}

// Every text with its place among the squeezed characters: blanks count for nothing.
function textOf(root) {
  const walker = document.createTreeWalker(root, NodeFilter.SHOW_TEXT);
  const pieces = [];
  for (let start = 0; walker.nextNode(); ) {
    const text = squeezed(walker.currentNode.data);
    pieces.push({ node: walker.currentNode, text, start });
    start += text.length;
  }
  return pieces;
}

function marked({ node, text, start }, from, to) {
  const [first, last] = [Math.max(from - start, 0), Math.min(to - start, text.length)];
  if (first >= last) return [];
  const range = document.createRange();
  range.setStart(node, placeOf(node.data, first));
  range.setEnd(node, placeOf(node.data, last - 1) + 1);
  const mark = make("mark");
  range.surroundContents(mark);
  return [mark];
}

function placeOf(text, wanted) {
  for (let place = 0, seen = 0; place < text.length; place += 1) {
    if (/\s/.test(text[place])) continue;
    if (seen === wanted) return place;
    seen += 1;
  }
  return text.length - 1;
}

function squeezed(text) {
  return text.replace(/\s+/g, "");
}
