/** What the customer owns: conversations, a way to another device, a copy, and to delete it all. */

import { call } from "../api.js";
import { button, make } from "../elements.js";
import { moment, t } from "../i18n.js";
import { recall } from "../memory.js";
import { Problem } from "../problem.js";
import { row } from "./panel.js";

export function show(desk) {
  const { conversation, panel } = desk;
  const said = make("div", { role: "status", class: "said" });
  const elsewhere = row(t("elsewhere"), t("elsewhere_more"), () => linkElsewhere(conversation, said));
  elsewhere.append(said);
  const acts = [
    elsewhere,
    row(t("download"), t("download_more"), () => download(conversation)),
  ];
  const { token, visitorToken } = recall() ?? {};
  // By a link out of a mail this conversation can be read, and nothing else; who left it could not come back.
  if (token && !visitorToken) return panel.open(t("menu"), make("ul", { class: "rows" }, ...acts));
  acts.unshift(row(t("anew"), t("anew_more"), desk.startAnew));
  acts.push(row(t("forget"), t("forget_more"), () => askToForget(desk)));
  const before = make("ul", { class: "rows" });
  panel.open(t("menu"), make("ul", { class: "rows" }, ...acts), make("h3", {}, t("conversations")), before);
  listConversations(desk, before);
}

async function listConversations(desk, place) {
  try {
    const { conversations } = await call("conversations", { token: recall()?.visitorToken });
    const rows = conversations.map(({ id, question, last_at: at, status }) => {
      const state = id === desk.conversation.id ? t("this_one") : t(`status_${status}`);
      return row(question, `${moment(new Date(at))} · ${state}`, () => desk.resume(id));
    });
    place.replaceChildren(...(rows.length ? rows : [make("li", { class: "quiet" }, t("no_conversations"))]));
  } catch (error) {
    place.replaceChildren(make("li", {}, t(`problem_${Problem.from(error).kind}`)));
  }
}

async function linkElsewhere(conversation, said) {
  try {
    const { url } = await conversation.call("/link", {});
    const field = make("input", { readonly: "", id: "link", value: url });
    const copy = button(async () => {
      field.select();
      await navigator.clipboard.writeText(url).then(() => (copy.textContent = t("copied")), () => {});
    }, {}, t("copy"));
    said.replaceChildren(make("label", { for: "link" }, t("link_says")), make("div", { class: "row" }, field, copy));
    field.select();
    said.scrollIntoView({ block: "nearest" });
  } catch (error) {
    said.textContent = t(`problem_${Problem.from(error).kind}`);
  }
}

function download(conversation) {
  const lines = conversation.messages.map(({ author, text, at, citations = [] }) => {
    const sources = citations.map(({ title, url }) => `  ${title}: ${new URL(url, location.href).href}`);
    return [`${at ? at.toLocaleString() : ""} ${t(author)}`.trim(), text, ...new Set(sources)].join("\n");
  });
  const file = new Blob([lines.join("\n\n")], { type: "text/plain;charset=utf-8" });
  const link = make("a", { href: URL.createObjectURL(file), download: t("file_name") });
  link.click();
  URL.revokeObjectURL(link.href);
}

function askToForget(desk) {
  const said = make("p", { role: "status" });
  const yes = button(forget, { class: "danger" }, t("forget_yes"));
  const no = button(() => desk.panel.back(), { class: "plain" }, t("forget_no"));
  async function forget() {
    try {
      await call("visitors/forget", { token: recall()?.visitorToken, body: {} });
      await desk.forgetAll();
      desk.transcript.notice(t("forgotten"));
    } catch (error) {
      said.textContent = t(`problem_${Problem.from(error).kind}`);
    }
  }
  desk.panel.open(t("forget"), make("p", {}, t("forget_text")), make("div", { class: "row" }, yes, no), said);
}
