/** What this browser keeps of a visitor: the way back into the conversation, and what is still unsent. */

// A page with two assistants names them, so that their conversations stay apart.
const name = new URLSearchParams(location.search).get("name");
const KEY = name ? `help-assistant-${name}` : "help-assistant";

// Where the browser refuses storage the conversation lasts as long as the page.
let kept = null;
// A tab that went on with a linked conversation keeps that one for itself.
let place = "localStorage";
try {
  if (sessionStorage.getItem(KEY)) place = "sessionStorage";
} catch {
  // As above.
}

/** From now on, what is kept is this tab's alone: what this browser keeps of its own visitor stays as it is. */
export function keepApart() {
  place = "sessionStorage";
}

/** `{id, token, visitorToken, who, greeting, suggestions, page, emailLeft, seen, unsent}`, less after it was left, or null. */
export function recall() {
  try {
    return JSON.parse(window[place].getItem(KEY)) ?? kept;
  } catch {
    return kept;
  }
}

export function keep(ticket) {
  kept = ticket;
  try {
    if (ticket) window[place].setItem(KEY, JSON.stringify(ticket));
    else window[place].removeItem(KEY);
  } catch {
    // See above: `kept` holds it.
  }
}

/** The next conversation is a new one, by the same visitor. */
export function forgetConversation() {
  const { visitorToken, who } = recall() ?? {};
  keep({ visitorToken, who });
}
