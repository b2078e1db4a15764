// One signal: whether it is believed, and the entry that it becomes.
import { ACCOUNT_REACHED, envelope, isWhole, millis } from "./shape.js";

/**
 * @returns {(value: unknown, sender: { origin: string | null, isOwn: boolean }) => Promise<object>} `{ entry }`, or
 * `{ status, code, message }` with what is wrong. The sender is an own edge worker where its request was signed.
 */
export function judging({ models, verify, names, origins, now, forward }, limits) {
  // By the hash that the first verified signal of a model shows.
  const byHash = new Map();

  return async (value, { origin, isOwn }) => {
    const signal = envelope(value);
    if (typeof signal === "string") return refusal("signal_syntax", signal);

    const { source, type, data } = signal;
    if (!origins.has(source) || (origin !== null && source !== origin)) {
      return refusal("foreign_signal", "send signals to the receiver of their own site: this one's source is another");
    }
    if (!isOwn && (type === ACCOUNT_REACHED || data.provenance !== "client")) {
      return refusal("foreign_signal", "only a signed request of the site's own edge worker may say this");
    }
    const wait = await limits.visitor(signal.subject);
    if (wait > 0) return { status: 429, code: "limited", message: "send this visitor's signals later", wait };

    try {
      const snapshot = recompute(signal);
      return { entry: entry(signal, snapshot, "verified") };
    } catch (error) {
      // An error without a code is a fault of this receiver, not of the sender.
      if (typeof error?.code !== "string") throw error;
      // A version of our model that is deployed to pages before or after it is here: its sums cannot be checked.
      const isOurs = error.code === "signal_model" && names.has(data.model.name);
      const isSound = type === ACCOUNT_REACHED || isWhole(data);
      if (isOurs && isSound) return { entry: entry(signal, data.snapshot, "unverified") };
      return refusal(error.code, error.message);
    }
  };

  // The snapshot that the signal's state really gives, under whichever model it names.
  function recompute(signal) {
    const { hash } = signal.data.model;
    let unknown;
    for (const model of byHash.has(hash) ? [byHash.get(hash)] : models) {
      try {
        const snapshot = verify(model, signal);
        byHash.set(hash, model);
        return snapshot;
      } catch (error) {
        if (error?.code !== "signal_model") throw error;
        unknown = error;
      }
    }
    throw unknown;
  }

  function entry(signal, snapshot, verification) {
    const { score, segment, label } = snapshot ?? {};
    return {
      id: signal.id,
      kind: signal.type === ACCOUNT_REACHED ? "account" : "signal",
      visitor: signal.subject,
      stage: signal.data.stage,
      score: Number.isFinite(score) ? score : null,
      segment: typeof segment === "string" ? segment : null,
      label: typeof label === "string" ? label : null,
      provenance: signal.data.provenance === "edge" ? "edge" : "client",
      verification,
      happened: new Date(millis(signal.time) ?? NaN).toISOString(),
      received: new Date(now()).toISOString(),
      forward: forward ? "pending" : "none",
      attempts: 0,
      lifecycle: null,
      signal,
    };
  }
}

const refusal = (code, message) => ({ status: 422, code, message });
