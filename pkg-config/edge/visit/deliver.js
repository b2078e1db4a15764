// Sends the signals of a visit to the site's receiver, signed, while the visitor reads the page already.
import { fault } from "../lib/log.js";
import { sign } from "../lib/webhook.js";

/** Milliseconds before each try: what waits after a response has some 30 seconds. */
const PAUSES = [0, 500, 2_000, 8_000];
const TIMEOUT = 5_000;

/** @returns {(signals: object[], source: string) => Promise<void>} */
export function deliverer({ endpoint, keys: [key], now, count }) {
  const send = sender(endpoint);

  async function deliver(signal) {
    const body = JSON.stringify(signal);
    for (const pause of PAUSES) {
      if (pause > 0) await new Promise((resolve) => setTimeout(resolve, pause));
      try {
        const timestamp = Math.floor(now() / 1000);
        const headers = {
          "content-type": "application/cloudevents+json",
          "webhook-id": signal.id,
          "webhook-timestamp": String(timestamp),
          "webhook-signature": await sign(key.secret, signal.id, timestamp, body),
        };
        const { status } = await send({ method: "POST", headers, body });
        if (status < 300) return count("sent");
        if (status < 500 && status !== 429) {
          fault("endpoint", new Error(`refused a signal with ${status}`));
          return count("refused");
        }
      } catch (error) {
        fault("endpoint", error);
      }
    }
    count("unsent");
  }

  return async (signals) => {
    if (send) await Promise.all(signals.map(deliver));
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
