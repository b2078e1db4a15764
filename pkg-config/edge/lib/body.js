// Reads a body up to a limit. Returns null if it is larger, so that no oversized body is stored or parsed.
/**
 * @param {Request | Response} message
 * @param {number} limit
 */
export async function readAtMost({ headers, body }, limit) {
  // A stated length spares the reading; a missing or false one is caught below.
  if (Number(headers.get("content-length")) > limit) {
    // Unread it would break the connection off before the answer is there.
    await body?.cancel().catch(() => {});
    return null;
  }

  /** @type {Uint8Array<ArrayBuffer>[]} */
  const chunks = [];
  let size = 0;
  for await (const chunk of /** @type {AsyncIterable<Uint8Array<ArrayBuffer>>} */ (
    /** @type {unknown} */ (body ?? [])
  )) {
    size += chunk.byteLength;
    if (size > limit) return null;
    chunks.push(chunk);
  }
  return new Uint8Array(await new Blob(chunks).arrayBuffer());
}

// Parses JSON in UTF-8; returns undefined if it is invalid.
/**
 * @param {Uint8Array} bytes
 * @returns {any}
 */
export function parseJson(bytes) {
  try {
    return JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes));
  } catch {
    return undefined;
  }
}

/**
 * @param {unknown} value
 * @returns {value is Record<string, any>}
 */
export const isObject = (value) => typeof value === "object" && value !== null && !Array.isArray(value);
