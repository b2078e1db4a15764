// A line over time with a line for each stage.
import { points as say, svg } from "./dom.js";

const WIDTH = 360;
const HEIGHT = 170;
const LEFT = 34;
const RIGHT = 10;
const TOP = 12;
const BOTTOM = 24;

/** A round step that gives some four lines. */
function step(range) {
  const rough = range / 4;
  const power = 10 ** Math.floor(Math.log10(rough));
  return [1, 2, 5, 10].map((factor) => factor * power).find((size) => size >= rough) ?? power;
}

/** Stages that are in sight: one far above all that was reached would press the line to the ground. */
const near = (stages, highest) =>
  stages.filter(({ at }, index) => at <= Math.max(highest * 3, 50) || (index === 0 && at <= 1_000));

/**
 * `line` are pairs of x and score, in order of x; `isStep` holds each score until the next. `labels` stand below, each
 * an x with its text; `mark` is an x to point at.
 *
 * @param {{ label: string, line: [number, number][], stages: { id: string, at: number }[], isStep?: boolean,
 *   labels: [number, string][], mark?: number }} of
 */
export function chart({ label, line, stages, isStep, labels, mark }) {
  const scores = line.map(([, score]) => score);
  const shown = near(stages, Math.max(...scores, 0));
  const high = Math.max(...scores, ...shown.map(({ at }) => at), 10) * 1.08;
  const low = Math.min(...scores, 0);
  const [first, last] = [line[0][0], line[line.length - 1][0]];
  // A visit that has only begun is one moment: a level line, and one label.
  const isMoment = first === last;
  const x = (value) => (isMoment ? WIDTH - RIGHT : LEFT + ((value - first) / (last - first)) * (WIDTH - LEFT - RIGHT));
  const y = (score) => TOP + ((high - score) / (high - low)) * (HEIGHT - TOP - BOTTOM);
  const text = (name, at, up, content, anchor) =>
    svg("text", { class: name, x: at, y: up, "text-anchor": anchor }, content);

  const grid = [];
  const size = step(high - low);
  for (let value = Math.ceil(low / size) * size; value <= high; value += size) {
    grid.push(svg("path", { class: "grid", d: `M${LEFT} ${y(value)}H${WIDTH - RIGHT}` }));
    grid.push(text("axis", LEFT - 6, y(value) + 4, say(value), "end"));
  }
  const lines = shown.map(({ at }) => svg("path", { class: "stage-line", d: `M${LEFT} ${y(at)}H${WIDTH - RIGHT}` }));
  const names = shown.map(({ id, at }) => text("stage-name", WIDTH - RIGHT, y(at) - 4, `${id} ${say(at)}`, "end"));
  const move = ([at, score], index) => {
    const [across, up] = [x(at).toFixed(1), y(score).toFixed(1)];
    if (!index) return isMoment ? `M${LEFT} ${up}H${across}` : `M${across} ${up}`;
    return isStep ? `H${across}V${up}` : `L${across} ${up}`;
  };
  const path = line.map(move).join("");
  const area = `${path}V${y(Math.max(low, 0))}H${isMoment ? LEFT : x(first)}Z`;
  const below = isMoment ? labels.slice(-1) : labels;
  const anchor = (index) => (index === below.length - 1 ? "end" : index === 0 ? "start" : "middle");
  const marked = mark !== undefined && line.findLast(([at]) => at <= mark);
  return svg("svg", { class: "chart", viewBox: `0 0 ${WIDTH} ${HEIGHT}`, role: "img", "aria-label": label }, [
    ...grid,
    svg("path", { class: "area", d: area }),
    ...lines,
    svg("path", { class: "line", d: path }),
    ...names,
    ...below.map(([at, content], index) => text("axis", x(at), HEIGHT - 6, content, anchor(index))),
    ...(marked
      ? [
          svg("path", { class: "mark-line", d: `M${x(mark)} ${TOP}V${HEIGHT - BOTTOM}` }),
          svg("circle", { class: "mark", cx: x(mark), cy: y(marked[1]), r: 4.5 }),
        ]
      : []),
  ]);
}
