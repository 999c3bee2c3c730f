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
  const { signal } = gone;
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
      unread: ", unread: ",
      down: "Help cannot be reached right now. Please try again in a moment.",
    },
    fr: {
      open: "Aide",
      close: "Fermer l’aide",
      unread: ", non lus\u00a0: ",
      down: "L’aide n’est pas joignable pour l’instant. Réessayez dans un moment.",
    },
  };

  const side = `inset-inline-${position === "left" ? "start" : "end"}`;
  const [, hex] = /^#?([0-9a-f]{6})$/i.exec(colour) ?? [];
  const own = `#${hex ?? "1c5d4a"}`;
  const ink = inkOn(own);

  const STYLE = `
    :host { all: initial !important; display: var(--help-assistant, inline) !important; }
    [hidden] { display: none !important; }
    button, p, iframe {
      position: fixed; inset-block-end: 84px; ${side}: 20px; z-index: 2147483000; box-sizing: border-box; border: 0; outline: 1px solid #0000;
      margin: 0 env(safe-area-inset-right) env(safe-area-inset-bottom);
      font: 16px/1.25 -apple-system, "Segoe UI", Arial, sans-serif; box-shadow: 0 4px 24px #0004;
    }
    button {
      display: flex; align-items: center; gap: 9px; inset-block-end: 20px; min-height: 52px; padding: 0 18px;
      border-radius: 26px; color: ${ink}; background: ${own}; font-weight: 600; cursor: pointer;
    }
    button:hover { text-decoration: underline; box-shadow: 0 4px 24px #0009; }
    button:focus-visible { outline: 3px solid #fff; box-shadow: 0 0 0 6px #000; }
    [aria-expanded=true] { padding: 0 14px; }
    [aria-expanded=true] .word, [aria-expanded=true] .bubble, [aria-expanded=false] .cross { display: none; }
    svg { width: 24px; fill: none; stroke: currentColor; stroke-width: 2; stroke-linecap: round; stroke-linejoin: round; }
    .badge {
      position: absolute; inset-block-start: -5px; inset-inline-end: -3px; min-width: 10px;
      padding: 0 6px; border-radius: 11px; color: #fff; background: #b3261e; font-size: 13px; line-height: 22px;
    }
    p { max-width: 300px; padding: 14px 18px; border-radius: 18px; color: #fff; background: #222; }
    iframe {
      width: 400px; max-width: calc(100vw - 40px); height: min(680px, 100vh - 108px);
      border-radius: 18px; background: Canvas; color-scheme: ${theme || "light dark"};
    }
    @media ${SMALL} {
      iframe {
        inset: 0; margin: 0; width: 100%; max-width: none; height: 100dvh; border-radius: 0;
        padding: env(safe-area-inset-top) env(safe-area-inset-right) env(safe-area-inset-bottom) env(safe-area-inset-left);
      }
      :host([ready]) [aria-expanded=true] { display: none; }
    }
    @media (prefers-reduced-motion: no-preference) {
      iframe { animation: rise .16s ease-out; }
      @keyframes rise { from { opacity: 0; transform: translateY(10px); } }
    }
    @media print { :host { display: none !important; } }
  `;

  // Of what is asked for, the first that we speak: the frame must not choose another one.
  const locale = [wanted, document.documentElement.lang, ...navigator.languages, "en"]
    .map((each) => each?.slice(0, 2).toLowerCase())
    .find((each) => TEXTS[each]);
  const texts = TEXTS[locale];
  const name = label || texts.open;
  const look = { locale, theme, colour: hex, name: global === "HelpAssistant" ? "" : global };
  for (const key in look) if (look[key]) frameUrl.searchParams.set(key, look[key]);

  const host = element("help-assistant");
  const root = host.attachShadow({ mode: "open" });
  const launcher = element("button");
  const badge = element("span", { className: "badge" });
  const notice = element("p", { role: "status", hidden: true, textContent: texts.down });
  const small = matchMedia(SMALL);
  const lock = styled("html { overflow: hidden !important } help-assistant:not([open]) { --help-assistant: none }");
  let frame = null;
  let ready = false;
  let isOpen = false;
  let opener;
  let unread = 0;
  let waiting = [];
  let patience = 0;
  let identity;
  const context = {};
  const listeners = {};

  function open({ focus = true } = {}) {
    if (!isOpen) {
      isOpen = true;
      opener = document.activeElement;
      notice.hidden = true;
      frame ||= createFrame();
      changed("open");
    }
    if (focus) frame.focus();
    tell({ type: "opened", focus });
  }

  function close() {
    if (!isOpen) return;
    const focusWasInside = root.activeElement === frame;
    isOpen = false;
    changed("close");
    tell({ type: "closed" });
    if (!focusWasInside) return;
    launcher.focus();
    // Whatever cannot take it leaves it there.
    opener.focus();
  }

  function changed(event) {
    frame.hidden = !isOpen;
    showState();
    lockPage();
    remember("sessionStorage", isOpen);
    emit(event);
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
        context[key] = copy[key] = JSON.parse(JSON.stringify(more[key]));
      } catch {
        console.warn("setContext:", key);
      }
    }
    if (ready) post({ type: "context", context: copy });
  }

  /** `on("message", ({author}) => …)`; gives what ends it. */
  function on(event, act) {
    (listeners[event] ??= new Set()).add(act);
    return () => listeners[event].delete(act);
  }

  // Each by itself, once we are done: one that fails is reported as any error of the page's, and stops nothing.
  function emit(event, detail = {}) {
    for (const act of listeners[event] ?? []) queueMicrotask(() => act(detail));
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
    const created = element("iframe", { allow: "clipboard-write", title: name, hidden: !isOpen, src: frameUrl.href });
    created.addEventListener("load", () => {
      // Neither query nor fragment: they may carry what is no business of the help desk.
      post({ type: "hello", page: location.origin + location.pathname, context, jwt: identity, follow: !isOpen });
    });
    root.prepend(created);
    patience = setTimeout(giveUp, PATIENCE_MS);
    return created;
  }

  function giveUp() {
    notice.hidden = !isOpen;
    close();
    frame.remove();
    frame = null;
    waiting = [];
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
    if (origin !== frameUrl.origin || source !== frame?.contentWindow) return;
    const { type, helpAssistant, ...detail } = data ?? {};
    if (helpAssistant !== 1) return;
    if (type === "close") return close();
    if (type === "ready") {
      clearTimeout(patience);
      ready = host.toggleAttribute("ready", true);
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
    launcher.setAttribute("aria-label", unread ? label + texts.unread + unread : label);
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
    const { height, offsetTop, scale } = visualViewport;
    // Whoever zooms in sees less of the page, too: that is no keyboard.
    const keyboard = isOpen && small.matches && height * scale < innerHeight - 80;
    frame.style = keyboard ? `height: ${height}px; inset-block: ${offsetTop}px auto; padding-block-end: 0` : "";
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
    launcher.append(
      icon("bubble", "M4 5h16v12h-9l-5 4v-4H4zM8 9h8M8 13h5"),
      icon("cross", "M6 9l6 6 6-6"),
      element("span", { className: "word", textContent: name }),
      badge,
    );
    launcher.addEventListener("click", () => (isOpen ? close() : open()));
    root.append(launcher, notice);
    showState();
    host.addEventListener("keydown", (event) => event.key === "Escape" && close());
    window.addEventListener("message", hear, { signal });
    small.addEventListener("change", lockPage, { signal });
    visualViewport.addEventListener("resize", fitSheet, { signal });
    visualViewport.addEventListener("scroll", fitSheet, { signal });
    document.body.append(host);
    queue.forEach(api.push);
    if (signal.aborted) return;
    if (remember("sessionStorage") && !small.matches) open({ focus: false });
    else if (remember("localStorage")) frame ||= createFrame();
    if (NUDGES) watchFor();
  }

  function watchFor() {
    const up = (id) => (open(), tell({ type: "nudge", id }));
    const page = { root, locale, theme, side, global, source: script.src, signal, on, up, isOpen: () => isOpen };
    import(new URL("widget/nudges.js", script.src)).then(({ watch }) => watch(page), () => {});
  }

  function styled(rules) {
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(rules);
    return sheet;
  }

  function element(name, more) {
    return Object.assign(document.createElement(name), more);
  }

  // Node by node: a page that demands trusted types refuses markup in strings.
  function icon(className, shape) {
    const [drawing, path] = ["svg", "path"].map((name) => document.createElementNS("http://www.w3.org/2000/svg", name));
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
    return .2126 * red + .7152 * green + .0722 * blue > .18 ? "#000" : "#fff";
  }

  const api = { open: () => open(), close, ask, identify, setContext, on, destroy };
  api.push = ([call, ...values]) => api[call]?.(...values);
  window[global] = api;
  if (document.body) build();
  else document.addEventListener("DOMContentLoaded", build, { signal });
})();
