// The parts of an event's URL: the path in canonical form, the host in lower case, the others unchanged.
import { canonicalizePathname } from "./pattern.mjs";

const FULL_URL = /^[A-Za-z][A-Za-z0-9+.-]*:\/\/([^/?#]*)([^?#]*)(?:\?([^#]*))?(?:#([\s\S]*))?$/;
const RELATIVE_URL = /^(\/[^?#]*)(?:\?([^#]*))?(?:#([\s\S]*))?$/;

const NO_PARTS = { path: null, host: null, query: null, hash: null };

export function parseUrl(text) {
  const parts = splitUrl(text);
  return {
    ...parts,
    // `path`, `host`, `hash` or `query.NAME`; null where the URL has no such part.
    part(name) {
      if (name.startsWith("query.")) return queryValue(parts.query, name.slice("query.".length));
      return parts[name] ?? null;
    },
  };
}

function splitUrl(text) {
  if (text === null) return NO_PARTS;
  const relative = RELATIVE_URL.exec(text);
  if (relative) {
    const [, path, query = null, hash = null] = relative;
    return { path: canonicalizePathname(path), host: null, query, hash };
  }
  const full = FULL_URL.exec(text);
  if (!full) return NO_PARTS;
  const [, authority, path, query = null, hash = null] = full;
  const host = authority.slice(authority.lastIndexOf("@") + 1).toLowerCase();
  return { path: canonicalizePathname(path || "/"), host, query, hash };
}

function queryValue(query, name) {
  if (query === null) return null;
  for (const pair of query.split("&")) {
    if (pair === "") continue;
    const equals = pair.indexOf("=");
    const key = equals < 0 ? pair : pair.slice(0, equals);
    if (decodeQuery(key) === name) return equals < 0 ? "" : decodeQuery(pair.slice(equals + 1));
  }
  return null;
}

// Undoes `+` and escapes; an escape that is broken or belongs to no UTF-8 sequence stays as it is.
export function decodeQuery(text) {
  return text.replaceAll("+", " ").replace(/(?:%[0-9A-Fa-f]{2})+/g, (escapes) => {
    const bytes = Buffer.from(escapes.replaceAll("%", ""), "hex");
    let decoded = "";
    for (let i = 0; i < bytes.length;) {
      const character = utf8CharacterAt(bytes, i);
      decoded += character?.text ?? escapes.slice(3 * i, 3 * i + 3);
      i += character?.length ?? 1;
    }
    return decoded;
  });
}

const STRICT_UTF8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

function utf8CharacterAt(bytes, start) {
  const first = bytes[start];
  const length = first < 0x80 ? 1 : first < 0xc0 ? 0 : first < 0xe0 ? 2 : first < 0xf0 ? 3 : 4;
  if (length === 0 || start + length > bytes.length) return null;
  try {
    return { text: STRICT_UTF8.decode(bytes.subarray(start, start + length)), length };
  } catch {
    return null; // overlong, a surrogate, beyond U+10FFFF or cut short
  }
}
