// Decides whether a signal is accepted, and makes the entry for it.
import { isRefusal } from "../lib/refusal.js";
import { ACCOUNT_REACHED, isNumber, shapes } from "./shape.js";

/** Seconds after which a signal of a version that is being deployed may be sent again. */
const DEPLOYING = 300;

/**
 * @param {any} context as `settings` makes it
 * @param {Record<"visitor" | "signed", (name: string) => Promise<number>>} limits
 * @returns {(value: unknown, sender: { origin: string | null, isOwn: boolean }) => Promise<any>} `{ entry }`, or
 * `{ status, code, message, wait? }` with what is wrong. The sender is an own edge worker where its request was signed.
 */
export function judging({ models, newest, runtime, names, origins, now, forward }, limits) {
  const { envelope, isWhole, millis } = shapes(runtime);
  // By the hash that the first verified signal of a model shows.
  const byHash = new Map();

  return async (value, { origin, isOwn }) => {
    const signal = envelope(value);
    if (typeof signal === "string") return refusal("signal_syntax", signal);

    const { source, type, data } = signal;
    if (!origins.has(source) || (origin !== null && source !== origin)) {
      return refusal("foreign_signal", "the signal's `source` is another site; send it to the receiver of that site");
    }
    if (!isOwn && (type === ACCOUNT_REACHED || data.provenance !== "client" || data.witnessed !== undefined)) {
      return refusal("foreign_signal", "only signed requests from the site's own edge worker may contain this");
    }
    const judged = verified(signal);
    if ("status" in judged) return judged;
    // The limit is applied after verification, so that forged signals cannot use up another visitor's limit. Unverified
    // signals count under a name that no visitor can have, because ids hold no control characters.
    const name = judged.verification === "verified" ? signal.subject : `\0${signal.subject}`;
    const wait = await limits[isOwn ? "signed" : "visitor"](name);
    if (wait > 0)
      return { status: 429, code: "limited", message: "too many signals of this visitor; send them later", wait };
    return { entry: entry(signal, judged) };
  };

  // Returns the verification of a signal with the entry for it, or the error.
  /** @param {any} signal */
  function verified(signal) {
    try {
      return { snapshot: recompute(signal), verification: "verified" };
    } catch (error) {
      if (!isRefusal(error)) throw error;
      return error.code === "signal_model" ? unknownModel(signal, error) : refusal(error.code, error.message);
    }
  }

  // A version that is deployed to pages before or after it is here: its sums cannot be checked.
  /**
   * @param {any} signal
   * @param {any} error
   */
  function unknownModel({ type, data }, { code, message }) {
    const model = newest.get(data.model.name);
    if (names.has(data.model.name) && model) {
      const { score, segment, label } = data.snapshot ?? {};
      const isSound =
        (type === ACCOUNT_REACHED ? hasNames(data.snapshot) : isWhole(data)) &&
        runtime.hasOutcome(model, type, data.stage, segment, label ?? undefined) &&
        (data.witnessed === undefined || isWitnessed(model, type, data, score));
      return isSound ? { snapshot: data.snapshot, verification: "unverified" } : refusal(code, message);
    }
    if (!model) return refusal(code, message);
    return {
      status: 503,
      code: "model_unknown",
      message: "the receiver does not have this version of the model yet: add it to models, and send the signal again",
      wait: DEPLOYING,
    };
  }

  // As `verify` has it: what the worker alone saw is all of it where it says `edge`; else only the worker knows how
  // much.
  /**
   * @param {unknown} model
   * @param {string} type
   * @param {any} data
   * @param {number} score
   */
  function isWitnessed(model, type, { provenance, witnessed }, score) {
    return (provenance === "client" || witnessed === score) && runtime.isInRange(model, type, witnessed);
  }

  // The snapshot that the signal's state really gives, under whichever model it names.
  /** @param {any} signal */
  function recompute(signal) {
    const { hash } = signal.data.model;
    /** @type {unknown} */
    let unknown;
    for (const model of byHash.has(hash) ? [byHash.get(hash)] : models) {
      try {
        const snapshot = runtime.verify(model, signal);
        byHash.set(hash, model);
        return snapshot;
      } catch (error) {
        if (error?.code !== "signal_model") throw error;
        unknown = error;
      }
    }
    throw unknown;
  }

  /**
   * @param {any} signal
   * @param {any} judged
   * @returns {import("leadscore/edge").Entry}
   */
  function entry(signal, { snapshot, verification }) {
    const { id, type, subject, time, data } = signal;
    const { score, segment, label } = snapshot;
    const kind = type === ACCOUNT_REACHED ? "account" : "signal";
    const provenance = data.provenance === "edge" ? "edge" : "client";
    const isForwarded = forward && (verification === "verified" || forward.unverified);
    return {
      id: entryId(id, kind, verification),
      kind,
      visitor: subject,
      stage: data.stage,
      score,
      segment,
      label: label ?? null,
      provenance,
      witnessed: data.witnessed ?? (provenance === "edge" ? score : null),
      verification,
      happened: new Date(/** @type {number} */ (millis(time))).toISOString(),
      received: new Date(now()).toISOString(),
      forward: isForwarded ? "pending" : "none",
      attempts: 0,
      due: null,
      lifecycle: null,
      signal,
    };
  }
}

// Namespaces: the id of a visitor's verified signal is its own, which holds no colon. So what was not verified, and
// what a page can make, never takes the place of another signal.
/**
 * @param {string} id
 * @param {string} kind
 * @param {string} verification
 */
function entryId(id, kind, verification) {
  const own = kind === "account" ? `account:${id}` : id;
  return verification === "verified" ? own : `unverified:${own}`;
}

/** @param {any} snapshot */
const hasNames = (snapshot) =>
  typeof snapshot?.segment === "string" &&
  isNumber(snapshot.score) &&
  (typeof snapshot.label === "string" || (snapshot.label ?? null) === null);

/**
 * @param {string} code
 * @param {string} message
 */
const refusal = (code, message) => ({ status: 422, code, message });
