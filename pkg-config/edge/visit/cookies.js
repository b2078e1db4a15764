// The cookies of a visit: the worker's own, which no script can read, and the one that the tag mirrors the page's state to.

/** Sealed by the worker. The prefix keeps other hosts of the domain, and pages without TLS, from setting it. */
export const OWN = "__Host-leadscore";
/** Written by the tag with `data-cookie`. */
export const PAGE = "leadscore";
/** Bytes of name and value. */
export const MOST = 1024;

/** The values of both; empty where there is none. Of two of one name the first counts, as the more specific one. */
export function read(header) {
  const found = {};
  for (const pair of (header ?? "").split(";")) {
    const at = pair.indexOf("=");
    if (at < 0) continue;
    const name = pair.slice(0, at).trim();
    if (name === OWN || name === PAGE) found[name] ??= pair.slice(at + 1).trim();
  }
  return { own: found[OWN] ?? "", page: found[PAGE] ?? "" };
}

/** `Set-Cookie` for the worker's own; without a value it is deleted. */
export const write = (value, seconds) =>
  `${OWN}=${value}; Max-Age=${value ? seconds : 0}; Path=/; Secure; HttpOnly; SameSite=Lax`;
