// The requests of the edge to the Durable Objects that keep accounts.
import { base64url, fromBase64 } from "../lib/base64.js";
import { isText } from "../lib/text.js";

/** Characters of a key, as the core counts them. */
const MOST = 128;

/** Returns true if a value can be an account's key. */
export const isKey = (value) => isText(value, 2 * MOST) && value.isWellFormed() && [...value].length <= MOST;

/** A key as a cookie holds it, and back; null for what is none. */
export const keyText = (key) => base64url(new TextEncoder().encode(key));
export function keyOf(text) {
  const key = text && new TextDecoder().decode(fromBase64(text) ?? new Uint8Array());
  return isKey(key) ? key : null;
}

/** @param namespace the binding to the objects */
export function clientOf(namespace) {
  async function ask(key, search, init) {
    const object = namespace.get(namespace.idFromName(key));
    const response = await object.fetch(new Request(`https://leadscore.internal/${search}`, init));
    if (!response.ok) throw new Error(`an account answered with ${response.status}`);
    return response;
  }

  return {
    contribute: (key, contribution) =>
      ask(key, "", { method: "POST", body: JSON.stringify({ account: key, ...contribution }) }),
    snapshot: async (key) => (await ask(key, "")).json(),
    /** Forgets all who go by a visitor's id. */
    forget: async (key, visitor) => void (await ask(key, `?${new URLSearchParams({ visitor })}`, { method: "DELETE" })),
    /** Forgets one person, by the name that only the worker gives. */
    forgetPerson: async (key, person) =>
      void (await ask(key, `?${new URLSearchParams({ person })}`, { method: "DELETE" })),
  };
}
