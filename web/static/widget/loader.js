/*
 * The loader of Help Assistant, served at /widget.js: a launcher button, and the frame on first opening.
 *
 *   <script src="https://help.example.com/widget.js" async data-locale="fr"></script>
 *
 * docs/embedding.md lists the attributes, and what window.HelpAssistant can do.
 * Until that first opening nothing is requested beyond this file and nothing is stored. It lives in a
 * shadow root with a constructed style sheet, so neither the page's CSS nor a strict policy disturbs it.
 */
(() => {
  const script = document.currentScript;
  const { locale: wanted, label, position, theme = "", colour = "", global = "HelpAssistant" } = script.dataset;
  // What the page asked for before this script was there; anything else is an assistant already.
  const queue = window[global] ?? [];
  if (!Array.isArray(queue)) return;

  const frameUrl = new URL("widget", script.src);
  const gone = new AbortController();
  const SMALL = "(max-width: 480px), (max-height: 480px)";
  const REMEMBERED = `${global}-open`;
  const PATIENCE_MS = 12000;
  // The server says true where there are proactive messages.
  const NUDGES = false;

  // The four wordings that are needed before the frame and its locale file are there.
  const TEXTS = {
    en: {
      open: "Help",
      close: "Close help",
      unread: (name, count) => `${name}, ${count} unread`,
      down: "Help cannot be reached right now. Please try again in a moment.",
    },
    fr: {
      open: "Aide",
      close: "Fermer l’aide",
      unread: (name, count) => `${name}, ${count} non lu${count > 1 ? "s" : ""}`,
      down: "L’aide n’est pas joignable pour l’instant. Réessayez dans un moment.",
    },
  };

  const side = position === "left" ? "inset-inline-start" : "inset-inline-end";
  const [, hex] = /^#?([0-9a-f]{6})$/i.exec(colour) ?? [];
  const own = `#${hex ?? "1c5d4a"}`;
  const ink = inkOn(own);

  const STYLE = `
    :host { all: initial; }
    [hidden] { display: none !important; }
    button, p {
      position: fixed; inset-block-end: calc(20px + env(safe-area-inset-bottom)); ${side}: 20px; z-index: 2147483000;
      box-sizing: border-box; margin: 0; border: 0; color: ${ink}; background: ${own};
      font: 600 16px/1.25 -apple-system, "Segoe UI", Roboto, Arial, sans-serif;
      box-shadow: 0 1px 2px #0003, 0 6px 20px #0003;
    }
    button {
      display: flex; align-items: center; gap: 9px; min-height: 52px; padding: 0 20px 0 16px;
      border-radius: 26px; cursor: pointer;
    }
    button:hover { filter: brightness(.88); }
    button:focus-visible { outline: 3px solid #fff; box-shadow: 0 0 0 6px ${own}; }
    button[aria-expanded=true] { padding: 0 14px; }
    button[aria-expanded=true] .word, button[aria-expanded=true] .bubble,
    button[aria-expanded=false] .cross { display: none; }
    svg { width: 24px; height: 24px; fill: none; stroke: currentColor; stroke-width: 2;
      stroke-linecap: round; stroke-linejoin: round; }
    .badge {
      position: absolute; inset-block-start: -5px; inset-inline-end: -3px; min-width: 22px;
      padding: 0 6px; box-sizing: border-box; border-radius: 11px; color: #fff; background: #b3261e;
      font-size: 13px; line-height: 22px; text-align: center;
    }
    p { max-width: 300px; padding: 14px 18px; border-radius: 14px; inset-block-end: 84px;
      font-weight: 400; color: #fff; background: #33302b; }
    iframe {
      position: fixed; inset-block-end: 84px; ${side}: 20px; z-index: 2147483000;
      width: 400px; max-width: calc(100vw - 40px); height: min(680px, 100vh - 108px);
      border: 0; border-radius: 18px; background: Canvas;
      box-shadow: 0 0 0 1px #0000001a, 0 12px 48px #0003;
    }
    @media ${SMALL} {
      iframe {
        inset: 0; width: 100%; max-width: none; height: 100%; height: 100dvh; border-radius: 0; box-sizing: border-box;
        padding: env(safe-area-inset-top) env(safe-area-inset-right) env(safe-area-inset-bottom) env(safe-area-inset-left);
      }
      button[aria-expanded=true] { display: none; }
    }
    @media (prefers-reduced-motion: no-preference) {
      iframe { animation: rise .16s ease-out; }
      @keyframes rise { from { opacity: 0; transform: translateY(10px); } }
    }
    @media print { :host { display: none; } }
  `;

  const locale = wanted || document.documentElement.lang || navigator.language || "en";
  const texts = TEXTS[locale.slice(0, 2).toLowerCase()] || TEXTS.en;
  const name = label || texts.open;
  const told = { locale, theme, colour: hex, name: global === "HelpAssistant" ? "" : global };
  for (const [key, value] of Object.entries(told)) if (value) frameUrl.searchParams.set(key, value);

  const host = document.createElement("help-assistant");
  const root = host.attachShadow({ mode: "open" });
  const launcher = document.createElement("button");
  const badge = span("badge");
  const notice = document.createElement("p");
  const small = matchMedia(SMALL);
  const lock = styled("html { overflow: hidden !important } help-assistant:not([open]) { display: none !important }");
  let frame = null;
  let ready = false;
  let isOpen = false;
  let unread = 0;
  let waiting = [];
  let patience = 0;
  let identity;
  const context = {};
  const listeners = {};

  function open({ focus = true } = {}) {
    if (!isOpen) {
      isOpen = true;
      notice.hidden = true;
      frame ||= createFrame();
      frame.hidden = false;
      showState();
      lockPage();
      remember("sessionStorage", isOpen);
    }
    if (focus) frame.focus();
    tell({ type: "opened", focus });
    emit("open");
  }

  function close() {
    if (!isOpen) return;
    const focusWasInside = root.activeElement === frame;
    isOpen = false;
    frame.hidden = true;
    showState();
    lockPage();
    remember("sessionStorage", isOpen);
    tell({ type: "closed" });
    emit("close");
    if (focusWasInside) launcher.focus();
  }

  function ask(text) {
    open();
    tell({ type: "ask", text: String(text) });
  }

  // Kept here until the frame is there: before the first opening nothing is sent.
  function identify(jwt) {
    identity = jwt ? `${jwt}` : null;
    if (ready) post({ type: "identify", jwt: identity });
  }

  // Copied by way of JSON: what cannot travel (a reactive object, a function) must not stop the rest.
  function setContext(more) {
    const copy = {};
    for (const key in more) {
      try {
        copy[key] = JSON.parse(JSON.stringify(more[key]));
      } catch {
        console.warn("setContext:", key);
      }
    }
    Object.assign(context, copy);
    if (ready) post({ type: "context", context: copy });
  }

  /** `on("message", ({author}) => …)`; gives what ends it. */
  function on(event, act) {
    (listeners[event] ??= new Set()).add(act);
    return () => listeners[event].delete(act);
  }

  function emit(event, detail = {}) {
    for (const act of listeners[event] ?? []) act(detail);
  }

  function destroy() {
    close();
    clearTimeout(patience);
    gone.abort();
    host.remove();
    document.adoptedStyleSheets = document.adoptedStyleSheets.filter((sheet) => sheet !== lock);
    for (const call in api) api[call] = () => {};
    delete window[global];
  }

  function createFrame() {
    const created = document.createElement("iframe");
    created.allow = "clipboard-write";
    created.title = name;
    created.src = frameUrl.href;
    created.addEventListener("load", () => {
      // Neither query nor fragment: they may carry what is no business of the help desk.
      post({ type: "hello", page: location.origin + location.pathname, context, jwt: identity, follow: !isOpen });
    });
    root.append(created);
    patience = setTimeout(giveUp, PATIENCE_MS);
    return created;
  }

  function giveUp() {
    const wasOpen = isOpen;
    close();
    frame.remove();
    frame = null;
    waiting = [];
    notice.hidden = !wasOpen;
  }

  // What is said before the frame listens is kept until it does.
  function tell(message) {
    if (ready) post(message);
    else waiting.push(message);
  }

  function post(message) {
    frame.contentWindow.postMessage({ helpAssistant: 1, ...message }, frameUrl.origin);
  }

  function hear({ origin, source, data }) {
    if (!frame || origin !== frameUrl.origin || source !== frame.contentWindow) return;
    const { type, helpAssistant, ...detail } = data ?? {};
    if (helpAssistant !== 1) return;
    if (type === "close") return close();
    if (type === "ready") {
      clearTimeout(patience);
      ready = true;
      waiting.splice(0).forEach(post);
    }
    if (type === "unread") {
      unread = detail.count;
      showState();
    }
    if (type === "status") remember("localStorage", /^wa|ag/.test(detail.status));
    emit(type, detail);
  }

  function showState() {
    const label = isOpen ? texts.close : name;
    launcher.setAttribute("aria-expanded", isOpen);
    launcher.setAttribute("aria-label", unread ? texts.unread(label, unread) : label);
    badge.hidden = !unread;
    badge.textContent = unread > 9 ? "9+" : unread;
  }

  // The sheet on a small screen covers the page: the page must not scroll behind it, no other launcher lie over it, and the
  // keyboard of a phone must not cover the sheet's own input.
  function lockPage() {
    const sheet = isOpen && small.matches;
    if (isOpen) tell({ type: "layout", sheet });
    host.toggleAttribute("open", sheet);
    lock.disabled = !sheet;
    fitSheet();
  }

  function fitSheet() {
    if (!frame) return;
    const view = window.visualViewport;
    const keyboard = isOpen && small.matches && view && view.height < innerHeight - 80;
    frame.style.height = keyboard ? `${view.height}px` : "";
    frame.style.top = keyboard ? `${view.offsetTop}px` : "";
    frame.style.bottom = keyboard ? "auto" : "";
  }

  // Only after a first opening: so that the conversation stays in view from page to page, and a person's words are not missed.
  // Without `on` it is read.
  function remember(area, on) {
    try {
      if (on == null) return window[area][REMEMBERED];
      if (on) window[area][REMEMBERED] = 1;
      else delete window[area][REMEMBERED];
    } catch {
      // A page without storage only loses this convenience.
    }
  }

  function build() {
    root.adoptedStyleSheets.push(styled(STYLE));
    document.adoptedStyleSheets.push(lock);
    lockPage();
    launcher.type = "button";
    launcher.append(
      icon("bubble", "M4 5.5h16v11h-9l-4.5 4v-4H4zM8.5 9.5h7M8.5 12.5h4.5"),
      icon("cross", "M6 9l6 6 6-6"),
      span("word", name),
      badge,
    );
    launcher.addEventListener("click", () => (isOpen ? close() : open()));
    notice.setAttribute("role", "status");
    notice.hidden = true;
    notice.textContent = texts.down;
    root.append(launcher, notice);
    showState();
    host.addEventListener("keydown", (event) => event.key === "Escape" && close());
    const { signal } = gone;
    window.addEventListener("message", hear, { signal });
    small.addEventListener("change", lockPage, { signal });
    window.visualViewport?.addEventListener("resize", fitSheet, { signal });
    window.visualViewport?.addEventListener("scroll", fitSheet, { signal });
    document.body.append(host);
    queue.forEach(api.push);
    if (remember("sessionStorage") && !small.matches) open({ focus: false });
    else if (remember("localStorage")) (frame = createFrame()).hidden = true;
    if (NUDGES) watchFor();
  }

  function watchFor() {
    const page = { root, locale, theme, side, global, source: script.src, signal: gone.signal, on };
    const up = (id) => (open(), tell({ type: "nudge", id }));
    import(new URL("widget/nudges.js", script.src)).then(({ watch }) => watch({ ...page, up, isOpen: () => isOpen }), () => {});
  }

  function styled(rules) {
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(rules);
    return sheet;
  }

  function span(className, text = "") {
    const element = document.createElement("span");
    element.className = className;
    element.textContent = text;
    return element;
  }

  // Node by node: a page that demands trusted types refuses markup in strings.
  function icon(className, shape) {
    const [drawing, path] = ["svg", "path"].map((name) =>
      document.createElementNS("http://www.w3.org/2000/svg", name),
    );
    drawing.setAttribute("class", className);
    drawing.setAttribute("viewBox", "0 0 24 24");
    drawing.setAttribute("aria-hidden", "true");
    path.setAttribute("d", shape);
    drawing.append(path);
    return drawing;
  }

  // Black or white, whichever is read better (relative luminance, WCAG 2.2).
  function inkOn(colour) {
    const [red, green, blue] = colour.match(/\w\w/g).map((part) => (parseInt(part, 16) / 255) ** 2.2);
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue > 0.18 ? "#000" : "#fff";
  }

  const api = { open: () => open(), close, ask, identify, setContext, on, destroy };
  api.push = ([call, ...values]) => api[call]?.(...values);
  window[global] = api;
  if (document.body) build();
  else document.addEventListener("DOMContentLoaded", build, { signal: gone.signal });
})();
