/** The widget's page: joins the conversation to what is on the page, and to the page around it. */

import * as api from "./api.js";
import { Composer } from "./composer.js";
import { Conversation } from "./conversation.js";
import { button, make } from "./elements.js";
import { holdFocus, keepFocus } from "./focus.js";
import { Handoff } from "./handoff.js";
import { Host } from "./host.js";
import { limits, t } from "./i18n.js";
import { later } from "./later.js";
import { forgetConversation, keep, recall } from "./memory.js";
import { Problem } from "./problem.js";
import { Transcript } from "./transcript.js";
import { Unread } from "./unread.js";

const $ = (id) => document.getElementById(id);
const touch = matchMedia("(pointer: coarse)");

const site = { page: undefined, context: {}, known: null };
const host = new Host({ hello, layout, opened, closed: () => (isOpen = false), context, identify, ask: ({ text }) => send(text), nudge });
const transcript = new Transcript($("transcript"), {
  retry: (message) => (focusInside(), conversation.retry(message)),
  choice: choose,
  source: (citation, link) => showPanel("reader", (reader) => reader.article(desk, citation), link),
  rate: (message, helpful) => conversation.rate(message, helpful),
  files: (files, place) => withLater("attachments", ({ show }) => show(desk, files, place)),
  unhelpful: (message, row) => withLater("reasons", ({ askWhy }) => askWhy(row, { message, ...desk })),
});
const composer = new Composer($("composer"), { onSend: send, onWriting: () => conversation.writes() });
const handoff = new Handoff($("person"), { onCall: (details) => (closePanel(), conversation.callPerson(details)) });

const unread = new Unread({ isOpen: isSeen, count: countUnread, seen: () => conversation.saw() });

let isOpen = false;
let panel = null;
// Whom the page named, whether a conversation was shown here, and what the page knows of its status.
let person = null;
let begun = false;
let told = null;
let conversation = joined();

/** What the parts that are loaded later may do here. */
const desk = {
  host,
  transcript,
  send,
  arrived,
  startAnew,
  resume,
  forgetAll,
  focusInside,
  callPerson: () => handoff.call(),
  isSeen,
  get conversation() {
    return conversation;
  },
  get panel() {
    return panel;
  },
};

$("menu").addEventListener("click", ({ currentTarget }) => showPanel("menu", (menu) => menu.show(desk), currentTarget));
$("library").addEventListener("click", ({ currentTarget }) => showPanel("reader", (reader) => reader.library(desk), currentTarget));
$("close").addEventListener("click", () => host.tell("close"));
addEventListener("keydown", escape);
addEventListener("online", () => conversation.retryUnsent());
document.addEventListener("visibilitychange", () => (conversation.follow(inView()), unread.look()));
if (host.isAbsent) withLater("arrival", ({ arrive }) => arrive(desk));

// -- what the page around tells

function hello({ page, context, jwt, follow }) {
  Object.assign(site, { page, context });
  if (jwt !== undefined) identify({ jwt });
  host.tell("ready");
  if (follow) begin();
}

function layout({ sheet }) {
  document.body.classList.toggle("sheet", sheet);
}

function opened({ focus }) {
  isOpen = true;
  unread.look();
  begin();
  if (focus) focusInside();
}

function context({ context: told }) {
  Object.assign(site.context, told);
  if (conversation.id) conversation.call("/context", { context: told }).catch(() => {});
}

// What the page said before anything was asked stands in the thread, as any other message.
function nudge({ id }) {
  closePanel();
  conversation.takeUp(id).catch(tellProblem);
}

// Who signs in goes on with what is theirs; whoever follows them, or nobody, gets nothing of it: not even while
// it is still being checked who that is. Where nobody was known before, nobody else is here.
function identify({ jwt }) {
  const who = jwt ? subject(jwt) : null;
  const before = person ?? recall()?.who;
  const another = before && before !== who;
  person = who;
  site.known = jwt ? identified(jwt, who, another ? undefined : recall()?.visitorToken) : null;
  if (another) forgetAll();
  else if (begun) site.known?.then(replaceConversation);
}

function identified(jwt, who, visitorToken) {
  return api
    .call("visitors/identify", { body: { token: jwt, visitor_token: visitorToken } })
    .then(({ visitor_token: token }) => person === who && keep({ ...recall(), token, visitorToken: token, who }))
    .catch(({ message }) => console.warn(`HelpAssistant.identify: ${message}`));
}

/** The page is one of its own. Whoever came by a link goes on once `known` has settled; where it fails, with what is theirs here. */
function arrived(known) {
  site.known = known;
  known?.catch(() => (site.known = null));
  opened({ focus: true });
}

// -- what the customer does

function send(text) {
  closePanel();
  conversation.send(text);
}

function choose({ action, text }) {
  composer.focus();
  if (action === "handoff") handoff.call();
  else send(text);
}

function startAnew() {
  forgetConversation();
  replaceConversation();
}

function resume(id) {
  forgetConversation();
  keep({ ...recall(), id, token: recall().visitorToken });
  replaceConversation();
}

function forgetAll() {
  keep(null);
  composer.clear();
  const begun = replaceConversation();
  // Closed, no next one tells that nobody is waited for any more.
  if (!isOpen) statusIs("with_assistant");
  return begun;
}

function replaceConversation() {
  closePanel();
  conversation.leave();
  clear();
  conversation = joined();
  if (!isOpen) return;
  focusInside();
  return begin();
}

function escape(event) {
  if (event.key !== "Escape" || event.isComposing) return;
  if (panel) panel.back();
  else host.tell("close");
}

// -- what the conversation tells

function joined() {
  const joining = new Conversation(site, {
    cleared: clear,
    message: shown,
    withdrawn: (message) => transcript.withdraw(message),
    suggestions: (suggestions) => transcript.suggest(suggestions),
    status: statusIs,
    typing: (isWriting) => transcript.typing(isWriting),
    concluded,
    asked: offerSurvey,
    lost: (text) => (startAnew(), send(text)),
  });
  joining.follow(inView());
  return joining;
}

function shown(message) {
  const item = transcript.show(message);
  if (message.author === "agent") transcript.typing(false);
  if (message.state !== "done" || !message.id || message.author === "customer") return;
  if (!conversation.isNew(message)) return;
  host.tell("message", { author: message.author });
  unread.add(item);
}

function statusIs(status) {
  handoff.show(status, conversation);
  if (limits.attachment_mb && (conversation.withPeople || $("attach"))) later("attachments").then(({ offer }) => offer(desk, $("composer")), () => {});
  if (status !== told) host.tell("status", { status: (told = status) });
  if (status === "with_agent") nameWhoJoined();
  if (status === "resolved") offerSurvey();
}

async function nameWhoJoined() {
  const { agent_name: name } = await conversation.call("").catch(() => ({}));
  if (name && conversation.status === "with_agent") handoff.show("with_agent", conversation, name);
}

// Whoever says thank you after an answer is done: the moment to ask. Where leads want it, silence under an answer is one, too.
function concluded(decision) {
  const answered = conversation.messages.some(({ citations }) => citations?.length);
  if (answered && (decision === "smalltalk" || limits.survey)) offerSurvey(decision);
}

function offerSurvey(decision) {
  withLater("survey", ({ offer }) => offer(desk, decision));
}

function begin() {
  const mine = conversation;
  begun = true;
  return mine.begin().catch(({ kind }) => {
    if (mine !== conversation) return;
    const again = button(() => (transcript.clear(), begin(), composer.focus()), { class: "link" }, t(kind === "link" ? "anew" : "try_again"));
    const help = make("a", { href: "help", target: "_blank", rel: "noopener" }, t("read_help"));
    transcript.clear();
    transcript.notice(t(`problem_${kind}`), again, help);
  });
}

// -- what comes later

function withLater(name, act) {
  return later(name).then(act).catch(tellProblem);
}

async function showPanel(name, fill, opener) {
  opener.classList.add("busy");
  // Only once both are there: the conversation, which tells of a problem, is covered by neither.
  const opened = ({ Panel }) => (panel ??= new Panel($("transcript"), { opener, onClose: () => (panel = null) }));
  await withLater(name, (part) => later("panel").then(opened).then(() => fill(part)));
  opener.classList.remove("busy");
}

function tellProblem(error) {
  transcript.notice(t(`problem_${Problem.from(error).kind}`));
}

function closePanel() {
  panel?.close();
}

/** Whom a token names; whether that is true is for the server to say. */
function subject(jwt) {
  try {
    return JSON.parse(atob(jwt.split(".")[1].replaceAll("-", "+").replaceAll("_", "/"))).sub;
  } catch {
    return undefined;
  }
}

function inView() {
  return document.visibilityState === "visible";
}

function isSeen() {
  return isOpen && inView();
}

function clear() {
  transcript.clear();
  unread.clear();
}

// Told to the page, and here to whom something covers it.
function countUnread(count) {
  host.tell("unread", { count });
  const news = button(() => (closePanel(), transcript.end()), { class: "choice" }, t("news", { count }));
  $("news").replaceChildren(...(count ? [news] : []));
}

function focusInside() {
  // On a phone the keyboard would cover the answer that the customer came for.
  if (touch.matches) $("title").focus();
  else composer.focus();
}

keepFocus(focusInside);
holdFocus();
