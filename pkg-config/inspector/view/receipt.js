// The second tab: each rule's points, raw, after decay and after the dimension's bounds. It adds up to the score.
import { clock, date, element, points, renew, signed } from "./dom.js";
import { given, name } from "./name.js";

export class Receipt {
  #body = element("tbody");
  #foot = element("tfoot");
  #rest = element("p", { class: "quiet" });
  node = [
    element("table", { class: "receipt" }, [
      element("caption", {}, "Points of each rule: raw, after decay, after caps"),
      element("thead", {}, element("tr", {}, ["Rule", "Raw", "Decayed", "Capped"].map(heading))),
      this.#body,
      this.#foot,
    ]),
    this.#rest,
  ];

  show({ receipt, hits, model, titles }) {
    if (!receipt) return;
    const needs = new Map(model.rules.map(({ id, needs }) => [id, needs]));
    const isShown = ({ live, rule }) => live || (needs.get(rule) && hits.get(rule));
    const shown = receipt.rules.filter(isShown);
    renew(this.#body, [shown, [...hits], titles], () =>
      shown.length
        ? shown.map((rule) => row(rule, needs.get(rule.rule), hits.get(rule.rule), titles))
        : [element("tr", {}, element("td", { colspan: "4", class: "quiet" }, "No rule is live."))],
    );
    renew(this.#foot, [receipt.dimensions, receipt.sum, receipt.capped, receipt.score], () => totals(receipt));
    const rest = receipt.rules.filter((rule) => !isShown(rule)).map(({ rule }) => given(titles, "rules", rule) ?? rule);
    renew(this.#rest, rest, () => (rest.length ? ["Not live: ", element("span", {}, rest.join(", "))] : []));
  }
}

const heading = (name, index) => element("th", { scope: "col", class: index ? "number" : false }, name);
const number = (value) => element("td", { class: value < 0 ? "number negative" : "number" }, points(value));

function row({ rule, dimension, counts, live, hits, last, raw, decayed, points: capped }, needs, so, titles) {
  const head = element("th", { scope: "row" }, [
    name(titles, "rules", rule),
    element("span", { class: "sub" }, [
      given(titles, "rules", rule) && element("code", {}, rule),
      given(titles, "rules", rule) && " · ",
      `${dimension} · `,
      live ? `${counts}${hits > 1 ? ` · ${hits} hits` : ""} · ${when(last)}` : `${so} of the ${needs} that it takes`,
    ]),
  ]);
  return element("tr", { class: live ? false : "waiting" }, [head, number(raw), number(decayed), number(capped)]);
}

const when = (last) => {
  const time = new Date(last);
  return time.toDateString() === new Date().toDateString() ? clock(time) : date(time);
};

/** The points that the bounds of dimensions and of the score add or remove, so that the receipt adds up. */
function totals({ dimensions, capped, score }) {
  const base = dimensions.reduce((sum, dimension) => sum + dimension.base, 0);
  const line = (name, value) =>
    element("tr", {}, [
      element("th", { scope: "row", colspan: "3" }, name),
      element("td", { class: "number" }, signed(value)),
    ]);
  return [
    base ? line("Initial points of dimensions", base) : false,
    capped ? line("Limited by the score’s bounds", capped) : false,
    element("tr", { class: "total" }, [
      element("th", { scope: "row", colspan: "3" }, "Score"),
      element("td", { class: "number" }, points(score)),
    ]),
  ];
}
