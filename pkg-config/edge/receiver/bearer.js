// A token is required to list signals or to report a decision of sales. Without a configured token nobody can.
import { answer } from "../lib/answer.js";
import { isAmong } from "../lib/compare.js";

/**
 * The answer to a request without a token that is known; null where there is one.
 *
 * @param {Request} request
 * @param {string[]} tokens
 */
export async function refuseStranger({ headers }, tokens) {
  const [, token] = /^bearer +(\S+) *$/i.exec(headers.get("authorization") ?? "") ?? [];
  if (token !== undefined && (await isAmong(token, tokens))) return null;
  const message = "send the header `authorization: Bearer` with one of the receiver's tokens";
  return answer(401, "token", message, { "www-authenticate": "Bearer" });
}
