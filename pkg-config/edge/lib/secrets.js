// The minimum length of secrets and tokens. It is checked when an edge, an account or a receiver is created, so that a
// deployment with a short one fails.
import { secretBytes } from "./hmac.js";

/** Bytes: as many as HMAC-SHA-256 makes (RFC 2104, section 3, advises against fewer). */
const SECRET_BYTES = 32;
const TOKEN_CHARS = 16;

/**
 * @param {unknown} secret text, or `whsec_` and base64
 * @param {string} name what the error calls it, such as `createEdge: the secret of the key "2026-11"`
 * @throws {TypeError} It is not a secret, or too short. The message says how to make one, and never holds the secret.
 */
export function checkSecret(secret, name) {
  const { length } = typeof secret === "string" ? secretBytes(secret) : [];
  if (length >= SECRET_BYTES) return;
  throw new TypeError(
    `${name} has ${length} bytes and needs ${SECRET_BYTES}. Generate one with: openssl rand -hex 32. ` +
      "If a short one was in use, replace it in every worker: cookies sealed with it are no longer valid.",
  );
}

/**
 * @param {unknown} token
 * @param {string} name as for `checkSecret`
 * @throws {TypeError} as `checkSecret`
 */
export function checkToken(token, name) {
  const length = typeof token === "string" ? token.length : 0;
  if (length >= TOKEN_CHARS) return;
  throw new TypeError(
    `${name} has ${length} characters and needs ${TOKEN_CHARS}. Generate one with: openssl rand -hex 32. ` +
      "Give the new one to the programs that send it.",
  );
}
