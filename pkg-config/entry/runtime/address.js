// The parts of an event's URL, and the canonical form of its path: the same as in `src/event/url.rs`; a test compares
// both. `URL` is not used, because engines encode paths differently.

const BEGINNING = /^([a-z][a-z\d+.-]*):\/\/([^/]*)([^]*)/i;
const ESCAPES = /%[0-7][\da-f]|%[c-d][\da-f]%[89ab][\da-f]|%e[\da-f](%[89ab][\da-f]){2}|%f[0-7](%[89ab][\da-f]){3}/gi;
/** Characters that a canonical path must escape. */
const SPECIAL = /[^!$-;=@-\]_a-z|~%]+/gi;
const MAY_CHANGE = /\/\.|[^!$&-;=@-\]_a-z|~]/i;

/**
 * Returns what is before a character and what is after it; the whole text if it does not contain it.
 *
 * @param {string} text
 * @param {string} sign
 */
const halves = (text, sign) => {
  const at = text.indexOf(sign);
  return at < 0 ? [text] : [text.slice(0, at), text.slice(at + 1)];
};

/** @param {string} text */
export const lower = (text) => text.replace(/[A-Z]+/g, (part) => part.toLowerCase());

/**
 * Decodes a part of a query: `+` is a space; escapes that are broken or not UTF-8 stay as they are.
 *
 * @param {string} text
 */
const decoded = (text) =>
  text.replaceAll("+", " ").replace(ESCAPES, (escapes) => {
    try {
      return decodeURIComponent(escapes);
    } catch {
      return escapes;
    }
  });

/**
 * Returns scheme, host, path, query and hash as given, the host in lower case; undefined for a missing part.
 *
 * @param {string} url
 * @returns {{ scheme: string, host?: string, path?: string, query?: string, hash?: string }}
 */
export const cut = (url) => {
  // Nearly each event needs this, and without an expression for all of it, it takes a third of the time.
  const [rest, hash] = halves(url, "#");
  const [before, query] = halves(rest, "?");
  if (before[0] == "/") return { scheme: "", host: undefined, path: before, query, hash };
  const found = BEGINNING.exec(before);
  if (!found) return { scheme: "" };
  const authority = found[2];
  const host = lower(authority.slice(authority.lastIndexOf("@") + 1));
  return { scheme: found[1], host, path: found[3] || "/", query, hash };
};

/**
 * Returns the first value of a name in the query.
 *
 * @param {{ query?: string }} parts
 * @param {string} name
 */
export const queried = ({ query }, name) => {
  for (const pair of query?.split("&") ?? []) {
    const [own, value = ""] = halves(pair, "=");
    if (pair && decoded(own) == name) return decoded(value);
  }
};

/**
 * Returns the canonical form of a path.
 *
 * @param {string} [path]
 */
export const canonical = (path) => {
  if (!path || !MAY_CHANGE.test(path)) return path;
  /** @type {string[]} */
  const out = [];
  const parts = path
    .replace(/[\t\n\r]/g, "")
    .slice(1)
    .split("/");
  parts.forEach((part, n) => {
    const dots = part.replace(/%2e/gi, ".");
    const isUp = dots == "..";
    if (isUp) out.pop();
    if (!isUp && dots != ".") out.push(part.replace(SPECIAL, encodeURIComponent));
    else if (n == parts.length - 1) out.push("");
  });
  return "/" + out.join("/").replace(/%[\da-f]{2}/gi, (escape) => escape.toUpperCase());
};

/**
 * Returns the host of a signal's source without a default port; the whole source if it has no host.
 *
 * @param {string} source
 */
export const site = (source) => {
  const { scheme, host } = cut(source);
  if (!host) return source;
  const port = /** @type {Record<string, string>} */ ({ https: ":443", http: ":80" })[lower(scheme)] ?? ":";
  const own = [port, ":"].find((end) => host.endsWith(end));
  return (own && host.slice(0, -own.length)) || host;
};
