// Whoever lists signals or tells what sales decided has a token. Without any token that is nobody.
import { answer } from "../lib/answer.js";
import { isAmong } from "../lib/compare.js";

/** The answer to a request without a token that is known; null where there is one. */
export async function refuseStranger({ headers }, tokens) {
  const [, token] = /^bearer +(\S+) *$/i.exec(headers.get("authorization") ?? "") ?? [];
  if (token !== undefined && (await isAmong(token, tokens))) return null;
  const message = "send the header authorization with Bearer and a token that the receiver has";
  return answer(401, "token", message, { "www-authenticate": "Bearer" });
}
