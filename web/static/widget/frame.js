/** The widget's page: joins the conversation to what is on the page, and to the page around it. */

import { Composer } from "./composer.js";
import { Conversation } from "./conversation.js";
import { make } from "./elements.js";
import { holdFocus } from "./focus.js";
import { Handoff } from "./handoff.js";
import { Host } from "./host.js";
import { t } from "./i18n.js";
import { forgetConversation } from "./memory.js";
import { Transcript } from "./transcript.js";

const $ = (id) => document.getElementById(id);
const touch = matchMedia("(pointer: coarse)");

const host = new Host({ hello, layout, opened, closed, ask: ({ text }) => send(text) });
const transcript = new Transcript($("transcript"), { onRetry: retry, onChoice: choose });
const composer = new Composer($("composer"), { onSend: send });
const handoff = new Handoff($("person"), { onCall: (details) => conversation.callPerson(details) });

let page;
let isOpen = false;
let unread = 0;
let conversation = joined();

$("anew").addEventListener("click", askForAnew);
$("close").addEventListener("click", () => host.tell("close"));
$("anew-dialog").addEventListener("close", ({ target }) => target.returnValue === "anew" && startAnew());
addEventListener("keydown", escape);
addEventListener("online", () => conversation.retryUnsent());
if (host.isAbsent) openedAlone();

// -- what the page around tells

function hello(said) {
  page = said.page;
  host.tell("ready");
}

function layout({ sheet }) {
  document.body.classList.toggle("sheet", sheet);
}

function opened({ focus }) {
  isOpen = true;
  countUnread(0);
  begin();
  if (focus) focusInside();
}

function closed() {
  isOpen = false;
}

function openedAlone() {
  $("close").hidden = true;
  document.body.classList.add("sheet");
  opened({ focus: true });
}

// -- what the customer does

function send(text) {
  conversation.send(text);
}

function retry(message) {
  conversation.retry(message);
}

function choose({ action, text }) {
  composer.focus();
  if (action === "handoff") handoff.call();
  else send(text);
}

function askForAnew() {
  if (conversation.hasQuestions) $("anew-dialog").showModal();
  else composer.focus();
}

function startAnew() {
  conversation.leave();
  forgetConversation();
  transcript.clear();
  conversation = joined();
  begin();
  focusInside();
}

function escape(event) {
  if (event.key !== "Escape" || event.isComposing || $("anew-dialog").open) return;
  host.tell("close");
}

// -- what the conversation tells

function joined() {
  const begun = new Conversation({ page: () => page });
  const hear = (kind, act) => begun.addEventListener(kind, ({ detail }) => act(detail));
  hear("cleared", () => transcript.clear());
  hear("message", shown);
  hear("withdrawn", (message) => transcript.withdraw(message));
  hear("suggestions", (suggestions) => transcript.suggest(suggestions));
  hear("status", (status) => handoff.show(status, begun));
  hear("lost", (text) => (startAnew(), send(text)));
  return begun;
}

function shown(message) {
  transcript.show(message);
  if (!isOpen && message.author !== "customer" && message.state === "done") countUnread(unread + 1);
}

function begin() {
  conversation.begin().catch(({ kind }) => {
    const again = make("button", { type: "button", class: "link" }, t("try_again"));
    const help = make("a", { href: "help", target: "_blank", rel: "noopener" }, t("read_help"));
    again.addEventListener("click", () => (transcript.clear(), begin(), composer.focus()));
    transcript.clear();
    transcript.notice(t(`problem_${kind}`), again, help);
  });
}

function countUnread(count) {
  unread = count;
  host.tell("unread", { count });
}

function focusInside() {
  // On a phone the keyboard would cover the answer that the customer came for.
  if (touch.matches) $("title").focus();
  else composer.focus();
}

holdFocus(document.body, () => document.body.classList.contains("sheet") && !host.isAbsent);
