/* The questions on the sample page open the assistant; without it they lead to the help center's search. */
document.addEventListener("click", (event) => {
  const asked = event.target.closest("[data-ask]");
  if (!asked || !window.HelpAssistant || event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  window.HelpAssistant.ask(asked.dataset.ask);
});
