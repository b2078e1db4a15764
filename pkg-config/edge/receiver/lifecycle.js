// `POST …/lifecycle`: a decision of sales about a visitor, from a CRM. It is stored as an entry of kind `lifecycle`.
import { answer } from "../lib/answer.js";
import { isObject, parseJson, readAtMost } from "../lib/body.js";
import { fingerprint } from "../lib/compare.js";
import { mediaType } from "../lib/media-type.js";
import { instant, shapes } from "./shape.js";

const MOST = 16 * 1024;
// The maximum lead of a CRM's clock.
const AHEAD = 5 * 60_000;
// No CRM has decisions from before: such a time is one in seconds instead of milliseconds, or a field without a value.
const EARLIEST = Date.UTC(2000, 0);

/**
 * @param {{ runtime: Pick<typeof import("../../entry/edge/index.js"), "decisions" | "isVisitorId" | "parseTime">, store: import("leadscore/edge").Store, now: () => number, count: (name: string) => void }} context
 * @returns {(request: Request) => Promise<Response>}
 */
export function deciding({ runtime, store, now, count }) {
  const { isVisitor } = shapes(runtime);
  // As sales say it.
  /** @type {Map<string, string>} */
  const words = new Map([
    ["accepted", "sal"],
    ...runtime.decisions().map((stage) => /** @type {const} */ ([stage, stage])),
  ]);

  return async (request) => {
    const decision = await read(request, now(), isVisitor, words);
    if ("status" in decision) {
      count("rejected");
      return answer(decision.status, decision.code, decision.message);
    }
    const [isNew] = await store.insert([await entry(decision, now())]);
    count(isNew ? "decided" : "duplicate");
    return isNew
      ? answer(201, "stored", "the decision is stored")
      : answer(200, "duplicate", "a decision with this id is already stored");
  };
}

/**
 * @param {Request} request
 * @param {number} now
 * @param {(value: unknown) => boolean} isVisitor
 * @param {Map<string, string>} words
 */
async function read(request, now, isVisitor, words) {
  if (mediaType(request.headers) !== "application/json")
    return bad(415, "content_type", "the content type must be application/json");
  const body = await readAtMost(request, MOST).catch(() => undefined);
  if (body === undefined) return bad(400, "cut_off", "the body ended early; send it again");
  if (body === null) return bad(413, "too_large", `send at most ${MOST} bytes`);
  const value = parseJson(body);
  if (!isObject(value)) return bad(400, "not_json", "send one JSON object in UTF-8");

  const { visitor, stage, at = now, id } = value;
  if (!isVisitor(visitor))
    return bad(422, "visitor", "visitor must be the `subject` of a signal: 1 to 1,024 characters");
  if (!words.has(stage)) return bad(422, "stage", `stage must be one of ${[...words.keys()].join(", ")}`);
  const millis = typeof at === "number" ? at : (instant(at) ?? NaN);
  if (!(millis >= EARLIEST && millis <= now + AHEAD)) {
    return bad(
      422,
      "at",
      "at must be milliseconds since 1970 or RFC 3339, not before the year 2000 and not in the future",
    );
  }
  if (id !== undefined && !(typeof id === "string" && /^[!-~]{1,64}$/.test(id))) {
    return bad(422, "id", "id must be 1 to 64 printable characters of ASCII");
  }
  return { visitor, stage: /** @type {string} */ (words.get(stage)), at: Math.floor(millis), id };
}

/**
 * @param {number} status
 * @param {string} code
 * @param {string} message
 */
const bad = (status, code, message) => ({ status, code, message });

// The prefix keeps apart what a CRM and what a page chose as an id: neither can take the other's.
/**
 * @param {{ visitor: string, stage: string, at: number, id?: string }} decision
 * @param {number} now
 * @returns {Promise<import("leadscore/edge").Entry>}
 */
async function entry({ visitor, stage, at, id }, now) {
  return {
    id: `lifecycle:${id ?? (await fingerprint(JSON.stringify([visitor, stage, at])))}`,
    kind: "lifecycle",
    visitor,
    stage,
    score: null,
    segment: null,
    label: null,
    provenance: null,
    witnessed: null,
    verification: null,
    happened: new Date(at).toISOString(),
    received: new Date(now).toISOString(),
    forward: "none",
    attempts: 0,
    due: null,
    lifecycle: null,
    signal: null,
  };
}
