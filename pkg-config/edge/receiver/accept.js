// `POST` of signals: data from a page is trusted only after it was recomputed here. The checks are in order of cost;
// the first that fails determines the response.
import { answer, json } from "../lib/answer.js";
import { isObject, parseJson, readAtMost } from "../lib/body.js";
import { mediaType } from "../lib/media-type.js";
import { isSigned, verify } from "../lib/webhook.js";
import { judging } from "./judge.js";
import { rateLimits } from "./limits.js";
import { isText } from "../lib/text.js";

const BATCH = "application/cloudevents-batch+json";
// The last is what a beacon has, which the tag sends as a page goes. A foreign page can send it without a preflight:
// what keeps that out is its origin, checked before.
const TYPES = ["application/cloudevents+json", BATCH, "application/json", "text/plain"];
const MOST_SIGNALS = 20;
/** @type {Record<number, string>} */
const COUNTED = { 429: "limited", 503: "model_unknown" };
/** @type {Record<string, string>} */
const KNOWN = {
  duplicate: "a signal with this id is already stored",
  upgraded: "the signal from the page was replaced by this one from the edge",
};

/**
 * @param {any} context as `settings` makes it
 * @param {{ hand: Function }} forwarder
 * @returns {(request: Request, ctx?: object) => Promise<Response>}
 */
export function accepting(context, forwarder) {
  const { origins, secrets, limits, store, address, now, count } = context;
  const rates = rateLimits(limits, now);
  const judge = judging(context, rates);

  return async (request, ctx) => {
    const { headers } = request;
    const isOwn = isSigned(headers);
    // The site's worker may share its address with others, so signed requests are not limited by address.
    if (!isOwn) {
      const tooMany = await limited(request);
      if (tooMany) return refuse(tooMany);
    }

    const origin = headers.get("origin");
    if (!isOwn && !origins.has(origin)) {
      return refuse({ status: 403, code: "origin", message: "the origin is not in `origins` of this receiver" });
    }
    const type = mediaType(headers);
    if (type === null || !TYPES.includes(type)) {
      return refuse({ status: 415, code: "content_type", message: `the content type must be ${TYPES.join(" or ")}` });
    }
    const isBatch = type === BATCH;
    // An account's signal contains the states of all its people. Only the site's own worker sends it.
    const most = isBatch || isOwn ? limits.batch : limits.body;
    const body = await readAtMost(request, most).catch(() => undefined);
    if (body === undefined)
      return refuse({ status: 400, code: "cut_off", message: "the body ended early; send it again" });
    if (body === null) {
      return refuse({ status: 413, code: "too_large", message: `send at most ${most} bytes at once` });
    }
    if (isOwn && !(await verify(secrets, headers, body, now()))) {
      const forged = { status: 401, code: "signature", message: "sign the request with one of the receiver's keys" };
      return refuse((await limited(request)) ?? forged);
    }
    const value = parseJson(body);
    if (isBatch ? !Array.isArray(value) : !isObject(value)) {
      const wanted = isBatch ? "one JSON array of signals" : "one JSON object";
      return refuse({ status: 400, code: "not_json", message: `send ${wanted} in UTF-8` });
    }
    if (isBatch && value.length > MOST_SIGNALS) {
      return refuse({ status: 413, code: "too_many", message: `send at most ${MOST_SIGNALS} signals at once` });
    }

    const results = await storeAll(isBatch ? value : [value], { origin, isOwn }, request, ctx);
    return isBatch ? answerAll(results) : answerOne(results[0]);
  };

  /**
   * The answer to an address that has sent too often.
   *
   * @param {Request} request
   */
  async function limited(request) {
    const from = address(request);
    const wait = from ? await rates.address(from) : 0;
    return wait > 0
      ? { status: 429, code: "limited", message: "too many requests; send this again later", wait }
      : null;
  }

  // All that are believed are stored in one transaction; then they may be forwarded.
  /**
   * @param {any[]} values
   * @param {{ origin: string | null, isOwn: boolean }} sender
   * @param {Request} request
   * @param {object | undefined} ctx
   */
  async function storeAll(values, sender, request, ctx) {
    /** @type {any[]} */
    const verdicts = [];
    for (const value of values) {
      // The limit counts signals of an address, not requests. The request itself was charged for the first one.
      const isCharged = verdicts.length > 0 && !sender.isOwn;
      verdicts.push((isCharged && (await limited(request))) || (await judge(value, sender)));
    }
    const entries = verdicts.flatMap(({ entry }) => entry ?? []);
    const isNew = entries.length > 0 ? await store.insert(entries) : [];
    const isUpgraded = await upgrade(entries.filter((_, i) => !isNew[i]));
    await forwarder.hand(
      entries.map((entry, i) => ({ entry, isNew: isNew[i] })),
      ctx,
    );

    const newFlags = isNew.values();
    return verdicts.map(({ entry, ...refused }, i) => {
      if (!entry) {
        count(COUNTED[refused.status] ?? "rejected");
        const id = values[i]?.id;
        return { ...refused, id: isText(id, 64) ? id : null };
      }
      const { id } = entry.signal;
      if (!newFlags.next().value) {
        const code = isUpgraded.has(entry) ? "upgraded" : "duplicate";
        count(code);
        return { id, status: 200, code, message: KNOWN[code] };
      }
      count("stored");
      if (entry.verification === "unverified") count("unverified");
      return { id, status: 201, code: "stored", message: `the signal is ${entry.verification} and stored` };
    });
  }

  // The worker's signal replaces the one from the page.
  /** @param {import("leadscore/edge").Entry[]} known */
  async function upgrade(known) {
    const upgraded = new Set();
    for (const entry of known) {
      const isBetter = entry.provenance === "edge" && entry.verification === "verified";
      if (isBetter && (await store.upgrade?.(entry))) upgraded.add(entry);
    }
    return upgraded;
  }

  /** @param {any} refusal */
  function refuse(refusal) {
    count(COUNTED[refusal.status] ?? "rejected");
    return answerOne(refusal);
  }
}

/** @param {any} result */
const answerOne = ({ status, code, message, wait }) => answer(status, code, message, retryAfter(wait));

// One status for all: that of each where they agree, 200 where all are stored, else 207.
/** @param {any[]} results */
function answerAll(results) {
  const statuses = new Set(results.map(({ status }) => (status === 201 ? 200 : status)));
  const status = statuses.size > 1 ? 207 : ([...statuses][0] ?? 200);
  const wait = Math.max(0, ...results.map((result) => result.wait ?? 0));
  const shown = results.map(({ id, status, code, message }) => ({ id, status, code, message }));
  return json(status, { results: shown }, retryAfter(wait));
}

/**
 * @param {any} wait seconds, if it is to wait
 * @returns {Record<string, string>}
 */
const retryAfter = (wait) => (wait > 0 ? { "retry-after": String(wait) } : {});
