// The edge of a site: reads the states of the visitor who requests a page, and records the page view.
import { clientOf, keyOf } from "../account/client.js";
import { base64url } from "../lib/base64.js";
import { bytesOf } from "../lib/bytes.js";
import { counting } from "../lib/count.js";
import { fault } from "../lib/log.js";
import { isRefusal } from "../lib/refusal.js";
import { checkSecret } from "../lib/secrets.js";
import { DENIED, MOST, PAGES, read } from "./cookies.js";
import { deliverer } from "./deliver.js";
import { isPageView, isRefused } from "./request.js";
import { open } from "./seal.js";
import { Visit } from "./visit.js";

/** Seconds: browsers allow little more. */
const YEAR = 365 * 24 * 60 * 60;
/** The id of a visitor without a trusted seal. */
const NOTHING = { record: "", since: 0, account: "", person: "", isOld: false };
/**
 * The visit from the cookies, and a function that begins the same one again.
 *
 * @typedef {{ isDenied: boolean, begin?: () => import("../../entry/edge/visit.js").VisitState, begun?: import("../../entry/edge/visit.js").VisitState }} Recalled
 * @typedef {Required<Recalled>} Begun
 * @type {Recalled}
 */
const NOBODY = { isDenied: false };

/**
 * @typedef {ReturnType<typeof settings> & { deliver: (signals: any[]) => Promise<void> }} Context
 *
 * @typedef {ReturnType<typeof clientOf>} Client
 *
 * @typedef {object} Known What cookies and headers say of a visitor.
 * @property {import("leadscore/edge").Consent} consent
 * @property {string} site
 * @property {number} since in milliseconds
 * @property {boolean} sealed whether there is a cookie of the worker
 * @property {boolean} isOld
 * @property {boolean} isKept
 * @property {() => import("../../entry/edge/visit.js").VisitState} begin
 * @property {string | null} [sealedAccount] these four only where there are accounts
 * @property {string} [sealedPerson]
 * @property {string} [person]
 * @property {string | null} [account]
 */

/**
 * @param {Pick<typeof import("../../entry/edge/index.js"), "Account" | "Model" | "VisitState" | "answerBytes" | "answerOutcome" | "isCrawler" | "modelName">}
 * runtime of the wasm
 * @param {import("leadscore/edge").EdgeOptions} options
 */
export function edge(runtime, options) {
  const known = settings(runtime, options);
  const context = { ...known, deliver: deliverer(known) };
  const { wasm: model, consent: agreed, lifecycle, accounts, accountOf, source, count, counts, now } = context;

  /**
   * Never throws for what a visitor sends.
   *
   * @param {Request} request
   */
  async function visit(request) {
    const time = now();
    count("visits");
    const cookies = read(request.headers.get("cookie"));
    const asked = await consentOption(request);
    const isAsked = asked === "granted" || asked === "page";
    // If consent is withdrawn, the account must delete the visitor.
    const site = siteOf(request);
    const sealed = isAsked || accounts ? await opened(cookies.own, site, time) : NOTHING;
    const { record, isOld } = sealed;
    const recalled = isAsked ? recall(record, cookies.page) : NOBODY;
    const consent = isAsked ? consentOf(asked, recalled) : asked;
    const isGranted = consent === "granted";
    if (!isGranted) recalled.begun?.free();
    const begin = isGranted && recalled.begin ? recalled.begin : stranger();
    const begun = (isGranted && recalled.begun) || begin();
    // A visitor with a cookie of the worker is not a crawler.
    const isKnown = isGranted && record !== "";
    const isKept = isGranted && (isKnown || !runtime.isCrawler(request.headers.get("user-agent") ?? ""));

    const sealedVisitor = record.slice(0, record.indexOf("."));
    const isSame = begun.hasSealed && begun.visitor === sealedVisitor;
    // A clock that was ahead may have sealed a time in the future, before which no decision would count.
    const since = isSame && sealed.since > 0 ? Math.min(sealed.since, time) : time;
    /** @type {Known} */
    const known = { consent, site, since, sealed: cookies.own.length > 0, isOld, isKept, begin };
    if (accounts) {
      const isSealed = begun.hasSealed || !isGranted;
      known.sealedAccount = isSealed ? keyOf(sealed.account) : null;
      // An account of a former release knows people by their visitors' ids.
      known.sealedPerson = sealed.person || sealedVisitor;
      known.person = (isSealed && sealed.person) || id();
      known.account = isGranted ? (await accountOf?.(request)) || known.sealedAccount : null;
    }
    const own = new Visit(context, request, known, time, begun);
    if (isGranted && lifecycle && begun.hasTripped && since < time) await decided(own, since, time);
    if (isPageView(request)) {
      const props = { page_location: request.url, page_referrer: request.headers.get("referer") ?? "" };
      attempt(() => own.view({ type: "page_view", at: time, url: request.url, props }));
    }
    return own;
  }

  /**
   * Returns the site's own setting: `granted`, `page` (as reported by the tag), `pending` or `denied`.
   *
   * @param {Request} request
   * @returns {Promise<"granted" | "page" | "pending" | "denied">}
   */
  async function consentOption(request) {
    if (isRefused(request.headers)) return "denied";
    const consent = typeof agreed === "function" ? await agreed(request) : agreed;
    return ["granted", "page", "pending"].includes(consent) ? consent : "denied";
  }

  /**
   * The tag's cookie counts if it can be read; without it, a valid sealed cookie, which exists only after a grant
   * without a withdrawal.
   *
   * @param {string} asked
   * @param {Recalled} recalled
   * @returns {import("leadscore/edge").Consent}
   */
  function consentOf(asked, { isDenied, begun }) {
    if (isDenied) return "denied";
    if (asked === "granted") return asked;
    return begun?.hasPage || begun?.hasSealed ? "granted" : "pending";
  }

  /**
   * Returns the first of several cookies with the same name that opens: another host of the domain can add one before
   * it.
   *
   * @param {string[]} texts
   * @param {string} site
   * @param {number} time
   * @returns {Promise<import("./seal.js").Opened>}
   */
  async function opened(texts, site, time) {
    for (const text of texts) {
      if (text === "") continue;
      const result = await open(text, context, site, time);
      if (!("fault" in result)) return result;
      count(result.fault);
    }
    return NOTHING;
  }

  /**
   * Returns the visit from the sealed record and the first readable cookie of the tag; without `begun` if there is
   * neither. `isDenied`: the tag's cookie says that consent is withdrawn.
   *
   * @param {string} record
   * @param {string[]} pages
   * @returns {Recalled}
   */
  function recall(record, pages) {
    for (const page of pages) {
      if (page === DENIED) return { ...NOBODY, isDenied: true };
      if (page.length + PAGES[1].length + 1 > MOST) count("page_oversized");
      else if (page !== "") {
        const recalled = begunWith(record, page);
        if (recalled.begun.hasPage) return sealCounted(record, recalled);
        recalled.begun.free();
        count("page_unreadable");
      }
    }
    if (record === "") return NOBODY;
    const recalled = sealCounted(record, begunWith(record, ""));
    if (recalled.begun.hasSealed) return recalled;
    recalled.begun.free();
    return NOBODY;
  }

  /**
   * @param {string} record
   * @param {Begun} recalled
   */
  function sealCounted(record, recalled) {
    if (record && !recalled.begun.hasSealed) count("unreadable");
    return recalled;
  }

  /**
   * @param {string} record
   * @param {string} page
   * @returns {Begun}
   */
  function begunWith(record, page) {
    const begin = () => new runtime.VisitState(model, record, page, "");
    return { begin, begun: begin(), isDenied: false };
  }

  /** Begins the visits of one new visitor. */
  function stranger() {
    const fresh = id();
    return () => new runtime.VisitState(model, "", "", fresh);
  }

  /**
   * Adds decisions of sales about visitors for whom the worker has sent a signal. The visitor's id comes from the page,
   * and someone who uses another visitor's id must not read decisions about them. So only decisions after the worker's
   * first request from this browser with that id are read.
   *
   * @param {Visit} own
   * @param {number} since
   * @param {number} time
   */
  async function decided(own, since, time) {
    try {
      const { entries } = await /** @type {NonNullable<typeof lifecycle>} */ (lifecycle).list({
        kind: "lifecycle",
        visitor: own.visitor,
        limit: 20,
      });
      for (const { stage, happened } of entries) {
        const at = Date.parse(happened);
        if (at >= since) attempt(() => own.ingest({ type: "lifecycle", at: Math.min(at, time), props: { stage } }));
      }
    } catch (error) {
      fault("lifecycle", error);
      count("lifecycle_failed");
    }
  }

  /**
   * The host that seals are for: that of `source`, where a proxy has the site's name; else of the request.
   *
   * @param {Request} request
   */
  function siteOf(request) {
    return new URL(source ?? request.url).host;
  }

  // An address too long for an event, a full state: the visitor gets their page all the same.
  /** @param {() => void} action */
  function attempt(action) {
    try {
      action();
    } catch (error) {
      if (!isRefusal(error)) throw error;
      count("dropped");
    }
  }

  /** @param {string} key */
  function account(key) {
    demand(accounts, "accounts must be the binding to the class from createAccount");
    return {
      snapshot: () => /** @type {Client} */ (accounts).snapshot(key),
      forget: (/** @type {string} */ visitor) => /** @type {Client} */ (accounts).forget(key, visitor),
    };
  }

  return { visit, account, counts };
}

/** The id of a new visitor. */
const id = () => base64url(crypto.getRandomValues(new Uint8Array(16)));

/**
 * @param {Parameters<typeof edge>[0]} runtime
 * @param {import("leadscore/edge").EdgeOptions} options
 */
function settings(runtime, options) {
  const { Account, Model, modelName } = runtime;
  const { model, keys, endpoint, consent = "page", source, lifecycle, maxAge = YEAR, legacySeals = false } = options;
  demand(model, "model must be the bytes of a compiled model");
  demand(Array.isArray(keys) && keys.length > 0, "keys must contain at least one { id, secret }; the first one seals");
  for (const { id, secret } of keys) {
    demand(/^[\w-]{1,32}$/.test(id), "a key's id must have 1 to 32 letters, digits, _ and -");
    checkSecret(secret, `createEdge: the secret of the key "${id}"`);
  }
  demand(Number.isInteger(maxAge) && maxAge > 0 && maxAge <= YEAR, "maxAge must be in seconds, at most a year");
  const now = options.now ?? Date.now;
  demand(source === undefined || isOrigin(source), "source must be the site's origin, such as https://acme.example");
  const read = new Model(bytesOf(model));
  // Throws if the model has no `account`.
  if (options.accounts) new Account(read, new Uint8Array()).free();
  return {
    runtime,
    wasm: read,
    model: modelName(read),
    keys,
    isFormerRead: legacySeals,
    endpoint,
    consent,
    source: source && new URL(source).origin,
    lifecycle,
    accounts: options.accounts && clientOf(options.accounts),
    accountOf: options.account,
    maxAge,
    now,
    ...counting(options.count),
  };
}

/** @param {string} text */
const isOrigin = (text) => URL.canParse(text) && /^https?:$/.test(new URL(text).protocol);

/**
 * @param {unknown} isSound
 * @param {string} message
 */
function demand(isSound, message) {
  if (!isSound) throw new TypeError(`createEdge: ${message}`);
}
