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
  const isOut = !!numbers[1];
  // A copy of an object with the same names takes less time than a new one.
  const points = { ...(head.none ??= Object.fromEntries(dimensions.map((id) => [id, 0]))) };
  for (let n = 0; n < dimensions.length; n++) points[dimensions[n]] = numbers[7 + n] / 1000;
  const current = stages[numbers[2] - 1] ?? null;
  const lifecycle = LIFECYCLE[numbers[5]] ?? null;
  const next = isOut ? undefined : stages[numbers[2]];
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
            missing: numbers
              .slice(7 + dimensions.length)
              .map((number) => (number < 0 ? dimensions[-1 - number] : rules[number]) ?? ""),
          },
    segment: ["disqualified", lifecycle, "near-" + next, current, "visitor"][numbers[6]],
    label: label(labels, points, dimensions),
    lifecycle,
    disqualified: isOut,
  };
};
