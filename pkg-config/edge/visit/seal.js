// What the worker knows of a visitor, sealed: `VERSION.KEY.EXPIRY.VISITOR.STATE.MAC`, the MAC over all before it. Where
// the visitor belongs to an account, its key stands before the MAC: `….STATE.ACCOUNT.MAC`.
// Nothing in it is decoded before the seal is found right.
import { base64url, bytesOf } from "../lib/base64.js";
import { isMac, mac } from "../lib/hmac.js";
import { MOST, OWN } from "./cookies.js";

const VERSION = "1";
// Other things are signed with the same keys.
const PURPOSE = "leadscore cookie:";
const MAC_CHARS = 43;
const encoder = new TextEncoder();

/**
 * @param {string} text a cookie's value
 * @returns {Promise<{ record: string, account: string, isOld: boolean } | { fault: string }>} `isOld`: to be sealed
 * again, with the first key or a later expiry
 */
export async function open(text, keys, now, maxAge) {
  if (text.length + OWN.length + 1 > MOST) return { fault: "oversized" };
  const parts = text.split(".");
  if (parts.length < 6 || parts.length > 7 || parts[0] !== VERSION) return { fault: "unreadable" };
  const sum = parts.pop() ?? "";
  const [, id, expiry, visitor, state, account = ""] = parts;
  const key = keys.find((key) => key.id === id);
  if (!key) return { fault: "foreign" };
  const own = bytesOf(sum);
  const sealed = text.slice(0, text.length - sum.length - 1);
  if (!own || !(await isMac(key.secret, own, content(sealed)))) return { fault: "forged" };
  const left = parseInt(expiry, 36) - now / 1000;
  if (!(left > 0)) return { fault: "expired" };
  return { record: `${visitor}.${state}`, account, isOld: key !== keys[0] || left < maxAge / 2 };
}

/** The cookie's value. `record(bytes)` gives what is known, as far as so many bytes hold it. */
export async function seal(record, account, [key], now, maxAge) {
  const head = `${VERSION}.${key.id}.${Math.floor(now / 1000 + maxAge).toString(36)}.`;
  const tail = account && `.${account}`;
  const text = head + record(MOST - OWN.length - 1 - head.length - tail.length - 1 - MAC_CHARS) + tail;
  return `${text}.${base64url(await mac(key.secret, content(text)))}`;
}

const content = (text) => encoder.encode(PURPOSE + text);
