// Converts the core's numbers to receipts, in the order of `explain` in `src/wasm/core.rs`.
import { iso } from "./time.js";

/**
 * How often a rule counts; the same as `COUNTS` in `src/score/explain.rs`.
 *
 * @type {import("leadscore").ReceiptRule["counts"][]}
 */
const COUNTS = /** @type {any[]} */ (
  ["while true", "while all are live", "once enough", "once for ever", "once", "each period"].concat([
    "each value",
    "each time",
  ])
);

/**
 * Returns a receipt; `snapshot` must be of the same time.
 *
 * @param {Core.Parts} head
 * @param {import("leadscore").Snapshot} snapshot
 * @param {number[]} numbers
 */
export const receipt = ({ dimensions, rules }, snapshot, numbers) => {
  let at = 0;
  /** @param {number} count */
  const next = (count) => numbers.slice(at, (at += count));
  const lines = rules.map((rule) => {
    const [dimension, counts, live, hits, last, raw, decayed, points] = next(8);
    return {
      rule,
      dimension: dimensions[dimension] ?? "",
      counts: COUNTS[counts],
      live: !!live,
      hits,
      last: live ? iso(last) : null,
      raw: raw / 1000,
      decayed: decayed / 1000,
      points: points / 1000,
    };
  });
  const sums = dimensions.map((dimension) => {
    const [base, sum, points] = next(3);
    return { dimension, base: base / 1000, sum: sum / 1000, points: points / 1000 };
  });
  const [sum] = next(1);
  const closers = [];
  while (at < numbers.length) {
    const [rule, points, reaches] = next(3);
    closers.push({ rule: rules[rule], points: points / 1000, reaches: !!reaches });
  }
  // Sorting keeps the model's order of what is equal.
  closers.sort((one, other) => Number(other.reaches) - Number(one.reaches) || other.points - one.points);
  return {
    score: snapshot.score,
    rules: lines,
    dimensions: sums,
    sum: sum / 1000,
    // Subtracted in whole thousandths, to avoid rounding errors.
    capped: (Math.round(snapshot.score * 1000) - sum) / 1000,
    disqualified: snapshot.disqualified,
    next: snapshot.next && { ...snapshot.next, rules: closers },
  };
};
