// Functions for receivers (about a model) and for all senders (the retry policy). See `src/wasm/receiver.rs`.
import { answer_bytes, confirms, crawls, free_lead, has_outcome, has_score, ingest, lead, outcome } from "#edge";
import { LIFECYCLE, decision, isText, read } from "../runtime/event.js";
import { open } from "../runtime/model.js";
import { REACHED } from "../runtime/signal.js";
import { ACCOUNT } from "./account.js";
import { accountsOf, lengths } from "./parts.js";

export { answer_bytes as answerBytes, lifetime as signalLifetime } from "#edge";
export { parseTime } from "../runtime/time.js";

const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/**
 * The model's name.
 *
 * @param {unknown} model
 */
export const modelName = (model) => open(model)[1].name;

/** The valid decisions of sales. */
export const decisions = () => [...LIFECYCLE, "recycled"];

/**
 * Returns the number of the model whose stages a signal of that type is about; 0 if there is none.
 *
 * @param {unknown} model
 * @param {string} type
 * @returns {number}
 */
const numberOf = (model, type) => {
  if (type == REACHED) return open(model)[0];
  return (type == ACCOUNT && accountsOf(model)?.number) || 0;
};

/**
 * Other values change nothing.
 *
 * @template T
 * @param {() => T} call
 */
const tried = (call) => {
  try {
    return call();
  } catch {
    return undefined;
  }
};

/**
 * Returns true if sales has confirmed the stage of a signal of that type. `decisions` are `lifecycle` events, in any
 * order.
 *
 * @param {unknown} model
 * @param {string} type
 * @param {string} stage
 * @param {unknown[]} decisions
 */
export const isConfirmed = (model, type, stage, decisions) => {
  const [number, { isFormer }] = open(model);
  const events = decisions.flatMap((given) => tried(() => read(given)) ?? []);
  const own = lead(number);
  try {
    // Each with the time of its sender's clock.
    const newest = Math.floor(Math.max(0, ...events.map(({ at }) => at ?? 0)));
    for (const event of events) {
      const decided = tried(() => decision(event)) ?? -1;
      if (!isFormer && decided >= 0) ingest(own, -1, 0, Math.floor(event.at ?? newest), newest, decided);
    }
    return confirms(own, numberOf(model, type), lengths([stage])[0]);
  } finally {
    free_lead(own);
  }
};

/**
 * Returns true if a signal of that type may carry these names.
 *
 * @param {unknown} model
 * @param {string} type
 * @param {string} stage
 * @param {string} segment
 * @param {string | null | undefined} label
 */
export const hasOutcome = (model, type, stage, segment, label) => {
  const number = numberOf(model, type);
  const [a, b, c] = lengths([stage, segment, label ?? ""]);
  return has_outcome(number, a, b, label === undefined ? -1 : c);
};

/**
 * Returns true if a signal of that type can have that score.
 *
 * @param {unknown} model
 * @param {string} type
 * @param {number} points
 */
export const isInRange = (model, type, points) => has_score(numberOf(model, type), points);

/**
 * Returns true for a visitor's id that logs, tables and headers can hold.
 *
 * @param {unknown} id
 */
export const isVisitorId = (id) => isText(id, 1024) && !/\p{Cc}/u.test(id);

/**
 * Returns the code in an answer's body; an empty string if there is none.
 *
 * @param {Uint8Array} body
 */
const codeOf = (body) => {
  try {
    const { code } = JSON.parse(decoder.decode(body));
    return typeof code == "string" && body.length <= answer_bytes() ? code : "";
  } catch {
    return "";
  }
};

/**
 * Returns the meaning of a response to a signal: `sent`, `refused` (permanently) or `unsent` (to be sent again, not
 * sooner than `Retry-After` asks, for `signalLifetime`). `status` is 0 for no answer; of the body `answerBytes` are
 * looked at. A webhook is a destination that is not a receiver of this project.
 *
 * @param {number} status
 * @param {Uint8Array} body
 * @param {boolean} isWebhook
 * @returns {"sent" | "refused" | "unsent"}
 */
export const answerOutcome = (status, body, isWebhook) => {
  const [length] = lengths([codeOf(body)]);
  return /** @type {const} */ (["sent", "refused", "unsent"])[outcome(status, length, +isWebhook)];
};

/**
 * Returns true if a user agent is a crawler's.
 *
 * @param {string} agent
 */
export const isCrawler = (agent) => crawls(lengths([agent])[0]);
