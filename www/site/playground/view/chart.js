// The chart of the score over the journey, with stages as lines and trips as flags, drawn at its pixel size.
import { svg } from "/js/svg.js";
import { points as inPoints, plural, tick, time } from "../page/format.js";

const HEIGHT = 280;
const MARGIN = { top: 22, right: 14, bottom: 30, left: 44 };
/** Room above what is highest. */
const HEADROOM = 1.1;
const PIXELS_PER_TICK = 110;
/** Flags closer than this would hide each other's names. */
const PIXELS_PER_NAME = 70;

export class Chart {
  #figure;
  #svg = svg("svg", { class: "chart", role: "img", height: HEIGHT });
  #onPick;
  /** @type {any} */
  #curve = { points: [], trips: [], changes: [], isExact: true };
  #stages = [];
  #moment = null;
  #cursor = svg("line", { class: "chart-cursor" });
  #scale;

  /** @param {(at: number) => void} onPick a moment was pointed at */
  constructor(figure, onPick) {
    this.#figure = figure;
    this.#onPick = onPick;
    figure.append(this.#svg);
    new ResizeObserver(() => this.#draw()).observe(figure);
    this.#svg.addEventListener("pointerdown", (event) => {
      this.#svg.setPointerCapture(event.pointerId);
      this.#pick(event);
    });
    this.#svg.addEventListener("pointermove", (event) => event.buttons & 1 && this.#pick(event));
  }

  show(curve) {
    this.#curve = curve;
    this.#figure.dataset.exact = curve.isExact;
    this.#draw();
  }

  set stages(stages) {
    this.#stages = stages;
    this.#draw();
  }

  set moment(at) {
    this.#moment = at;
    this.#placeCursor();
  }

  #pick({ clientX }) {
    if (!this.#scale) return;
    const { left } = this.#svg.getBoundingClientRect();
    this.#onPick(this.#scale.timeAt(clientX - left));
  }

  #draw() {
    const width = this.#figure.clientWidth;
    if (width === 0) return;
    this.#svg.setAttribute("width", width);
    const { points, trips } = this.#curve;
    this.#svg.setAttribute("aria-label", summary(this.#curve));
    if (points.length === 0) {
      this.#scale = undefined;
      const empty = svg(
        "text",
        { x: width / 2, y: HEIGHT / 2, class: "chart-empty" },
        "The journey has no events yet.",
      );
      return this.#svg.replaceChildren(empty);
    }
    const scale = (this.#scale = scaleOf(this.#curve, this.#stages, width));
    this.#svg.replaceChildren(
      ...grid(scale),
      ...stageLines(this.#stages, scale, width),
      svg("path", { class: "chart-area", d: `${line(points, scale)}V${scale.y(0)}H${scale.x(points[0].at)}Z` }),
      svg("path", { class: "chart-line", d: line(points, scale) }),
      ...flags(trips, scale),
      this.#cursor,
    );
    this.#placeCursor();
  }

  #placeCursor() {
    const isThere = this.#scale !== undefined && this.#moment !== null;
    this.#cursor.toggleAttribute("hidden", !isThere);
    if (!isThere) return;
    const x = this.#scale.x(this.#moment);
    for (const [name, value] of Object.entries({ x1: x, x2: x, y1: MARGIN.top, y2: HEIGHT - MARGIN.bottom })) {
      this.#cursor.setAttribute(name, value);
    }
  }
}

function scaleOf({ points }, stages, width) {
  const from = points[0].at;
  const span = points.at(-1).at - from || 1;
  const scores = points.map(({ score }) => score);
  const reached = Math.max(1, ...scores);
  // The next stage is in sight; those beyond would flatten the curve.
  const next = stages.find(({ at }) => at > reached)?.at ?? 0;
  const highest = Math.max(reached, next) * HEADROOM;
  const lowest = Math.min(0, ...scores);
  const innerWidth = width - MARGIN.left - MARGIN.right;
  const innerHeight = HEIGHT - MARGIN.top - MARGIN.bottom;
  const round = (number) => Math.round(number * 10) / 10;
  return {
    from,
    span,
    lowest,
    highest,
    width,
    x: (at) => round(MARGIN.left + (innerWidth * (at - from)) / span),
    y: (score) => round(MARGIN.top + (innerHeight * (highest - score)) / (highest - lowest)),
    timeAt: (x) => from + Math.min(1, Math.max(0, (x - MARGIN.left) / innerWidth)) * span,
  };
}

function grid(scale) {
  const step = niceStep((scale.highest - scale.lowest) / 4);
  const nodes = [];
  for (let score = Math.ceil(scale.lowest / step) * step; score <= scale.highest; score += step) {
    const y = scale.y(score);
    nodes.push(
      svg("line", { class: "chart-grid", x1: MARGIN.left, x2: scale.width - MARGIN.right, y1: y, y2: y }),
      svg("text", { class: "chart-tick chart-tick-y", x: MARGIN.left - 8, y: y + 4 }, inPoints(score)),
    );
  }
  const ticks = Math.max(2, Math.floor((scale.width - MARGIN.left) / PIXELS_PER_TICK));
  for (let index = 0; index < ticks; index += 1) {
    const at = scale.from + (scale.span * index) / (ticks - 1);
    const anchor = index === 0 ? "start" : index === ticks - 1 ? "end" : "middle";
    const place = { class: "chart-tick", x: scale.x(at), y: HEIGHT - 8, "text-anchor": anchor };
    nodes.push(svg("text", place, tick(at, scale.span)));
  }
  return nodes;
}

function niceStep(rough) {
  const power = 10 ** Math.floor(Math.log10(rough));
  return [1, 2, 5].map((factor) => factor * power).find((step) => step >= rough) ?? 10 * power;
}

function stageLines(stages, scale, width) {
  return stages
    .filter(({ at }) => at >= scale.lowest && at <= scale.highest)
    .flatMap(({ name, at }) => [
      svg("line", {
        class: "chart-stage",
        x1: MARGIN.left,
        x2: width - MARGIN.right,
        y1: scale.y(at),
        y2: scale.y(at),
      }),
      svg("text", { class: "chart-stage-name", x: MARGIN.left + 6, y: scale.y(at) - 5 }, `${name} ${inPoints(at)}`),
    ]);
}

// Straight lines between the points: jumps are there as two points of one time.
function line(points, scale) {
  return points.map(({ at, score }, index) => `${index === 0 ? "M" : "L"}${scale.x(at)} ${scale.y(score)}`).join("");
}

function flags(trips, scale) {
  let named = -Infinity;
  return trips.flatMap(({ at, stage, score }) => {
    const [x, y] = [scale.x(at), scale.y(score)];
    const dot = svg("circle", { class: "chart-trip", cx: x, cy: y, r: 6 }, svg("title", {}, `${stage}, ${time(at)}`));
    if (x - named < PIXELS_PER_NAME) return [dot];
    named = x;
    const isLate = x > scale.width - 90;
    const place = { x: isLate ? x - 10 : x + 10, y: Math.max(y - 8, 14), "text-anchor": isLate ? "end" : "start" };
    return [dot, svg("text", { class: "chart-trip-name", ...place }, stage)];
  });
}

function summary({ points, trips }) {
  if (points.length === 0) return "Score over the journey: no events yet.";
  const highest = points.reduce((best, candidate) => (candidate.score > best.score ? candidate : best));
  const described = trips.map(({ stage, at }) => `${stage} at ${time(at)}`).join(", ") || "none";
  return (
    `Score over the journey, from ${time(points[0].at)} to ${time(points.at(-1).at)}: ` +
    `at most ${inPoints(highest.score)}, in the end ${inPoints(points.at(-1).score)}. ` +
    `${plural(trips.length, "trip")}: ${described}.`
  );
}
