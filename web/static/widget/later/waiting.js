/** While the customer waits for a person: what happens next, how long it takes, an address to leave. */

import { make } from "../elements.js";
import { moment, t } from "../i18n.js";
import { Problem } from "../problem.js";

/** `onEmail(email)` keeps the address and may fail with a Problem. `focus()` leads to the field. */
export function waitingArea(conversation, { onEmail }) {
  const usual = make("p", {}, t("waiting_next"));
  const email = make("input", {
    id: "email",
    type: "email",
    pattern: "[^@\\s]+@[^@\\s]+\\.[^@\\s]+",
    autocomplete: "email",
    placeholder: t("email_placeholder"),
    "aria-describedby": "email-said",
  });
  const said = make("p", { id: "email-said", role: "status", tabindex: "-1" }, conversation.emailLeft ? t("email_kept") : "");
  const form = make(
    "form",
    { novalidate: "" },
    make("label", { for: "email" }, t("email")),
    make("div", { class: "row" }, email, make("button", {}, t("email_send"))),
  );
  form.hidden = conversation.emailLeft;
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const problem = email.value.trim() && email.checkValidity() ? await kept(onEmail, email.value.trim()) : "email_wrong";
    said.textContent = t(problem ?? "email_kept");
    if (problem === "email_wrong") email.setAttribute("aria-invalid", "true");
    else email.removeAttribute("aria-invalid");
    if (!problem) form.hidden = true;
    (problem ? email : said).focus();
  });
  const area = make("div", { id: "next" }, usual, form, said);
  area.focus = () => (form.hidden ? said : email).focus();
  tellUsual(conversation, usual);
  return area;
}

async function kept(onEmail, email) {
  try {
    await onEmail(email);
    return null;
  } catch (error) {
    const { kind } = Problem.from(error);
    return kind === "refused" ? "email_wrong" : `problem_${kind}`;
  }
}

async function tellUsual(conversation, place) {
  const { wait } = await conversation.call("").catch(() => ({}));
  if (!wait) return;
  const minutes = wait.usual_minutes;
  const usually = minutes ? t("waiting_usual", { long: lasting(minutes) }) : t("waiting_promise", { long: lasting(wait.reply_hours * 60) });
  const opens = wait.opens_at && t("waiting_closed", { moment: moment(new Date(wait.opens_at), { weekday: "long" }) });
  place.textContent = `${opens ?? usually} ${t("waiting_next")}`;
}

function lasting(minutes) {
  return minutes > 90 ? t("hours", { count: Math.round(minutes / 60) }) : t("minutes", { count: minutes });
}
