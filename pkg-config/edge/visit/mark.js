// Sets the visitor's segment on a page's root element, and reads only the beginning of the page.
//
// A rewriter that parses the whole document can lose it: workerd's HTMLRewriter returns an empty body for an unclosed
// `select` before an `iframe`, and throws for UTF-16. This code parses only the bytes up to the root's start tag and
// passes all others through. If the beginning cannot be parsed reliably, the body is sent unchanged.
import { replace } from "./headers.js";
import { isHtml } from "./request.js";
import { spot } from "./root.js";

const NAME = "data-leadscore-segment";
/**
 * Bytes before the root's start tag ends: comments and conditional classes are longer than most, but not by this much.
 */
const MOST = 16 * 1024;
/**
 * Headers that describe the original body: with them a browser could reuse another segment's page, or reject the body.
 */
const OF_BODY = ["etag", "last-modified", "content-length", "content-md5", "content-digest", "repr-digest", "digest"];
/** Encodings in which the bytes of ASCII letters are something else, or something else looks like them. */
const NOT_ASCII = /^(utf-?16|utf-?32|utf-?7|ucs|unicode|csunicode|iso-10646|iso-2022|csiso2022|hz-|ebcdic|ibm|cp\d)/i;
const TAG_END = 0x3e;

/**
 * @param {Response} response
 * @param {string} segment of letters, digits, `_` and `-`
 */
export function mark(response, segment) {
  if (!isMarkable(response)) return response;
  const isXml = /xhtml/i.test(/** @type {string} */ (response.headers.get("content-type")));
  const { readable, writable } = new (globalThis.IdentityTransformStream ?? TransformStream)();
  const marked = replace(response, readable, (headers) => OF_BODY.forEach((name) => headers.delete(name)));
  // An error while the page is read reaches its reader.
  pass(/** @type {ReadableStream} */ (response.body), writable, (head) =>
    spot(head.subarray(0, MOST), NAME, segment, isXml),
  ).catch(() => {});
  return marked;
}

/** @param {Response} response */
function isMarkable({ status, headers, body, bodyUsed }) {
  if (!body || bodyUsed || body.locked || status === 206 || !isHtml(headers)) return false;
  const charset =
    /;\s*charset\s*=\s*["']?([^"';\s]+)/i.exec(/** @type {string} */ (headers.get("content-type")))?.[1] ?? "";
  return !NOT_ASCII.test(charset);
}

/**
 * @param {ReadableStream} body
 * @param {WritableStream} writable
 * @param {(head: Uint8Array) => ReturnType<typeof spot>} find
 */
async function pass(body, writable, find) {
  const reader = body.getReader();
  const writer = writable.getWriter();
  // The visitor has closed the connection.
  /** @param {unknown} reason */
  const cancel = (reason) => reader.cancel(reason).catch(() => {});
  writer.closed.catch(cancel);
  let head = new Uint8Array();
  let isOver = false;
  // Read to the end here: what remains of a rewritten page never comes from `body.pipeTo` in workerd.
  try {
    for (let isFirst = true; ; isFirst = false) {
      const { done, value } = await reader.read();
      if (done) {
        if (!isOver && head.length > 0) await writer.write(head);
        return await writer.close();
      }
      if (isOver) {
        await writer.write(value);
        continue;
      }
      if (!ArrayBuffer.isView(value)) {
        // Not bytes: passed through for the reader to handle.
        if (head.length > 0) await writer.write(head);
        await writer.write(value);
        isOver = true;
        continue;
      }
      const chunk = new Uint8Array(value.buffer, value.byteOffset, value.byteLength);
      head = joined(head, chunk);
      // Nothing is decided before a tag ends, except that there is none.
      const found = isFirst || chunk.includes(TAG_END) ? find(head) : undefined;
      isOver = found !== undefined || head.length > MOST;
      if (isOver) await writer.write(found ? inserted(head, found) : head);
    }
  } catch (error) {
    await writer.abort(error).catch(() => {});
    cancel(error);
  }
}

/**
 * @param {Uint8Array} one
 * @param {Uint8Array} other
 */
function joined(one, other) {
  const all = new Uint8Array(one.length + other.length);
  all.set(one);
  all.set(other, one.length);
  return all;
}

/**
 * @param {Uint8Array} head
 * @param {{ from: number, to: number, text: string }} change
 */
function inserted(head, { from, to, text }) {
  return joined(joined(head.subarray(0, from), new TextEncoder().encode(text)), head.subarray(to));
}
