// `GET`: lists entries, newest first, as JSON or CSV.
import { answer, json } from "../lib/answer.js";
import { base64url, fromBase64 } from "../lib/base64.js";
import { parseJson } from "../lib/body.js";
import { csv } from "./csv.js";
import { isText } from "../lib/text.js";
import { instant, isStage } from "./shape.js";
import { FILTERS, PAGE, UNKEPT } from "./store.js";

const MOST = 500;
/** @type {Record<string, string[]>} */
const VALUES = {
  kind: ["signal", "account", "lifecycle"],
  verification: ["verified", "unverified"],
  provenance: ["client", "edge"],
  forward: ["none", "pending", "done", "dead", "withheld"],
  format: ["json", "csv"],
};

/**
 * @param {{ store: import("leadscore/edge").Store }} context
 * @returns {(request: Request) => Promise<Response>}
 */
export function listing({ store }) {
  return async (request) => {
    const url = new URL(request.url);
    const query = read(url.searchParams);
    if (typeof query === "string") return answer(400, "parameter", query);
    const { format = accepted(request.headers), ...filters } = query;
    const found = query.witnessed === undefined || store.upgrade ? await kept(filters) : null;
    if (!found) {
      return answer(
        400,
        "parameter",
        "the parameter witnessed is not supported by this store: in D1, apply migration 0002",
      );
    }
    const { entries, next } = found;
    const cursor = next && encode(next);
    return format === "csv" ? download(entries, cursor, url) : json(200, { signals: entries, next: cursor }, VARY);
  };

  /**
   * Returns null if the store does not keep the column that is asked for.
   *
   * @param {import("leadscore/edge").Query} filters
   */
  async function kept(filters) {
    try {
      return await store.list(filters);
    } catch (error) {
      if (error?.code === UNKEPT) return null;
      throw error;
    }
  }
}

const VARY = { vary: "accept" };

/** @param {Headers} headers */
const accepted = (headers) => (headers.get("accept")?.includes("text/csv") ? "csv" : "json");

// The next page of CSV is named in a header, as its body has no place for it.
/**
 * @param {import("leadscore/edge").Entry[]} entries
 * @param {string | null} cursor
 * @param {URL} url
 */
function download(entries, cursor, url) {
  const headers = new Headers({
    ...VARY,
    "cache-control": "no-store",
    "content-type": "text/csv; charset=utf-8; header=present",
    "content-disposition": 'attachment; filename="signals.csv"',
  });
  if (cursor) {
    url.searchParams.set("cursor", cursor);
    headers.set("link", `<${url}>; rel="next"`);
  }
  return new Response(csv(entries), { headers });
}

// The readers of the query parameters; each returns undefined for an invalid value.
/** @type {Map<string, { read: (text: any) => unknown, as?: string }>} */
const PARAMETERS = new Map([
  ...FILTERS.map(
    /** @returns {[string, { read: (text: any) => unknown, as?: string }]} */
    (name) => [name, { read: (text) => (isFilter(name, text) ? text : undefined) }],
  ),
  ["witnessed", { read: (text) => (/^-?\d{1,15}(\.\d{1,3})?$/.test(text) ? Number(text) : undefined) }],
  ["format", { read: (text) => (VALUES.format.includes(text) ? text : undefined) }],
  ["since", { read: time }],
  ["until", { read: time }],
  ["limit", { read: (text) => (/^\d{1,3}$/.test(text) && text > 0 && text <= MOST ? Number(text) : undefined) }],
  ["cursor", { read: decode, as: "after" }],
]);

// The query, or as a text which parameter is wrong.
/** @param {URLSearchParams} params */
function read(params) {
  /** @type {Record<string, any>} */
  const query = { limit: PAGE };
  const seen = new Set();
  for (const [name, text] of params) {
    const parameter = PARAMETERS.get(name);
    if (!parameter) return `unknown parameter; the known ones are ${[...PARAMETERS.keys()].join(", ")}`;
    if (seen.has(name)) return `give the parameter ${name} once`;
    seen.add(name);
    const value = parameter.read(text);
    if (value === undefined) return `the parameter ${name} must be ${wanted(name)}`;
    query[parameter.as ?? name] = value;
  }
  return query;
}

/**
 * @param {string} name
 * @param {string} text
 */
function isFilter(name, text) {
  if (VALUES[name]) return VALUES[name].includes(text);
  return name === "stage" ? isStage(text) : isText(text, 2048);
}

/** @param {string} name */
function wanted(name) {
  if (VALUES[name]) return VALUES[name].join(" or ");
  if (name === "witnessed") return "a number of points, such as 40";
  if (name === "limit") return `a whole number from 1 to ${MOST}`;
  if (name === "since" || name === "until") return "a time in RFC 3339, such as 2026-01-31T00:00:00Z";
  return name === "cursor" ? "the `next` of an earlier response" : "the value of a signal";
}

// In the form of an entry's `received`, so that they compare as text.
/** @param {unknown} text */
function time(text) {
  const at = instant(text);
  return at === null ? undefined : new Date(at).toISOString();
}

// A cursor is opaque: base64url of the end of the last page.
/** @param {import("leadscore/edge").Position} position */
const encode = ({ received, id }) => base64url(new TextEncoder().encode(JSON.stringify([received, id])));

/** @param {string} cursor */
function decode(cursor) {
  const value = parseJson(fromBase64(cursor) ?? new Uint8Array());
  if (!Array.isArray(value) || value.length !== 2) return undefined;
  const [received, id] = value;
  return time(received) === received && isText(id, 256) ? { received, id } : undefined;
}
