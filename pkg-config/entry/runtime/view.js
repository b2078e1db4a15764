// Makes snapshots from the core's numbers, in the order of `snapshot` in `src/wasm/core.rs`.
import { LIFECYCLE } from "./event.js";

/** Returns the names of the highest cutoffs that the labelled dimensions reach, joined; null without labels. */
const label = (labels, points) =>
  labels.length
    ? labels.map(([dimension, cuts]) => cuts.find(([, at]) => (points[dimension] ?? 0) >= at)?.[0] ?? "-").join("")
    : null;

export const view = ({ dimensions, rules, stages, labels }, numbers) => {
  const [score, isOut, reached, missing, isNear, confirmed, segment, ...rest] = numbers;
  const points = rest.splice(0, dimensions.length);
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
            missing: rest.map((number) => (number < 0 ? dimensions[-1 - number] : rules[number]) ?? ""),
          },
    segment: ["disqualified", lifecycle, "near-" + next, current, "visitor"][segment],
    label: label(labels, points),
    lifecycle,
    disqualified: !!isOut,
  };
};

/** Returns seconds since 1970 as an RFC 3339 string. */
export const iso = (seconds) => new Date(seconds * 1000).toISOString().replace(".000", "");
