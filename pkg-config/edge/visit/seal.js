// The worker's sealed record of a visitor: `2.KEY.EXPIRY.SINCE.VISITOR.STATE.TOLD.MAC`, the MAC over everything before
// it. SINCE is the time of the worker's first request from the visitor with this id. If the visitor belongs to an
// account, its key and the person's id precede the MAC: `….TOLD.ACCOUNT.PERSON.MAC`. Nothing is decoded before the MAC
// is verified.
//
// The MAC also covers model and site, so that a cookie of one site is not valid on another site with the same key. Up
// to release 0.1 seals covered neither: `1.KEY.EXPIRY.VISITOR.STATE.MAC`, or with an account `….STATE.ACCOUNT.MAC`.
import { base64url, fromBase64 } from "../lib/base64.js";
import { isMac, mac } from "../lib/hmac.js";
import { MOST, OWN } from "./cookies.js";

const VERSION = "2";
const FORMER = "1";
// The same keys also sign other data.
const PURPOSE = "leadscore cookie";
const MAC_CHARS = 43;
/** Seconds by which the clocks of a site's workers may differ. */
const DAY = 86_400;
const encoder = new TextEncoder();

/**
 * @typedef {{ keys: { id: string, secret: string }[], maxAge: number, model: string, isFormerRead: boolean }} Seals with
 * the model's name
 * @typedef {{ record: string, since: number, account: string, person: string, isOld: boolean }} Opened `since` in
 * milliseconds, 0 where it is not known; `isOld`: to be sealed again, with the first key, a later expiry or this
 * version
 */

/**
 * @param {string} text a cookie's value
 * @param {Seals} seals
 * @param {string} site the host
 * @param {number} now in milliseconds
 * @returns {Promise<Opened | { fault: "oversized" | "unreadable" | "legacy" | "foreign" | "forged" | "expired" }>}
 */
export async function open(text, { keys, maxAge, model, isFormerRead }, site, now) {
  if (text.length + OWN.length + 1 > MOST) return { fault: "oversized" };
  const parts = text.split(".");
  const isFormer = parts[0] === FORMER;
  const read = isFormer ? readFormer(parts) : parts[0] === VERSION ? readParts(parts) : undefined;
  if (!read) return { fault: "unreadable" };
  if (isFormer && !isFormerRead) return { fault: "legacy" };
  const key = keys.find(({ id }) => id === parts[1]);
  if (!key) return { fault: "foreign" };
  const sum = parts[parts.length - 1];
  const sealed = text.slice(0, text.length - sum.length - 1);
  const own = fromBase64(sum);
  const signed = isFormer ? encoder.encode(`${PURPOSE}:${sealed}`) : content(sealed, model, site);
  // Spelt in the one way in which it was made: `atob` skips spaces and ignores bits.
  if (!own || base64url(own) !== sum || !(await isMac(key.secret, own, signed))) return { fault: "forged" };
  const left = parseInt(parts[2], 36) - now / 1000;
  if (!(left > 0)) return { fault: "expired" };
  // If it lives longer than a cookie that is sealed now, `maxAge` was longer then, or the clock was ahead.
  const isOfAge = left >= maxAge / 2 && left <= maxAge + DAY;
  return { ...read, isOld: isFormer || key !== keys[0] || !isOfAge };
}

/** @param {string[]} parts */
function readParts(parts) {
  if (parts.length !== 8 && parts.length !== 10) return undefined;
  const [, , , since, visitor, state, told, account, person] = parts;
  const isOfAccount = parts.length === 10;
  return {
    record: `${visitor}.${state}.${told}`,
    since: (parseInt(since, 36) || 0) * 1000,
    account: isOfAccount ? account : "",
    person: isOfAccount ? person : "",
  };
}

/** @param {string[]} parts */
function readFormer(parts) {
  if (parts.length !== 6 && parts.length !== 7) return undefined;
  const [, , , visitor, state, account] = parts;
  return { record: `${visitor}.${state}.`, since: 0, account: parts.length === 7 ? account : "", person: "" };
}

/**
 * Returns the cookie's value; undefined if the required entries do not fit. `record(bytes)` returns the record reduced
 * to a number of bytes.
 *
 * @param {{ record: (bytes: number) => string | undefined, since: number, account: string, person: string }} known
 * @param {Pick<Seals, "keys" | "maxAge" | "model">} seals
 * @param {string} site
 * @param {number} now
 */
export async function seal({ record, since, account, person }, { keys: [key], maxAge, model }, site, now) {
  /** @param {number} ms */
  const seconds = (ms) => Math.floor(ms / 1000).toString(36);
  const head = `${VERSION}.${key.id}.${seconds(now + maxAge * 1000)}.${seconds(since)}.`;
  const tail = account && `.${account}.${person}`;
  const own = record(MOST - OWN.length - 1 - head.length - tail.length - 1 - MAC_CHARS);
  if (own === undefined) return undefined;
  const text = head + own + tail;
  return `${text}.${base64url(await mac(key.secret, content(text, model, site)))}`;
}

/**
 * @param {string} text
 * @param {string} model
 * @param {string} site
 */
const content = (text, model, site) => encoder.encode(`${PURPOSE} ${JSON.stringify([model, site])}:${text}`);
