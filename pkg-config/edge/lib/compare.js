// Compares secrets by their hashes, so that the time does not reveal how much of a guess was right.
import { base64url } from "./base64.js";

const encoder = new TextEncoder();

/** @param {string} text */
const sha256 = async (text) => new Uint8Array(await crypto.subtle.digest("SHA-256", encoder.encode(text)));

// The hash in base64url, as a key of fixed length for data that must not be stored itself.
/** @param {string} text */
export const fingerprint = async (text) => base64url(await sha256(text));

// Returns true if the string is one of those that are known. Compares all of them, so that the time reveals nothing.
/**
 * @param {string} text
 * @param {Iterable<string>} known
 */
export async function isAmong(text, known) {
  const given = await sha256(text);
  let found = false;
  for (const one of known) {
    const own = await sha256(one);
    let difference = 0;
    for (let i = 0; i < own.length; i++) difference |= own[i] ^ given[i];
    if (difference === 0) found = true;
  }
  return found;
}
