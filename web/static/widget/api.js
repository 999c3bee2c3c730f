/** The help desk's HTTP interface, as far as a customer needs it. Every failure is a Problem. */

import { readEvents } from "./events.js";
import { Problem } from "./problem.js";

const BASE = new URL("api/v1/", location.href);
const JSON_TYPE = "application/json";
const STREAM_TYPE = "text/event-stream";
const REPLY_LIMIT_MS = 60_000;
const ANSWER_LIMIT_MS = 20_000;

/** `call("topics")` reads, with a `body` it posts, a Blob as it is; gives the JSON of the answer or, `as` "blob", its bytes;
 * null where it has none. */
export async function call(path, { as = "json", ...options } = {}) {
  const response = await request(path, { signal: AbortSignal.timeout(ANSWER_LIMIT_MS), ...options });
  return response.status === 204 ? null : response[as]();
}

/** Send a message and yield the reply's events, `done` the last of them; without it the reply was cut. */
export async function* sendMessage(ticket, { text, clientId }) {
  const response = await request(`conversations/${ticket.id}/messages`, {
    token: ticket.token,
    body: { text, client_id: clientId },
    accept: STREAM_TYPE,
    signal: AbortSignal.timeout(REPLY_LIMIT_MS),
  });
  for await (const event of readEvents(response.body)) {
    if (event.kind === "error") throw Problem.ofStatus(event.data.status, event.data.detail);
    yield event;
    if (event.kind === "done") return;
  }
  throw new Problem("offline", "the reply was cut");
}

/** The conversation's live events after the one with the id `after`, for as long as the server sends. */
export async function* liveEvents(ticket, { after, signal }) {
  const response = await request(`conversations/${ticket.id}/events`, {
    token: ticket.token,
    accept: STREAM_TYPE,
    headers: after ? { "Last-Event-ID": after } : {},
    signal,
  });
  yield* readEvents(response.body);
}

async function request(path, { token, body, accept = JSON_TYPE, headers = {}, signal }) {
  const bytes = body instanceof Blob;
  const response = await fetch(new URL(path, BASE), {
    method: body ? "POST" : "GET",
    // Never the console's session: a visitor is who holds the token.
    credentials: "omit",
    cache: "no-store",
    headers: {
      Accept: accept,
      ...(token && { Authorization: `Bearer ${token}` }),
      ...(body && { "Content-Type": bytes ? "application/octet-stream" : JSON_TYPE }),
      ...headers,
    },
    body: body && !bytes ? JSON.stringify(body) : body,
    signal,
  });
  if (!response.ok) throw Problem.ofStatus(response.status, (await response.json().catch(() => ({}))).detail);
  return response;
}
