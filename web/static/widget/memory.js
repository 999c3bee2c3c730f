/** What this browser keeps of a visitor: the way back into the conversation, and nothing else. */

const KEY = "help-assistant";

// Where the browser refuses storage the conversation lasts as long as the page.
let kept = null;

/** `{id, token, visitorToken, greeting, suggestions, emailLeft}`, less after a conversation was left, or null. */
export function recall() {
  try {
    return JSON.parse(localStorage.getItem(KEY)) ?? kept;
  } catch {
    return kept;
  }
}

export function keep(ticket) {
  kept = ticket;
  try {
    localStorage.setItem(KEY, JSON.stringify(ticket));
  } catch {
    // See above: `kept` holds it.
  }
}

/** The next conversation is a new one, by the same visitor. */
export function forgetConversation() {
  keep({ visitorToken: recall()?.visitorToken });
}
