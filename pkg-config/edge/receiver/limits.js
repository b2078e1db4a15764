// How often one address or visitor may send: a bucket of tokens each, which fills up again as time passes.
import { fingerprint } from "../lib/compare.js";
import { fault } from "../lib/log.js";

// So many are remembered; of more, the ones that were quiet for longest are forgotten, and start with a full bucket.
const MOST_KEYS = 10_000;

/** Limits by memory, and by a binding of Cloudflare's Rate Limiting API where there is one. */
export function rateLimits({ visitor, address, limiter }, now) {
  const memory = { visitor: buckets(visitor, now), address: buckets(address, now) };
  return {
    visitor: (id) => wait("visitor", id),
    address: (address) => wait("address", network(address)),
  };

  // Seconds to wait; 0 for none.
  async function wait(kind, value) {
    // Hashed, as neither this memory nor the limiter need know who it is.
    const key = `${kind}:${await fingerprint(value)}`;
    const seconds = memory[kind](key);
    if (seconds > 0 || !limiter) return seconds;
    try {
      const { success } = await limiter.limit({ key });
      // The binding counts over 10 or 60 seconds.
      return success ? 0 : 60;
    } catch (error) {
      // Better one too many than a lead that is lost.
      fault("limiter", error);
      return 0;
    }
  }
}

/** @returns {(key: string) => number} Takes a token; gives the seconds until there is one, 0 where it was taken. */
export function buckets({ per, most }, now) {
  const kept = new Map();
  const rate = most / (per * 1000);

  return (key) => {
    const time = now();
    const { tokens, at } = kept.get(key) ?? { tokens: most, at: time };
    const filled = Math.min(most, tokens + Math.max(0, time - at) * rate);
    const isFree = filled >= 1;
    // Put in anew, so that the first of the map is the one that was quiet for longest.
    kept.delete(key);
    kept.set(key, { tokens: isFree ? filled - 1 : filled, at: time });
    if (kept.size > MOST_KEYS) kept.delete(kept.keys().next().value);
    return isFree ? 0 : Math.ceil((1 - filled) / rate / 1000);
  };
}

/** An address of IPv4; of IPv6 its first 64 bits, as each customer has all addresses that follow them. */
export function network(address) {
  if (!address.includes(":") || address.includes(".")) return address;
  const [head, tail] = address.split("::", 2).map((part) => part.split(":").filter(Boolean));
  const groups = tail ? [...head, ...Array(Math.max(0, 8 - head.length - tail.length)).fill("0"), ...tail] : head;
  return groups.slice(0, 4).join(":");
}
