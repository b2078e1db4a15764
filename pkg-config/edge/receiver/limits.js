// Rate limits of addresses, visitors and signed visitors, as token buckets.
import { fingerprint } from "../lib/compare.js";
import { fault } from "../lib/log.js";

/**
 * Limits by memory, and by a binding of Cloudflare's Rate Limiting API where there is one.
 *
 * @param {Required<Pick<import("leadscore/edge").Limits, "visitor" | "signed" | "address">> & Pick<import("leadscore/edge").Limits, "limiter">} limits
 * @param {() => number} now
 */
export function rateLimits({ visitor, signed, address, limiter }, now) {
  const memory = { visitor: buckets(visitor, now), signed: buckets(signed, now), address: buckets(address, now) };
  return {
    /** Of a visitor, in requests that are not signed. */
    visitor: (/** @type {string} */ id) => wait("visitor", id),
    /** Of a visitor or account, in signed requests: what others send in their names does not count here. */
    signed: (/** @type {string} */ id) => wait("signed", id),
    address: (/** @type {string} */ address) => wait("address", network(address)),
  };

  // Seconds to wait; 0 for none.
  /**
   * @param {"visitor" | "signed" | "address"} kind
   * @param {string} value
   */
  async function wait(kind, value) {
    const seconds = memory[kind](value);
    if (seconds > 0 || !limiter) return seconds;
    try {
      // Hashed, as the limiter need not know who it is.
      const { success } = await limiter.limit({ key: `${kind}:${await fingerprint(value)}` });
      // The binding counts over 10 or 60 seconds.
      return success ? 0 : 60;
    } catch (error) {
      // Better one too many than a lead that is lost.
      fault("limiter", error);
      return 0;
    }
  }
}

const ROWS = 4;
// Cells of a row, a power of two. All rows take one MiB, however many names there are.
const CELLS = 1 << 15;

/**
 * Buckets of tokens by name, in memory of a fixed size: a count-min sketch (Cormode and Muthukrishnan, 2005) whose
 * cells hold the time at which a bucket is full again (the virtual scheduling of ITU-T I.371), with conservative
 * update. A name has a cell in each row and counts by the emptiest of them. So other names can never fill a bucket up
 * again, and to keep a stranger out they have to use up all four of the stranger's cells, of which they do not know
 * where they are.
 *
 * @param {import("leadscore/edge").Rate} rate
 * @param {() => number} now
 * @returns {(key: string) => number} Takes a token; gives the seconds until there is one, 0 where it was taken.
 */
export function buckets({ per, most }, now) {
  const span = per * 1000;
  const interval = span / most;
  const fullAt = new Float64Array(ROWS * CELLS);
  const cells = new Uint32Array(ROWS);
  /** @type {Uint32Array | undefined} */
  let seed;

  return (key) => {
    // Not in a worker's global scope, where there is no randomness.
    seed ??= crypto.getRandomValues(new Uint32Array(2));
    const time = now();
    const [first, step] = hashes(key, seed);
    let earliest = Infinity;
    for (let row = 0; row < ROWS; row++) {
      const cell = row * CELLS + ((first + Math.imul(row, step)) & (CELLS - 1));
      cells[row] = cell;
      // No bucket takes longer than that to be full. A later time is one of a clock that was set back since.
      fullAt[cell] = Math.min(fullAt[cell], time + span);
      earliest = Math.min(earliest, fullAt[cell]);
    }
    const begun = Math.max(earliest, time);
    const missing = begun + interval - time - span;
    // Sums of intervals that are not whole end a little beside the span.
    if (missing > interval / 1000) return Math.ceil(missing / 1000);
    for (const cell of cells) fullAt[cell] = Math.max(fullAt[cell], begun + interval);
    return 0;
  };
}

// Two numbers of a text and a seed: FNV-1a, then the finalizer of MurmurHash3 (Appleby, public domain).
/**
 * @param {string} text
 * @param {Uint32Array} seed
 */
function hashes(text, [a, b]) {
  let one = a;
  let two = b;
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    one = Math.imul(one ^ unit, 0x01000193);
    two = Math.imul(two ^ unit, 0x85ebca6b);
    two = (two << 13) | (two >>> 19);
  }
  // Odd, so that the rows of two names that share one cell still differ.
  return [mixed(one ^ two), mixed(two) | 1];
}

/** @param {number} hash */
function mixed(hash) {
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return hash ^ (hash >>> 16);
}

/**
 * Returns the key for the limit of an address: an IPv4 address itself, also in IPv6 notation; of IPv6 its first 64
 * bits, as each customer has all addresses that follow them.
 *
 * @param {string} address
 */
export function network(address) {
  const text = address.trim().toLowerCase();
  if (!text.includes(":")) return text;
  const [head, tail] = text.split("::", 2).map((part) => part.split(":").filter(Boolean).flatMap(groupsOf));
  const groups = tail ? [...head, ...Array(Math.max(0, 8 - head.length - tail.length)).fill("0"), ...tail] : head;
  const isMapped = groups.length === 8 && groups.slice(0, 5).every((group) => group === "0") && groups[5] === "ffff";
  if (!isMapped) return groups.slice(0, 4).join(":");
  return groups
    .slice(6)
    .flatMap((group) => [parseInt(group, 16) >> 8, parseInt(group, 16) & 255])
    .join(".");
}

// Without leading zeros; the last two groups may be written as an address of IPv4.
/** @param {string} group */
function groupsOf(group) {
  const bytes = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})$/.exec(group)?.slice(1).map(Number);
  if (bytes) return [(bytes[0] << 8) | bytes[1], (bytes[2] << 8) | bytes[3]].map((own) => own.toString(16));
  return [group.replace(/^0+(?=.)/, "")];
}
