// The lead at a moment: snapshot and receipt.
import { element } from "/js/dom.js";
import { plural, points, signed, time } from "../page/format.js";
import { nameOf } from "../page/names.js";

/** The maximum number of rules listed that would bring the next stage nearer. */
const CLOSERS = 4;

export class Result {
  #nodes;
  /** Of rules and stages, as the model has them. */
  titles = {};
  #shownRules = "";
  #rows = [];
  /** The points that the bounds of dimensions and score add or remove, so that the receipt adds up. */
  #bounds = element("tr", { hidden: "" }, [
    element("th", { scope: "row", colspan: "4" }, "kept within bounds"),
    element("td"),
  ]);

  constructor(root) {
    this.#nodes = Object.fromEntries(
      [...root.querySelectorAll("[data-show]")].map((node) => [node.dataset.show, node]),
    );
  }

  /** @param {{ at: number | null, snapshot?: object, receipt?: object }} moment */
  show({ at, snapshot, receipt }) {
    const { score, stage, next, segment, label, dimensions, rules, total, idle, closers } = this.#nodes;
    if (at === null) {
      for (const node of [score, stage, next, segment, label]) write(node, "–");
      for (const node of [dimensions, rules, idle, closers]) node.replaceChildren();
      this.#shownRules = "";
      write(total, "–");
      return;
    }
    write(score, points(snapshot.score));
    write(stage, snapshot.disqualified ? "disqualified" : (snapshot.stage ?? "visitor"));
    write(segment, snapshot.segment);
    write(
      label,
      [snapshot.label, snapshot.lifecycle && `${snapshot.lifecycle} by sales`].filter(Boolean).join(", ") || "–",
    );
    write(next, distance(snapshot));
    dimensions.replaceChildren(...dimensionRows(snapshot.dimensions));
    const shown = receipt.rules.filter(({ live, points, raw }) => live || points !== 0 || raw !== 0);
    this.#showRules(rules, shown, receipt);
    write(total, points(receipt.score));
    const others = receipt.rules.filter((rule) => !shown.includes(rule));
    idle.replaceChildren(...(others.length > 0 ? [idleRules(others, idle)] : []));
    closers.replaceChildren(...closerRows(receipt.next, this.titles));
  }

  // Two hundred rows are not rebuilt if two of their cells change.
  #showRules(body, shown, receipt) {
    const names = shown.map(({ rule }) => nameOf(this.titles, "rules", rule));
    const key = JSON.stringify([shown.map(({ rule }) => rule), names]);
    if (key !== this.#shownRules) {
      this.#shownRules = key;
      this.#rows = shown.map((rule, index) => ruleRow(rule, names[index]));
      body.replaceChildren(...this.#rows.map(({ row }) => row), this.#bounds);
    }
    shown.forEach((rule, index) => this.#rows[index].show(rule));
    const sum = receipt.rules.reduce((total, { points: counted }) => total + counted, 0);
    const bounds = Math.round((receipt.score - sum) * 1000) / 1000;
    this.#bounds.hidden = bounds === 0;
    write(this.#bounds.lastElementChild, signed(bounds));
  }
}

// Only what is new, so that nothing is read out twice and what is selected stays so.
function write(node, text) {
  if (node.textContent !== text) node.textContent = text;
}

function distance({ next, disqualified }) {
  if (disqualified) return "none: disqualified";
  if (next === null) return "last stage reached";
  const missing = next.missing.length > 0 ? `needs ${next.missing.join(", ")}` : "";
  if (next.points === 0) return `${next.stage} ${missing}`;
  return [`${points(next.points)} points to ${next.stage}`, missing].filter(Boolean).join(", ");
}

function dimensionRows(dimensions) {
  return Object.entries(dimensions).map(([id, value]) =>
    element("div", {}, [element("dt", {}, id), element("dd", {}, points(value))]),
  );
}

function ruleRow({ rule }, name) {
  const note = element("span", { class: "note" });
  const cells = Array.from({ length: 4 }, () => element("td"));
  return {
    row: element("tr", {}, [element("th", { scope: "row" }, [name, note]), ...cells]),
    show({ dimension, counts, hits, last, raw, decayed, points: counted }) {
      write(
        note,
        `${name === rule ? "" : `${rule}, `}${dimension}, ${counts}${last ? `, last ${time(Date.parse(last))}` : ""}`,
      );
      [String(hits), points(raw), points(decayed), signed(counted)].forEach((text, index) => write(cells[index], text));
    },
  };
}

function idleRules(rules, before) {
  const isOpen = before.querySelector("details")?.open;
  const summary = element("summary", {}, `${plural(rules.length, "rule")} not live`);
  const list = element("p", {}, rules.map(({ rule }) => rule).join(", "));
  return element("details", isOpen ? { open: "" } : {}, [summary, list]);
}

function closerRows(next, titles) {
  const rules = next?.rules ?? [];
  if (rules.length === 0) return [element("li", { class: "note" }, "No other rule would bring the next stage nearer.")];
  return rules
    .slice(0, CLOSERS)
    .map(({ rule, points: added, reaches }) =>
      element("li", {}, [
        element("span", {}, nameOf(titles, "rules", rule)),
        element("strong", {}, signed(added)),
        ...(reaches ? [element("span", { class: "note" }, `reaches ${next.stage}`)] : []),
      ]),
    );
}
