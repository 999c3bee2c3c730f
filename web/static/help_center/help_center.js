/* The ways to ask open the assistant on this page; without it they lead to its own. */
document.addEventListener("click", (event) => {
  const way = event.target.closest("[data-open], [data-ask]");
  if (!way || !window.HelpAssistant?.ask || event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  if (way.dataset.ask) window.HelpAssistant.ask(way.dataset.ask);
  else window.HelpAssistant.open();
});
