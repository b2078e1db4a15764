// The cookies of a visit: the worker's own, which no script can read, and the one to which the tag mirrors the page's
// state.

/** Sealed by the worker. The prefix keeps other hosts of the domain, and pages without TLS, from setting it. */
export const OWN = "__Host-leadscore";
/**
 * Written by the tag with `data-cookie`: the first name over HTTPS, the second over plain HTTP and by former releases.
 */
export const PAGES = ["__Host-leadscore-page", "leadscore"];
/** The tag's cookie where consent is withdrawn. */
export const DENIED = "denied";
/** Bytes of name and value. */
export const MOST = 1024;
/** Cookies of one name that are looked at. Browsers send several only where paths or domains differ. */
const MOST_OF_A_NAME = 16;

/**
 * All values of the sealed cookie and of the tag's, in the order in which they are to be tried.
 *
 * By RFC 6265bis (5.6), only spaces and tabs around a name or a value are not part of it. `String.prototype.trim`
 * takes other white space too, and so takes `\u2000__Host-leadscore`, which any host of the domain can set, for
 * `__Host-leadscore`.
 *
 * @param {string | null} header
 */
export function read(header) {
  /** @type {Map<string, string[]>} */
  const found = new Map([OWN, ...PAGES].map((name) => [name, []]));
  for (const pair of (header ?? "").split(";")) {
    // Most cookies are other people's.
    const at = pair.includes("leadscore") ? pair.indexOf("=") : -1;
    const values = at < 0 ? undefined : found.get(trim(pair.slice(0, at)));
    if (values && values.length < MOST_OF_A_NAME) values.push(trim(pair.slice(at + 1)));
  }
  /** @param {string} name */
  const values = (name) => found.get(name) ?? [];
  return { own: values(OWN), page: PAGES.flatMap(values) };
}

/** @param {string} text */
function trim(text) {
  let start = 0;
  let end = text.length;
  while (start < end && isBlank(text.charCodeAt(start))) start++;
  while (end > start && isBlank(text.charCodeAt(end - 1))) end--;
  return text.slice(start, end);
}

/** @param {number} code */
const isBlank = (code) => code === 0x20 || code === 0x09;

/**
 * `Set-Cookie` for the worker's own; without a value it is deleted.
 *
 * @param {string} value
 * @param {number} [seconds]
 */
export const write = (value, seconds) =>
  `${OWN}=${value}; Max-Age=${value ? seconds : 0}; Path=/; Secure; HttpOnly; SameSite=Lax`;
