// Converts the core's numbers to snapshots, in the order of `snapshot` in `src/wasm/core.rs`.
import { LIFECYCLE } from "./event.js";

/** Returns the names of the highest cutoffs that the labelled dimensions reach, joined; null without labels. */
const label = (labels, points) =>
  labels.length
    ? labels.map(([dimension, cuts]) => cuts.find(([, at]) => (points[dimension] ?? 0) >= at)?.[0] ?? "-").join("")
    : null;

export const view = ({ dimensions, rules, stages, labels }, numbers) => {
  const [score, isOut, reached, missing, isNear, confirmed, segment] = numbers;
  const points = numbers.subarray(7, 7 + dimensions.length);
  const current = stages[reached - 1] ?? null;
  const next = isOut ? undefined : stages[reached];
  const lifecycle = LIFECYCLE[confirmed] ?? null;
  return {
    score: score / 1000,
    dimensions: Object.fromEntries(dimensions.map((id, n) => [id, points[n] / 1000])),
    stage: current,
    next:
      next === undefined
        ? null
        : {
            stage: next,
            points: missing / 1000,
            near: !!isNear,
            missing: Array.from(
              numbers.subarray(7 + dimensions.length),
              (number) => (number < 0 ? dimensions[-1 - number] : rules[number]) ?? "",
            ),
          },
    segment: ["disqualified", lifecycle, "near-" + next, current, "visitor"][segment],
    label: label(labels, points),
    lifecycle,
    disqualified: !!isOut,
  };
};
