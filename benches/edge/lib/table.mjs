// Statistics of runs, as a table.
export { line, median, met, title } from "../../lib/measure.mjs";

/** First quartile, median and third. */
export function quartiles(list) {
  const sorted = [...list].sort((a, b) => a - b);
  return [0.25, 0.5, 0.75].map((part) => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))]);
}

export const spread = (list, digits = 3) => {
  const [low, middle, high] = quartiles(list).map((value) => value.toFixed(digits));
  return `${middle} ms (quartiles ${low} to ${high})`;
};
