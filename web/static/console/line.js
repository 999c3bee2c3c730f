/** The line on which the server tells what happens. A browser holds six connections to one server, for all its tabs: of
    the tabs that nobody looks at one stays on the line, for the count in its title, and the others leave it. */

const AGAIN_MS = 10_000;

/** `heard`: what to do with each kind of event, and where the server gives no line (`broken`): it is asked again. Who
    comes back to a tab hears what happened meanwhile. */
export function stayOnTheLine(address, { broken, ...heard }) {
  const from = new URL(address, location.href);
  let line = null;
  let keeps = false;

  function settle() {
    if (!document.hidden || keeps) return open();
    line?.close();
    line = null;
  }

  function open() {
    if (line) return;
    line = new EventSource(from);
    line.addEventListener("error", ({ target }) => {
      // What breaks on the way the browser mends by itself.
      if (target.readyState !== EventSource.CLOSED || target !== line) return;
      line = null;
      setTimeout(settle, AGAIN_MS);
      broken();
    });
    for (const [kind, act] of Object.entries(heard)) {
      line.addEventListener(kind, (event) => {
        if (event.lastEventId) from.searchParams.set("after", event.lastEventId);
        act(JSON.parse(event.data));
      });
    }
  }

  document.addEventListener("visibilitychange", settle);
  // Held until the tab is closed; not there where the console is served without TLS.
  navigator.locks?.request("console-line", () => {
    keeps = true;
    settle();
    return new Promise(() => {});
  });
  settle();
}
