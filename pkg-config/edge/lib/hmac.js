// HMAC-SHA-256 by WebCrypto.
import { fromBase64 } from "./base64.js";

const encoder = new TextEncoder();

/**
 * @returns {Promise<Uint8Array>} 32 bytes
 * @param {string} secret
 * @param {Uint8Array<ArrayBuffer>} content
 */
export async function mac(secret, content) {
  return new Uint8Array(await crypto.subtle.sign("HMAC", keys.get(secret) ?? (await keyOf(secret)), content));
}

/**
 * Takes the same time wherever the two differ.
 *
 * @param {string} secret
 * @param {Uint8Array<ArrayBuffer>} own
 * @param {Uint8Array<ArrayBuffer>} content
 */
export async function isMac(secret, own, content) {
  return crypto.subtle.verify("HMAC", keys.get(secret) ?? (await keyOf(secret)), own, content);
}

// Keys by their secret. Only finished values are cached, because in workerd a request cannot wait for a promise of
// another request.
const keys = new Map();

/** @param {string} secret */
async function keyOf(secret) {
  const key = await crypto.subtle.importKey("raw", secretBytes(secret), { name: "HMAC", hash: "SHA-256" }, false, [
    "sign",
    "verify",
  ]);
  keys.set(secret, key);
  return key;
}

/**
 * A secret's bytes: base64 after `whsec_`, else the text itself.
 *
 * @param {string} secret
 */
export function secretBytes(secret) {
  const bytes = secret.startsWith("whsec_") ? fromBase64(secret.slice("whsec_".length)) : encoder.encode(secret);
  if (!bytes?.length) throw new TypeError("a secret must be a string that is not empty, or whsec_ and base64");
  return bytes;
}
