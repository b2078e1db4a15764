// One request to whoever is to hear of a signal.
import { fault } from "../lib/log.js";
import { sign } from "../lib/webhook.js";
import { isSafe } from "./options.js";

const TIMEOUT = 10_000;

/**
 * @returns {Promise<{ outcome: "done" | "none" | "failed", wait: number }>} `none` where the mapper makes no request of
 * this signal; `wait` in seconds, as the other side asks for it.
 */
export async function deliver({ to, secret }, entry, now) {
  const request = await (typeof to === "function" ? to(entry.signal, entry) : webhook(to, secret, entry, now));
  if (!request) return { outcome: "none", wait: 0 };
  if (!isSafe(request.url)) throw new TypeError("signals are forwarded by https only");

  // A redirect would take signal and secret to an address that nobody has agreed to.
  const response = await fetch(request, { redirect: "manual", signal: AbortSignal.timeout(TIMEOUT) });
  // What it says beyond its status is not read, nor is it a failure where that breaks off.
  await response.body?.cancel().catch(() => {});
  // 207 says that some of it was refused.
  if (response.ok && response.status !== 207) return { outcome: "done", wait: 0 };
  fault("forward", `status ${response.status}`);
  return { outcome: "failed", wait: seconds(response.headers.get("retry-after"), now) };
}

async function webhook(to, secret, entry, now) {
  const body = JSON.stringify(entry.signal);
  const timestamp = Math.floor(now / 1000);
  const headers = {
    "content-type": "application/cloudevents+json",
    // The same at each attempt, so that the other side can drop what it knows.
    "webhook-id": entry.id,
    "webhook-timestamp": String(timestamp),
    "leadscore-verification": entry.verification,
  };
  if (secret !== undefined) headers["webhook-signature"] = await sign(secret, entry.id, timestamp, body);
  return new Request(to, { method: "POST", headers, body });
}

// Seconds, or a date.
function seconds(value, now) {
  const wait = /^\d{1,9}$/.test(value ?? "") ? Number(value) : (Date.parse(value ?? "") - now) / 1000;
  return wait > 0 ? Math.ceil(wait) : 0;
}
