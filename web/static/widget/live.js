/** The events of a conversation that people have, for as long as they have it. */

import { Problem } from "./problem.js";

const FIRST_WAIT_MS = 1000;
const LONGEST_WAIT_MS = 30_000;

/**
 * Keeps a stream of events open until `stop`: after a cut it waits, longer each time, and goes on from
 * the last event it saw. `connect({after, signal})` opens the stream.
 */
export class LiveEvents {
  #connect;
  #onEvent;
  #stopped = null;
  #after;

  constructor(connect, onEvent) {
    this.#connect = connect;
    this.#onEvent = onEvent;
  }

  start() {
    if (this.#stopped) return;
    this.#stopped = new AbortController();
    this.#run(this.#stopped.signal);
  }

  stop() {
    this.#stopped?.abort();
    this.#stopped = null;
  }

  async #run(signal) {
    let wait = FIRST_WAIT_MS;
    while (!signal.aborted) {
      try {
        for await (const event of this.#connect({ after: this.#after, signal })) {
          this.#after = event.id ?? this.#after;
          wait = FIRST_WAIT_MS;
          this.#onEvent(event);
        }
      } catch (error) {
        if (!signal.aborted && Problem.from(error).kind === "gone") return this.stop();
      }
      await pause(wait, signal);
      wait = Math.min(wait * 2, LONGEST_WAIT_MS);
    }
  }
}

function pause(ms, signal) {
  const meanwhile = { signal: AbortSignal.timeout(ms) };
  return new Promise((resolve) => {
    setTimeout(resolve, ms);
    signal.addEventListener("abort", resolve, meanwhile);
    addEventListener("online", resolve, meanwhile);
  });
}
