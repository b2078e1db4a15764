// The edge of a site: opens what is known of whoever asks for a page, and takes in that they did.
import { clientOf, keyOf } from "../account/client.js";
import { base64url } from "../lib/base64.js";
import { bytesOf } from "../lib/bytes.js";
import { counting } from "../lib/count.js";
import { fault } from "../lib/log.js";
import { checkSecret } from "../lib/secrets.js";
import { MOST, PAGE, read } from "./cookies.js";
import { deliverer } from "./deliver.js";
import { consentOf, isPageView } from "./request.js";
import { open } from "./seal.js";
import { Visit } from "./visit.js";

/** Seconds: browsers allow little more. */
const YEAR = 365 * 24 * 60 * 60;
/** What a visitor is known by who brings no seal that is believed. */
const NOTHING = { record: "", account: "", isOld: false };

/** @param {Pick<typeof import("#edge"), "Account" | "Model" | "Visit" | "isCrawler">} runtime of the wasm */
export function edge(runtime, options) {
  const known = settings(runtime, options);
  const context = { ...known, deliver: deliverer(known) };
  const { model, keys, maxAge, consent: agreed, lifecycle, accounts, accountOf, count, counts, now } = context;

  /** Never throws for what a visitor sends. */
  async function visit(request) {
    const time = now();
    count("visits");
    const cookies = read(request.headers.get("cookie"));
    const consent = await consentOf(request, agreed, cookies.page);
    const isGranted = consent === "granted";
    // Of whom consent is withdrawn, the account is to forget what it knows.
    const isOpened = cookies.own && (isGranted || accounts);
    const { record: sealed, account, isOld } = isOpened ? await opened(cookies.own, time) : NOTHING;
    const record = isGranted ? sealed : "";
    const page = isGranted ? told(cookies.page) : "";
    // Somebody to whom the worker gave a cookie was no crawler.
    const isKept = isGranted && (record !== "" || !runtime.isCrawler(request.headers.get("user-agent") ?? ""));

    let fresh = record || page ? "" : id();
    const begin = () => new runtime.Visit(model, record, page, fresh);
    let begun = begin();
    if (record && !begun.hasSealed) count("unreadable");
    if (page && !begun.hasPage) count("page_unreadable");
    if (!fresh && !begun.hasSealed && !begun.hasPage) {
      begun.free();
      fresh = id();
      begun = begin();
    }

    const known = { consent, sealed: cookies.own, isOld, isKept, begin };
    if (accounts) {
      const isSame = begun.hasSealed || !isGranted;
      known.sealedAccount = isSame ? keyOf(account) : null;
      known.sealedVisitor = sealed.slice(0, sealed.indexOf("."));
      known.account = isGranted ? (await accountOf?.(request)) || known.sealedAccount : null;
    }
    const own = new Visit(context, request, known, time, begun);
    // Sales can have decided something only of somebody of whom it was told.
    if (isGranted && lifecycle && begun.hasTripped) await decided(own, time);
    if (isPageView(request)) {
      const props = { page_location: request.url, page_referrer: request.headers.get("referer") ?? "" };
      attempt(() => own.view({ type: "page_view", at: time, url: request.url, props }));
    }
    return own;
  }

  async function opened(text, time) {
    const result = await open(text, keys, time, maxAge);
    if (!("fault" in result)) return result;
    count(result.fault);
    return NOTHING;
  }

  function told(text) {
    if (text.length + PAGE.length + 1 <= MOST) return text;
    count("page_oversized");
    return "";
  }

  // What sales decided.
  async function decided(own, time) {
    try {
      const { entries } = await lifecycle.list({ kind: "lifecycle", visitor: own.visitor, limit: 20 });
      for (const { stage, happened } of entries) {
        const at = Math.min(Date.parse(happened), time);
        attempt(() => own.ingest({ type: "lifecycle", at, props: { stage } }));
      }
    } catch (error) {
      fault("lifecycle", error);
      count("lifecycle_failed");
    }
  }

  // An address too long for an event, a full state: the visitor gets their page all the same.
  function attempt(take) {
    try {
      take();
    } catch (error) {
      if (typeof error?.code !== "string") throw error;
      count("dropped");
    }
  }

  function account(key) {
    demand(accounts, "accounts must be the binding to the class that createAccount gives");
    return { snapshot: () => accounts.snapshot(key), forget: (visitor) => accounts.forget(key, visitor) };
  }

  return { visit, account, counts };
}

/** For a visitor whom nobody has named yet. */
const id = () => base64url(crypto.getRandomValues(new Uint8Array(16)));

function settings({ Account, Model }, options) {
  const { model, keys, endpoint, consent = "page", source, lifecycle, maxAge = YEAR } = options;
  demand(model, "model must be the bytes of a compiled model");
  demand(Array.isArray(keys) && keys.length > 0, "keys must hold at least one { id, secret }; the first one seals");
  for (const { id, secret } of keys) {
    demand(/^[\w-]{1,32}$/.test(id), "a key's id has 1 to 32 letters, digits, _ and -");
    checkSecret(secret, `createEdge: the secret of the key "${id}"`);
  }
  demand(Number.isInteger(maxAge) && maxAge > 0 && maxAge <= YEAR, "maxAge is in seconds, a year at most");
  const now = options.now ?? Date.now;
  const read = new Model(bytesOf(model));
  // Throws where the model says nothing of accounts.
  if (options.accounts) new Account(read, new Uint8Array()).free();
  return {
    model: read,
    keys,
    endpoint,
    consent,
    source,
    lifecycle,
    accounts: options.accounts && clientOf(options.accounts),
    accountOf: options.account,
    maxAge,
    now,
    ...counting(options.count),
  };
}

function demand(isSound, message) {
  if (!isSound) throw new TypeError(`createEdge: ${message}`);
}
