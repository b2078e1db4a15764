// The sessions of an online shop as rows with facts and the outcome (a purchase). Rules compare the facts with fixed
// values.
//
// Data: "Online Shoppers Purchasing Intention", C. Okan Sakar and Yomi Kastro, UCI Machine Learning Repository, dataset
// 468, 2018, CC BY 4.0. `PageValues` is left out, because it is computed from purchases.
import { readFileSync } from "node:fs";

/** The rules as [column, operator, value]. */
export const CUTS = [
  ...[5, 10, 20, 35, 60, 100].map((cut) => ["ProductRelated", "gte", cut]),
  ...[60, 300, 600, 1_200, 2_000, 4_000].map((cut) => ["ProductRelated_Duration", "gte", cut]),
  ...[1, 3, 6].map((cut) => ["Administrative", "gte", cut]),
  ...[60, 200].map((cut) => ["Administrative_Duration", "gte", cut]),
  ...[1, 3].map((cut) => ["Informational", "gte", cut]),
  ...[0.0001, 0.005, 0.02].map((cut) => ["BounceRates", "lte", cut]),
  ...[0.01, 0.02, 0.03, 0.05].map((cut) => ["ExitRates", "lte", cut]),
  ...[0.1, 0.15].map((cut) => ["ExitRates", "gte", cut]),
  ["SpecialDay", "gte", 0.2],
  ...["Nov", "Oct", "Sep", "May", "Mar", "Feb", "Dec"].map((month) => ["Month", "eq", month]),
  ["VisitorType", "eq", "New_Visitor"],
  ["Weekend", "eq", "TRUE"],
  ...["1", "2", "3", "8", "13"].map((traffic) => ["TrafficType", "eq", traffic]),
];

const OPERATORS = { gte: "$gte", lte: "$lte", eq: "$eq" };

/** Returns a model with one rule without points for each cut. */
export function modelOfCuts() {
  const rules = CUTS.map(([column, operator, value], index) => ({
    id: `c${index}`,
    trait: { [column]: { [OPERATORS[operator]]: value } },
    points: 0,
  }));
  return { name: "shoppers", score: { min: -2_000, max: 2_000 }, rules, stages: [{ id: "mql", at: 10 }] };
}

const NUMBERS = new Set(CUTS.filter(([, operator]) => operator !== "eq").map(([column]) => column));

/** Returns the facts and the outcome of each session. */
export function sessions(path) {
  const [head, ...lines] = readFileSync(path, "utf8").trim().split(/\r?\n/);
  const columns = head.split(",");
  return lines.map((line) => {
    const cells = line.split(",");
    const of = (column) => cells[columns.indexOf(column)];
    const props = {};
    for (const [column] of CUTS) props[column] = NUMBERS.has(column) ? Number(of(column)) : of(column);
    return { props, won: of("Revenue") === "TRUE" };
  });
}
