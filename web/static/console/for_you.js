/** How many cases ask for me, in the header and in the tab's title; more of them are said, fewer are not. */

const title = document.title;

/** `ids`: of the cases; `here`: the one that is open on this page, which is seen as it changes while the page is. */
export function showAsking(ids, here) {
  const link = document.querySelector("[data-asking]");
  // Not there for who answers nobody.
  if (!link) return;
  const count = ids.filter((id) => document.hidden || id !== here).length;
  const place = link.querySelector(".count");
  const more = count > Number(place.textContent);
  place.textContent = count || "";
  document.title = count ? `(${count}) ${title}` : title;
  if (more) document.querySelector("[data-asking-said]").textContent = link.dataset.asking.replace("{number}", count);
}
