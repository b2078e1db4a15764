// Sends one request to the destination of a signal.
import { retryAfter } from "../../entry/retry-after.js";
import { why } from "../../entry/why.js";
import { readAtMost } from "../lib/body.js";
import { fault } from "../lib/log.js";
import { sign } from "../lib/webhook.js";
import { isSafe } from "./options.js";

const TIMEOUT = 10_000;

// Statuses that are about the server and not about a signal (RFC 9110, 15.6.4; RFC 6585, 4).
const BUSY = new Set([429, 503]);

/**
 * @param {{ answerBytes: Function, answerOutcome: Function }} runtime of the wasm, which knows what an answer means
 * @param {any} forward as options.js makes it
 * @param {import("leadscore/edge").Entry} entry
 * @param {number} now
 * @returns {Promise<{ outcome: "done" | "none" | "refused" | "failed", wait: number, isForAll: boolean }>} `none` where
 * the mapper makes no request of this signal; `refused` where no other try would help; `wait` in milliseconds, as the
 * other side asks for it, `isForAll` where it asks so of all signals.
 */
export async function deliver({ answerBytes, answerOutcome }, forward, entry, now) {
  const { to } = forward;
  const request = await (typeof to === "function" ? to(entry.signal, entry) : webhook(forward, entry, now));
  if (!request) return { outcome: "none", wait: 0, isForAll: false };
  if (!isSafe(request.url)) throw new TypeError("signals are forwarded over https only");

  // A redirect would send signal and secret to an unconfigured address.
  const response = await fetch(request, { redirect: "manual", signal: AbortSignal.timeout(TIMEOUT) });
  const { status } = response;
  // No more than its beginning is read, and where that breaks off, it is none.
  const body = response.ok ? null : await readAtMost(response, answerBytes()).catch(() => null);
  await response.body?.cancel().catch(() => {});
  const outcome = answerOutcome(status, body ?? new Uint8Array(), true);
  if (outcome === "sent") return { outcome: "done", wait: 0, isForAll: false };
  fault("forward", `status ${status}`);
  if (outcome === "refused") return { outcome, wait: 0, isForAll: false };
  return { outcome: "failed", wait: retryAfter(response, now), isForAll: BUSY.has(status) };
}

/**
 * @param {any} forward
 * @param {any} entry
 * @param {number} now
 */
async function webhook({ to, secret, titles, words }, entry, now) {
  const { signal, verification } = entry;
  // Extension attributes of CloudEvents, so that the signature covers them too.
  const body = JSON.stringify({ ...signal, verification, why: why(signal, titles, words) || undefined });
  const timestamp = Math.floor(now / 1000);
  /** @type {Record<string, string>} */
  const headers = {
    "content-type": "application/cloudevents+json",
    // The same at each attempt, so that the destination can ignore repeats.
    "webhook-id": entry.id,
    "webhook-timestamp": String(timestamp),
    // For routing by headers; only the `verification` in the body is signed.
    "leadscore-verification": entry.verification,
  };
  if (secret !== undefined) headers["webhook-signature"] = await sign(secret, entry.id, timestamp, body);
  return new Request(to, { method: "POST", headers, body });
}
