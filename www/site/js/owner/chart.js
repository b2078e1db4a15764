// Signals by stage over time: stacked bars, their legend, and the same data as a table for screen readers.
import { element } from "../dom.js";
import { date } from "../formats.js";
import { svg } from "../svg.js";
import { count } from "./words.js";

const HEIGHT = 200;
const EDGE = { top: 12, right: 4, bottom: 26, left: 34 };
/** Pixels that a label of the time takes, with air. */
const LABEL = 90;
/** Styles that differ without colour; further stages share the last one. */
const LOOKS = 5;

const LABELS = {
  hours: date(undefined, { hour: "numeric", minute: "2-digit" }),
  days: date(undefined, { day: "numeric", month: "short" }),
};
const WHOLE = {
  hours: date(undefined, { dateStyle: "medium", timeStyle: "short" }),
  days: date(undefined, { dateStyle: "full" }),
};
const UNIT = { hours: "hour", days: "day" };
const SPAN = { hours: "24 hours", days: "30 days" };

export class Chart {
  #canvas;
  #legend;
  #table;
  #note;
  /** @type {any} */
  #counted = null;
  #shown = "";

  constructor(figure) {
    this.#canvas = figure.querySelector(".chart-canvas");
    this.#legend = figure.querySelector(".legend");
    this.#table = figure.querySelector(".chart-table");
    this.#note = figure.querySelector(".chart-note");
    new ResizeObserver(() => this.#draw()).observe(this.#canvas);
  }

  show(counted, isCut) {
    this.#counted = counted;
    const { buckets, range } = counted;
    const total = sum(buckets.map(all));
    this.#note.textContent = isCut
      ? `${count(total, "signal", "signals")}: the newest of the last ${SPAN[range]}. There are more than can be drawn.`
      : `${count(total, "signal", "signals")} in the last ${SPAN[range]}`;
    this.#draw();
  }

  // Only changes: the scroll position in the table is kept if nothing has changed.
  #draw() {
    if (!this.#counted) return;
    const { stages, buckets, range } = this.#counted;
    const width = Math.floor(this.#canvas.clientWidth);
    const facts = buckets.map(({ start, counts }) => [start.getTime(), ...counts]);
    const wanted = JSON.stringify([width, range, stages, facts]);
    if (width === 0 || wanted === this.#shown) return;
    this.#shown = wanted;
    this.#canvas.replaceChildren(bars(this.#counted, width));
    this.#legend.replaceChildren(...stages.map((stage, i) => key(stage, i, sum(buckets.map(of(stage))))));
    this.#table.replaceChildren(table(this.#counted));
  }
}

const sum = (numbers) => numbers.reduce((total, number) => total + number, 0);
const all = ({ counts }) => sum([...counts.values()]);
const of =
  (stage) =>
  ({ counts }) =>
    counts.get(stage) ?? 0;
const look = (i) => `look look-${Math.min(i, LOOKS - 1)}`;

function bars({ range, stages, buckets }, width) {
  const inner = { width: width - EDGE.left - EDGE.right, height: HEIGHT - EDGE.top - EDGE.bottom };
  const step = tick(Math.max(...buckets.map(all)));
  const top = Math.max(step, Math.ceil(Math.max(...buckets.map(all)) / step) * step);
  const y = (value) => EDGE.top + inner.height * (1 - value / top);
  const slot = inner.width / buckets.length;
  const every = Math.ceil(LABEL / slot);

  const grid = Array.from({ length: top / step + 1 }, (_, i) => i * step).flatMap((value) => [
    svg("line", { class: "grid", x1: EDGE.left, x2: width - EDGE.right, y1: y(value), y2: y(value) }),
    svg("text", { class: "axis axis-y", x: EDGE.left - 8, y: y(value) + 4 }, String(value)),
  ]);
  const stacks = buckets.map((bucket, i) => {
    let below = 0;
    const parts = stages.flatMap((stage, at) => {
      const value = of(stage)(bucket);
      if (value === 0) return [];
      below += value;
      const box = { x: EDGE.left + i * slot + slot * 0.14, width: slot * 0.72, y: y(below) };
      return svg("rect", { class: look(at), ...box, height: (inner.height * value) / top, "data-stage": stage });
    });
    const said = stages.filter((stage) => of(stage)(bucket) > 0).map((stage) => `${of(stage)(bucket)} ${stage}`);
    const title = svg("title", {}, `${WHOLE[range](bucket.start)}: ${said.join(", ")}`);
    return parts.length > 0 ? svg("g", {}, [title, ...parts]) : svg("g");
  });
  // Counted from the newest, which is the one that is asked for first.
  const labels = buckets.flatMap(({ start }, i) => {
    const isShown = (buckets.length - 1 - i) % every === 0 && (i + 0.5) * slot > LABEL / 2 - EDGE.left;
    if (!isShown) return [];
    const isLast = i === buckets.length - 1;
    const x = isLast ? width - EDGE.right : EDGE.left + (i + 0.5) * slot;
    return svg("text", { class: isLast ? "axis axis-y" : "axis", x, y: HEIGHT - 6 }, LABELS[range](start));
  });
  return svg(
    "svg",
    { viewBox: `0 0 ${width} ${HEIGHT}`, width, height: HEIGHT, "aria-hidden": "true", focusable: "false" },
    [...grid, ...stacks, ...labels],
  );
}

// A round step that makes two to five of the highest bar.
function tick(highest) {
  const size = 10 ** Math.floor(Math.log10(Math.max(1, highest)));
  const step = ([0.5, 1, 2].find((factor) => highest / (factor * size) <= 5) ?? 5) * size;
  return Math.max(1, Math.round(step));
}

function key(stage, i, total) {
  const swatch = svg("svg", { width: 14, height: 14, "aria-hidden": "true" }, [
    svg("rect", { class: look(i), x: 1, y: 1, width: 12, height: 12, rx: 2 }),
  ]);
  return element("li", { "data-stage": stage }, [swatch, `${stage} ${count(total, "signal", "signals")}`]);
}

function table({ range, stages, buckets }) {
  const busy = buckets.filter(({ counts }) => counts.size > 0);
  const head = (text, scope) => element("th", { scope }, text);
  return element("table", {}, [
    element("caption", {}, `Signals by ${UNIT[range]} and stage; stages without signals are omitted`),
    element(
      "thead",
      {},
      element(
        "tr",
        {},
        [UNIT[range], ...stages].map((text) => head(text, "col")),
      ),
    ),
    element(
      "tbody",
      {},
      busy.map((bucket) =>
        element("tr", {}, [
          head(WHOLE[range](bucket.start), "row"),
          ...stages.map((stage) => element("td", {}, String(of(stage)(bucket)))),
        ]),
      ),
    ),
  ]);
}
