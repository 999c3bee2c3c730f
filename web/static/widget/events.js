/** Server-sent events read from a fetched body, so that the token travels in a header, not in a URL. */

// The server says something every 15 s: a stream that is silent for longer leads nowhere any more.
const SILENCE_MS = 45_000;

/** Yields `{kind, id, data}`, `data` parsed; comments (the server's pings) are passed over. */
export async function* readEvents(body) {
  let rest = "";
  for await (const text of chunks(body)) {
    const blocks = (rest + text).replaceAll("\r\n", "\n").split("\n\n");
    rest = blocks.pop();
    yield* blocks.map(parsed).filter(Boolean);
  }
}

// Not `for await (… of body)`: Safari's streams cannot be iterated.
async function* chunks(body) {
  const reader = body.pipeThrough(new TextDecoderStream()).getReader();
  try {
    for (let part = await next(reader); !part.done; part = await next(reader)) yield part.value;
  } finally {
    cancel(reader);
  }
}

// One that fell silent ends here, as one that was cut.
async function next(reader) {
  const silent = setTimeout(cancel, SILENCE_MS, reader);
  try {
    return await reader.read();
  } finally {
    clearTimeout(silent);
  }
}

function cancel(reader) {
  reader.cancel().catch(() => {});
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
