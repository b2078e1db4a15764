// Posts a signal to the site's receiver, signed.
import { fault } from "./log.js";
import { sign } from "./webhook.js";

const TIMEOUT = 5_000;

/**
 * @returns {null | ((signal: object) => Promise<"sent" | "refused" | "unsent">)} null where there is no endpoint;
 * `unsent`: it may be tried again
 */
export function poster({ endpoint, keys: [key], now }) {
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
      await response.body?.cancel().catch(() => {});
      if (response.status < 300) return "sent";
      fault("endpoint", new Error(`answered a signal with ${response.status}`));
      return response.status < 500 && response.status !== 429 ? "refused" : "unsent";
    } catch (error) {
      fault("endpoint", error);
      return "unsent";
    }
  };
}

// An address, a function of a Request, or what has `fetch`, as a binding to another worker has.
function sender(endpoint) {
  if (!endpoint) return null;
  const signal = () => AbortSignal.timeout(TIMEOUT);
  if (typeof endpoint === "string" || endpoint instanceof URL) {
    const address = String(endpoint);
    return (init) => fetch(address, { ...init, redirect: "manual", signal: signal() });
  }
  // Such a worker looks at the path only.
  const request = (init) => new Request("https://leadscore.internal/signals", init);
  return typeof endpoint === "function"
    ? (init) => endpoint(request(init))
    : (init) => endpoint.fetch(request({ ...init, signal: signal() }));
}
