// Finds a document's root element in its first bytes, with the relevant part of the HTML standard's tokenizer (13.2.5).

const SPACE = "[\\t\\n\\f\\r ]";
// In each: sticky, one token. A comment may end at once (`<!-->`, `<!--->`) or with `--!>`.
const HTML = {
  prologue: [new RegExp(`${SPACE}+`, "y"), /<!--(?:-?>|[^]*?--!?>)/y, /<!doctype[^>]*>/iy, /<\?[^>]*>/y],
  // Roots that are missing now may still appear.
  begun: /<(?:$|!$|!-$|!--|!d|\?)/iy,
  root: new RegExp(`<html(?=${SPACE}|[/>])`, "iy"),
  start: /<h?t?m?l?$/iy,
};
const XML = {
  // A document type with internal declarations is not parsed.
  prologue: [new RegExp(`${SPACE}+`, "y"), /<!--[^]*?-->/y, /<!DOCTYPE[^>[]*>/y, /<\?[^]*?\?>/y],
  begun: /<(?:$|!$|!-$|!--|!D[^[]*$|\?)/y,
  root: new RegExp(`<html(?=${SPACE}|[/>])`, "y"),
  start: /<h?t?m?l?$/y,
};
const BYTE_ORDER_MARK = [0xef, 0xbb, 0xbf];

/**
 * Returns which bytes to replace by which string, so that the root element has the attribute.
 *
 * @param {Uint8Array} bytes
 * @param {string} name
 * @param {string} value
 * @param {boolean} isXml
 * @returns {{ from: number, to: number, text: string } | null | undefined} null: not found; undefined: more bytes are
 *   needed to tell
 */
export function spot(bytes, name, value, isXml) {
  const { prologue, begun, root, start } = isXml ? XML : HTML;
  // One letter for each byte.
  const text = new TextDecoder("latin1").decode(bytes);
  const isMarked = BYTE_ORDER_MARK.every((byte, i) => i >= bytes.length || bytes[i] === byte);
  if (isMarked && bytes.length < BYTE_ORDER_MARK.length) return undefined;
  let at = isMarked ? BYTE_ORDER_MARK.length : 0;

  /** @param {RegExp} pattern */
  const match = (pattern) => {
    pattern.lastIndex = at;
    return pattern.test(text) ? pattern.lastIndex : 0;
  };
  const token = () => prologue.reduce((/** @type {number} */ found, pattern) => found || match(pattern), 0);
  for (let next = token(); next; next = token()) at = next;
  const after = match(root);
  if (!after) return at === text.length || match(start) || match(begun) ? undefined : null;
  const { end, own } = readTag(text, after, name, isXml);
  // In ISO 2022 escapes switch to letters that look like ASCII; a zero means that characters are wider than a byte.
  if (/[\0\x1b]/.test(end ? text.slice(0, end) : text)) return null;
  if (!end) return undefined;
  const attribute = `${name}="${value}"`;
  return own ? { ...own, text: attribute } : { from: after, to: after, text: ` ${attribute}` };
}

/**
 * Returns the end of the tag, or 0 if it is incomplete, and the position of its attribute with that name, if any.
 *
 * @param {string} text
 * @param {number} from
 * @param {string} name
 * @param {boolean} isXml
 * @returns {{ end: number, own?: { from: number, to: number } }}
 */
function readTag(text, from, name, isXml) {
  /**
   * @param {string} letters
   * @param {number} at
   */
  const isAny = (letters, at) => at < text.length && letters.includes(text[at]);
  /**
   * @param {number} at
   * @param {string} letters
   */
  const skip = (at, letters) => {
    while (isAny(letters, at)) at++;
    return at;
  };
  /**
   * @param {number} at
   * @param {string} letters
   */
  const until = (at, letters) => {
    while (at < text.length && !letters.includes(text[at])) at++;
    return at;
  };
  const space = "\t\n\f\r ";
  /** @type {{ from: number, to: number } | undefined} */
  let own;
  for (let at = from; ;) {
    at = skip(at, space + "/");
    if (at >= text.length) return { end: 0 };
    if (text[at] === ">") return { end: at + 1, own };
    const begin = at;
    // A name may begin with an equals sign.
    at = until(at + 1, space + "/>=");
    const given = text.slice(begin, at);
    const equals = skip(at, space);
    if (text[equals] === "=") {
      at = skip(equals + 1, space);
      const quote = text[at];
      if (quote === '"' || quote === "'") at = until(at + 1, quote) + 1;
      else at = until(at, space + ">");
    }
    const isSame = isXml ? given === name : given.toLowerCase() === name;
    if (isSame) own ??= { from: begin, to: at };
  }
}
