// When each stage tripped last, from a state's bytes. The form is described in `src/score/state/codec.rs`, which is
// released with this file, so the two are always of one version.
import { Reader } from "../entry/compiled.js";

/** Kinds of groups; the byte before a group that is dated ahead. */
const [KEYED, TRIP, OWN, AHEAD] = [1, 4, 5, 6];
const BITS = (1n << 64n) - 1n;

/** The hash by which a state names a stage, as `hash32` in `src/text/hash.rs`. */
function hash32(text) {
  let hash = 0xcbf29ce484222325n;
  for (const byte of new TextEncoder().encode(text)) hash = ((hash ^ BigInt(byte)) * 0x100000001b3n) & BITS;
  for (const factor of [0xff51afd7ed558ccdn, 0xc4ceb9fe1a85ec53n]) hash = ((hash ^ (hash >> 33n)) * factor) & BITS;
  return Number((hash ^ (hash >> 33n)) & 0xffffffffn);
}

/** Returns the last trip of each stage that has tripped, as `[stage, seconds]`, in the order of `stages`. */
export function trips(bytes, stages) {
  const found = new Map();
  const reader = new Reader(bytes.subarray(0, -4), 1);
  const word = () => new DataView(bytes.buffer, bytes.byteOffset + (reader.at += 4) - 4, 4).getUint32(0, true);
  const latest = word();
  while (reader.at < reader.bytes.length) {
    let head = reader.number();
    const isAhead = head === AHEAD;
    if (isAhead) head = reader.number();
    const kind = head % 8;
    const hash = kind === OWN ? 0 : word();
    let time = latest;
    for (let left = kind > KEYED ? 1 : Math.floor(head / 8); left > 0; left -= 1) {
      time -= reader.number();
      if (kind === KEYED) word();
    }
    if (kind === TRIP && !isAhead) found.set(hash, time);
  }
  return stages.map((id) => [id, found.get(hash32(id))]).filter(([, time]) => time !== undefined);
}
