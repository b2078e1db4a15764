// The page's requests to the receiver, and its responses. Every failure becomes an error with a readable message.
const SIGNALS = "/signals";
const DECISIONS = "/signals/lifecycle";
/** Milliseconds; a connection that hangs is not an answer either. */
const PATIENCE = 15_000;
/** The most that the receiver gives at once. */
export const MOST = 500;

export class ReceiverError extends Error {
  name = "ReceiverError";

  /**
   * @param {string} message
   * @param {{ status?: number, seconds?: number, cause?: unknown }} [answer] `seconds` as the receiver wants us to wait
   */
  constructor(message, { status = 0, seconds = 0, cause } = {}) {
    super(message, { cause });
    this.status = status;
    this.seconds = seconds;
  }
}

/** A page of the list: `{ signals, next }`. */
export async function list(query, abort) {
  const answer = await ask(query, "application/json", abort, (response) => response.json());
  if (!Array.isArray(answer?.signals)) throw new ReceiverError("the receiver’s answer is not a list of signals");
  return answer;
}

/** A page of the same as CSV: `{ text, next }`. */
export function listCsv(query, abort) {
  return ask({ ...query, format: "csv" }, "text/csv", abort, async (response) => {
    const [, next] = /[?&]cursor=([\w-]+)/.exec(response.headers.get("link") ?? "") ?? [];
    return { text: await response.text(), next: next ?? null };
  });
}

/** Tells what sales decided. Resolves once it is stored. */
export async function decide(visitor, stage, token) {
  const headers = { "content-type": "application/json", authorization: `Bearer ${token}` };
  await send(DECISIONS, { method: "POST", headers, body: JSON.stringify({ visitor, stage }) }, undefined, () => null);
}

function ask(query, accept, abort, read) {
  const given = Object.entries(query).filter(([, value]) => value !== undefined && value !== null && value !== "");
  return send(`${SIGNALS}?${new URLSearchParams(given)}`, { headers: { accept }, cache: "no-store" }, abort, read);
}

async function send(address, init, abort, read) {
  const patience = AbortSignal.timeout(PATIENCE);
  try {
    const response = await fetch(address, { ...init, signal: abort ? AbortSignal.any([abort, patience]) : patience });
    if (!response.ok) throw await refusal(response);
    return await read(response);
  } catch (cause) {
    if (abort?.aborted || cause instanceof ReceiverError) throw cause;
    if (cause instanceof SyntaxError) throw new ReceiverError("the receiver’s answer is not JSON", { cause });
    throw new ReceiverError("the receiver cannot be reached", { cause });
  }
}

async function refusal(response) {
  const { status, headers } = response;
  const body = await response.json().catch(() => undefined);
  const message = typeof body?.message === "string" ? `: ${body.message}` : "";
  const seconds = Number(headers.get("retry-after")) || 0;
  return new ReceiverError(`the receiver answered ${status}${message}`, { status, seconds });
}
