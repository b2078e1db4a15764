// Converts the core's numbers to snapshots, in the order of `snapshot` in `src/wasm/core.rs`.
import { LIFECYCLE } from "./event.js";

/**
 * Returns the names of the highest cutoffs that the labelled dimensions reach by their points, joined; null without labels.
 *
 * @param {Core.Names["labels"]} labels
 * @param {Record<string, number>} points
 * @param {string[]} dimensions
 */
const label = (labels, points, dimensions) =>
  labels.length
    ? labels
        .map(
          ([dimension, cuts]) => cuts.find(([, at]) => (points[dimensions[dimension]] ?? 0) >= at / 1000)?.[0] ?? "-",
        )
        .join("")
    : null;

/**
 * Returns a snapshot.
 *
 * @param {Core.Parts} head
 * @param {number[]} numbers
 * @returns {import("leadscore").Snapshot}
 */
export const view = (head, numbers) => {
  const { dimensions, rules, stages, labels } = head;
  const rest = numbers.slice(7);
  const isOut = !!numbers[1];
  // A copy of an object with the same names takes less time than a new one.
  const points = { ...(head.none ??= Object.fromEntries(dimensions.map((id) => [id, 0]))) };
  dimensions.forEach((id, n) => (points[id] = rest[n] / 1000));
  const current = stages[numbers[2] - 1] ?? null;
  const next = isOut ? undefined : stages[numbers[2]];
  const lifecycle = LIFECYCLE[numbers[5]] ?? null;
  return {
    score: numbers[0] / 1000,
    dimensions: points,
    stage: current,
    next:
      next === undefined
        ? null
        : {
            stage: next,
            points: numbers[3] / 1000,
            near: !!numbers[4],
            missing: rest
              .slice(dimensions.length)
              .map((number) => (number < 0 ? dimensions[-1 - number] : rules[number]) ?? ""),
          },
    segment: ["disqualified", lifecycle, "near-" + next, current, "visitor"][numbers[6]],
    label: label(labels, points, dimensions),
    lifecycle,
    disqualified: isOut,
  };
};
