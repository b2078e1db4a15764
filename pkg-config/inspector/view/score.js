// The first tab: the dimensions, the distance to the next stage, and the score over the visit or over the coming days.
import { chart } from "./chart.js";
import { clock, date, element, plural, points, renew, signed } from "./dom.js";
import { given, name } from "./name.js";

/** Days that the chart looks ahead, at least. */
const AHEAD = 90;
const CLOSERS = 6;
const DAY = 86_400_000;

export class Score {
  #dimensions = element("ul", { class: "bars" });
  #next = element("div");
  #title = element("h3");
  #chart = element("div");
  node = [
    element("section", {}, [element("h3", {}, "Dimensions"), this.#dimensions]),
    element("section", {}, [element("h3", {}, "Next stage"), this.#next]),
    element("section", {}, [this.#title, this.#chart]),
  ];

  show({ snapshot, receipt, model, curve, days, now, titles }, ahead) {
    const bounds = model?.bounds ?? [];
    const highest = model?.stages.at(-1)?.at ?? 0;
    renew(this.#dimensions, [snapshot.dimensions, bounds, highest], () => bars(snapshot.dimensions, bounds, highest));
    if (!receipt) return;
    renew(this.#next, [receipt.next, snapshot, titles], () => way(receipt.next, snapshot, titles));
    this.#title.textContent = days ? "Without further events" : "This visit";
    const line = days ? ahead(AHEAD) : curve;
    const from = days ? [line, days] : [line.slice(0, -1), Math.floor(now / 1000)];
    renew(this.#chart, from, () => [
      line.length ? (days ? outlook(line, days, model) : visit(line, model)) : nothing(),
    ]);
  }
}

const nothing = () => element("p", { class: "quiet" }, "No score yet.");

/**
 * A bar is full at the bound of its dimension; without one, at what the highest stage takes, or at the longest of them.
 */
function bars(dimensions, bounds, highest) {
  const most = Math.max(...Object.values(dimensions).map(Math.abs), highest, 1);
  return Object.entries(dimensions).map(([id, value], index) => {
    const bar = element("span", { class: value < 0 ? "bar bar-negative" : "bar" });
    const full = Math.abs(bounds[index]?.[value < 0 ? 0 : 1]);
    bar.style.width = `${(Math.abs(value) / (Number.isFinite(full) && full ? full : most)) * 100}%`;
    return element("li", {}, [
      element("span", { class: "bar-name" }, id),
      element("span", { class: "bar-points" }, points(value)),
      element("span", { class: "bar-track", "aria-hidden": "true" }, bar),
    ]);
  });
}

function way(next, { disqualified, stage }, titles) {
  const nameOf = (id) => given(titles, "stages", id) ?? given(titles, "rules", id) ?? id;
  if (disqualified) return [element("p", {}, "Disqualified: a rule with disqualify is live, so no stage is reached.")];
  if (!next) return [element("p", {}, stage ? `${nameOf(stage)} is the last stage.` : "The model has no stages.")];
  const wants = next.missing.length ? ` It also requires ${next.missing.map(nameOf).join(", ")}.` : "";
  const gap = next.points ? `${plural(next.points, "point")} to ` : "Enough points for ";
  const rows = next.rules
    .slice(0, CLOSERS)
    .map(({ rule, points: more, reaches }) =>
      element("li", {}, [
        name(titles, "rules", rule),
        element("span", { class: more < 0 ? "chip chip-negative" : "chip" }, signed(more)),
        reaches && element("span", { class: "reach" }, "would close it"),
      ]),
    );
  return [
    element("p", {}, [gap, element("strong", {}, nameOf(next.stage)), ".", wants]),
    rows.length
      ? element("ul", { class: "closers", "aria-label": "Rules that one more event could fire" }, rows)
      : element("p", { class: "quiet" }, "No single event could add points now."),
  ];
}

function visit(line, { stages }) {
  const [[from], [to, score]] = [line[0], line.at(-1)];
  const seconds = Math.max(1, Math.round((to - from) / 1000));
  const time = seconds < 120 ? plural(seconds, "second") : plural(Math.round(seconds / 60), "minute");
  return chart({
    label: `The score over ${time}: from ${points(line[0][1])} to ${points(score)}. ${lines(stages)}`,
    line: line.length > 1 ? line : [...line, ...line],
    stages,
    isStep: true,
    labels: [
      [from, clock(from)],
      [to, "now"],
    ],
  });
}

function outlook(line, days, { stages }) {
  const score = line[Math.min(days, AHEAD)][1];
  return chart({
    label: `The score ${plural(days, "day")} from now is ${points(score)}; today it is ${points(line[0][1])}. ${lines(stages)}`,
    line,
    stages,
    labels: [
      [0, "today"],
      [AHEAD / 2, date(Date.now() + (AHEAD / 2) * DAY)],
      [AHEAD, date(Date.now() + AHEAD * DAY)],
    ],
    mark: days,
  });
}

const lines = (stages) =>
  stages.length ? `Stages: ${stages.map(({ id, at }) => `${id} at ${points(at)}`).join(", ")}.` : "";
