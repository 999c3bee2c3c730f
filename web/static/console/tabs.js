/** Where a row of lists is wider than the screen, the one that is open is in sight. */

export function showOpenTab() {
  const tab = document.querySelector(".boxes [aria-current]");
  const row = tab?.closest(".tabs") ?? tab?.closest(".boxes");
  if (row) row.scrollLeft += middle(tab) - middle(row);
}

function middle(part) {
  const { left, width } = part.getBoundingClientRect();
  return left + width / 2;
}
