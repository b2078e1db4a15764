// The requests of the edge to the Durable Objects that keep accounts.
import { base64url, fromBase64 } from "../lib/base64.js";
import { isText } from "../lib/text.js";

/** Characters of a key, as the core counts them. */
const MOST = 128;

/**
 * Returns true if a value can be an account's key.
 *
 * @param {unknown} value
 * @returns {value is string}
 */
export const isKey = (value) => isText(value, 2 * MOST) && value.isWellFormed() && [...value].length <= MOST;

/**
 * Encodes a key for a cookie.
 *
 * @param {string} key
 */
export const keyText = (key) => base64url(new TextEncoder().encode(key));
/** @param {string} text */
export function keyOf(text) {
  const key = text && new TextDecoder().decode(fromBase64(text) ?? new Uint8Array());
  return isKey(key) ? key : null;
}

/** @param {any} namespace the binding to the objects */
export function clientOf(namespace) {
  /**
   * @param {string} key
   * @param {string} search
   * @param {RequestInit} [init]
   */
  async function ask(key, search, init) {
    const object = namespace.get(namespace.idFromName(key));
    const response = await object.fetch(new Request(`https://leadscore.internal/${search}`, init));
    if (!response.ok) throw new Error(`an account answered with ${response.status}`);
    return response;
  }

  return {
    contribute: (/** @type {string} */ key, /** @type {object} */ contribution) =>
      ask(key, "", { method: "POST", body: JSON.stringify({ account: key, ...contribution }) }),
    snapshot: async (/** @type {string} */ key) => (await ask(key, "")).json(),
    /** Forgets all who go by a visitor's id. */
    forget: async (/** @type {string} */ key, /** @type {string} */ visitor) =>
      void (await ask(key, `?${new URLSearchParams({ visitor })}`, { method: "DELETE" })),
    /** Forgets one person, by the name that only the worker gives. */
    forgetPerson: async (/** @type {string} */ key, /** @type {string} */ person) =>
      void (await ask(key, `?${new URLSearchParams({ person })}`, { method: "DELETE" })),
  };
}
