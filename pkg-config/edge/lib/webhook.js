// Requests between a site's own servers, signed according to the Standard Webhooks specification: HMAC-SHA256 over
// `id.timestamp.body`, in the headers webhook-id, webhook-timestamp and webhook-signature.
import { base64, fromBase64 } from "./base64.js";
import { isMac, mac } from "./hmac.js";

const encoder = new TextEncoder();

// A sender may sign with several secrets during a rotation, but never with this many.
const MOST_SIGNATURES = 8;
const SCHEME = "v1,";

/**
 * The value of `webhook-signature`. `timestamp` is in seconds, `body` text or bytes.
 *
 * @param {string} secret
 * @param {string} id
 * @param {number} timestamp
 * @param {string | Uint8Array} body
 */
export async function sign(secret, id, timestamp, body) {
  return SCHEME + base64(await mac(secret, content(id, timestamp, body)));
}

/**
 * Returns true if one of the secrets signed this, with a time within the tolerance. Takes constant time.
 *
 * @param {string[]} secrets
 * @param {Headers} headers
 * @param {string | Uint8Array} body
 * @param {number} now
 * @param {number} tolerance
 */
export async function verify(secrets, headers, body, now, tolerance = 300) {
  const id = headers.get("webhook-id");
  const timestamp = headers.get("webhook-timestamp");
  const signatures = headers.get("webhook-signature");
  if (!id || !signatures || !/^\d{1,12}$/.test(timestamp ?? "")) return false;
  if (Math.abs(now / 1000 - Number(timestamp)) > tolerance) return false;

  const signed = content(id, timestamp, body);
  const macs = signatures
    .split(" ", MOST_SIGNATURES)
    .filter((signature) => signature.startsWith(SCHEME))
    .map((signature) => fromBase64(signature.slice(SCHEME.length)))
    .filter((mac) => mac !== null);
  for (const secret of secrets) {
    for (const own of macs) if (await isMac(secret, own, signed)) return true;
  }
  return false;
}

/**
 * Returns true if the request claims to be signed.
 *
 * @param {Headers} headers
 */
export const isSigned = (headers) => headers.has("webhook-signature");

/**
 * @param {string} id
 * @param {number | string | null} timestamp
 * @param {string | Uint8Array} body
 */
function content(id, timestamp, body) {
  const head = encoder.encode(`${id}.${timestamp}.`);
  const tail = typeof body === "string" ? encoder.encode(body) : body;
  const all = new Uint8Array(head.length + tail.length);
  all.set(head);
  all.set(tail, head.length);
  return all;
}
