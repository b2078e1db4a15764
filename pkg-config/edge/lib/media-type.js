// The header `content-type` (RFC 9110, 8.3.1): a type and parameters, which may be empty.

const TOKEN = "[!#$%&'*+.^_`|~0-9a-z-]+";
const TYPE = new RegExp(`^(${TOKEN}/${TOKEN})(?=[ \\t]*(;|$))`, "i");
const PARAMETER = new RegExp(`^[ \\t]*;[ \\t]*(?:(${TOKEN})=(?:(${TOKEN})|"((?:[^"\\\\]|\\\\.)*)"))?`, "i");

/**
 * Returns the type alone, in lower case; null where the header is not well-formed or has another parameter than
 * `charset=utf-8` (or its label `utf8`, https://encoding.spec.whatwg.org/#names-and-labels), since what is read here is
 * JSON in UTF-8.
 *
 * @param {Headers} headers
 */
export function mediaType(headers) {
  const text = (headers.get("content-type") ?? "").trim();
  const type = TYPE.exec(text);
  if (!type) return null;
  let rest = text.slice(type[0].length);
  while (rest.trim() !== "") {
    const parameter = PARAMETER.exec(rest);
    if (!parameter) return null;
    const [all, name, plain, quoted] = parameter;
    const value = plain ?? quoted?.replace(/\\(.)/g, "$1");
    if (name !== undefined && !(name.toLowerCase() === "charset" && /^utf-?8$/i.test(value))) return null;
    rest = rest.slice(all.length);
  }
  return type[1].toLowerCase();
}
