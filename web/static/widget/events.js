/** Server-sent events read from a fetched body, so that the token travels in a header, not in a URL. */

import { Problem } from "./problem.js";

// The server says something every 15 s: a stream that is silent for longer leads nowhere any more.
const SILENCE_MS = 45_000;

/** Yields `{kind, id, data}`, `data` parsed; comments (the server's pings) are passed over. */
export async function* readEvents(body) {
  let rest = "";
  for await (const text of chunks(body)) {
    rest = (rest + text).replaceAll("\r\n", "\n");
    for (let end = rest.indexOf("\n\n"); end >= 0; end = rest.indexOf("\n\n")) {
      const event = parsed(rest.slice(0, end));
      rest = rest.slice(end + 2);
      if (event) yield event;
    }
  }
}

// Not `for await (… of body)`: Safari's streams cannot be iterated.
async function* chunks(body) {
  const reader = body.pipeThrough(new TextDecoderStream()).getReader();
  try {
    for (let part = await next(reader); !part.done; part = await next(reader)) yield part.value;
  } finally {
    reader.cancel().catch(() => {});
  }
}

async function next(reader) {
  let timer;
  const silence = new Promise((_, reject) => {
    timer = setTimeout(() => reject(new Problem("offline", "the stream fell silent")), SILENCE_MS);
  });
  try {
    return await Promise.race([reader.read(), silence]);
  } finally {
    clearTimeout(timer);
  }
}

function parsed(block) {
  const fields = { event: "message", data: [] };
  for (const line of block.split("\n")) {
    const [, name, value] = /^([^:]+): ?(.*)$/.exec(line) ?? [];
    if (name === "data") fields.data.push(value);
    else if (name) fields[name] = value;
  }
  if (!fields.data.length) return null;
  return { kind: fields.event, id: fields.id, data: JSON.parse(fields.data.join("\n")) };
}
