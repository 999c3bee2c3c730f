/** Why a request did not succeed, as far as the customer can do something about it. */

const BY_STATUS = {
  400: "refused",
  401: "gone",
  403: "gone",
  404: "gone",
  413: "refused",
  422: "refused",
  429: "busy",
};

/**
 * `kind`: `offline` (no or a cut connection), `gone` (the conversation is not there any more), `busy`
 * (too many requests), `refused` (what was sent is not accepted), `link` (it leads nowhere any more), `failed` (anything else).
 */
export class Problem extends Error {
  constructor(kind, detail = "") {
    super(detail || kind);
    this.kind = kind;
  }

  static ofStatus(status, detail) {
    return new Problem(BY_STATUS[status] ?? "failed", detail);
  }

  /** Whatever was thrown, as a Problem: fetch and streams throw TypeError and AbortError by themselves. */
  static from(error) {
    if (error instanceof Problem) return error;
    const lost = error instanceof TypeError || ["AbortError", "TimeoutError"].includes(error?.name);
    if (!lost) console.error(error);
    return new Problem(lost ? "offline" : "failed", String(error));
  }
}
