// Posts a signal to the site's receiver, signed.
import { retryAfter } from "../../entry/retry-after.js";
import { readAtMost } from "./body.js";
import { fault } from "./log.js";
import { sign } from "./webhook.js";

const TIMEOUT = 5_000;

/**
 * @typedef {{ outcome: "sent" | "refused" | "unsent", after: number }} Posted what became of a signal; `unsent`: it may be
 * sent again, no sooner than `after` milliseconds from now
 * @param {{ endpoint?: import("leadscore/edge").EdgeOptions["endpoint"], keys: import("leadscore/edge").Key[], now: () => number, runtime: Pick<typeof import("../../entry/edge/index.js"), "answerBytes" | "answerOutcome"> }} context
 * @returns {null | ((signal: { id: string }) => Promise<Posted>)} null if there is no endpoint
 */
export function poster({ endpoint, keys: [key], now, runtime }) {
  const send = sender(endpoint);
  if (!send) return null;

  return async (signal) => {
    const body = JSON.stringify(signal);
    const timestamp = Math.floor(now() / 1000);
    try {
      const headers = {
        "content-type": "application/cloudevents+json",
        "webhook-id": signal.id,
        "webhook-timestamp": String(timestamp),
        "webhook-signature": await sign(key.secret, signal.id, timestamp, body),
      };
      const response = await send({ method: "POST", headers, body });
      // Only the receiver itself can reject a signal permanently.
      const answerBody = (await readAtMost(response, runtime.answerBytes())) ?? new Uint8Array();
      const outcome = runtime.answerOutcome(response.status, answerBody, false);
      if (outcome !== "sent") fault("endpoint", new Error(`answered a signal with ${response.status}`));
      return { outcome, after: outcome === "unsent" ? retryAfter(response, now()) : 0 };
    } catch (error) {
      fault("endpoint", error);
      return { outcome: "unsent", after: 0 };
    }
  };
}

// An address, a function of a Request, or what has `fetch`, as a binding to another worker has.
/**
 * @param {import("leadscore/edge").EdgeOptions["endpoint"]} endpoint
 * @returns {((init: RequestInit) => Response | Promise<Response>) | null}
 */
function sender(endpoint) {
  if (!endpoint) return null;
  const signal = () => AbortSignal.timeout(TIMEOUT);
  if (typeof endpoint === "string" || endpoint instanceof URL) {
    const address = String(endpoint);
    return (init) => fetch(address, { ...init, redirect: "manual", signal: signal() });
  }
  // Such a worker looks at the path only.
  /** @param {RequestInit} init */
  const request = (init) => new Request("https://leadscore.internal/signals", init);
  return typeof endpoint === "function"
    ? (init) => endpoint(request(init))
    : (init) => endpoint.fetch(request({ ...init, signal: signal() }));
}
