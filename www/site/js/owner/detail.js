// The details of a signal: its receipt, its touchpoints, whether it is verified, and the signal itself.
import { element } from "../dom.js";
import { ruleName } from "./titles.js";
import { count, points, time } from "./words.js";

const CHECKED = {
  verified: "Verified: the receiver recomputed score and stage from the state in the signal.",
  unverified:
    "Not verified: it was made under a version of the model that the receiver does not have, so the score could not be checked.",
};
const SOURCE = {
  edge: "From the edge: the site’s own worker observed the requests that count here.",
  client: "From the page: a part of it comes from the visitor’s browser, where the visitor can change it.",
};

/** @param {(visitor: string) => void} onVisitor shows what else there is of a visitor */
export function detail(entry, onVisitor) {
  const { data } = entry.signal;
  return [
    facts(entry, onVisitor),
    element("p", { class: "believe" }, `${CHECKED[entry.verification]} ${SOURCE[entry.provenance]}`),
    element("div", { class: "detail-columns" }, entry.kind === "account" ? account(data, onVisitor) : person(data)),
    raw(entry.signal),
  ];
}

function facts(entry, onVisitor) {
  const { snapshot, model } = entry.signal.data;
  const who = element("button", { type: "button", class: "text-button", "data-filter-visitor": "" }, entry.visitor);
  who.title = "Show only the signals of this visitor or account";
  who.addEventListener("click", () => onVisitor(entry.visitor));
  return element("dl", { class: "facts" }, [
    fact(entry.kind === "account" ? "Account" : "Visitor", who),
    fact("Segment", entry.segment ?? "none"),
    fact("Label", entry.label ?? "none"),
    fact("Next stage", distance(snapshot?.next)),
    fact("Seen by the edge", typeof entry.witnessed === "number" ? `${points(entry.witnessed)} points` : "unknown"),
    fact("Happened", time(entry.happened)),
    fact("Received", time(entry.received)),
    fact("Model", `${model.name}, version ${model.version}`),
    fact(
      "Forwarded",
      entry.attempts > 0 ? `${entry.forward}, ${count(entry.attempts, "try", "tries")}` : entry.forward,
    ),
  ]);
}

const fact = (term, value) => element("div", {}, [element("dt", {}, term), element("dd", {}, value)]);

function distance(next) {
  if (!next) return "none, this is the last stage";
  const missing = next.missing?.length > 0 ? `requires ${next.missing.join(", ")}` : "";
  const far = next.points > 0 ? `${points(next.points)} points${next.near ? ", near" : ""}` : "";
  return `${next.stage}: ${[far, missing].filter(Boolean).join("; ") || "with the next event"}`;
}

function person({ snapshot, reasons, touchpoints }) {
  return [
    element("div", { class: "detail-column" }, [
      receipt(reasons, snapshot),
      table("Dimensions", ["Dimension", "Points"], Object.entries(snapshot.dimensions).map(dimension), "dimensions"),
    ]),
    element("div", { class: "detail-column" }, [
      element("h4", {}, "Touchpoints"),
      touchpoints.length === 0
        ? element("p", {}, "None.")
        : element("ol", { class: "touchpoints" }, touchpoints.map(touchpoint)),
    ]),
  ];
}

// The effect of the bounds of dimensions and score comes last, so that the receipt adds up.
function receipt(reasons, { score }) {
  const sum = reasons.reduce((total, reason) => total + reason.points, 0);
  const bounded = Math.round((score - sum) * 1000) / 1000;
  const rows = reasons.map(({ rule, points: given, hits, last }) =>
    row(ruleName(rule), points(given), String(hits), time(last)),
  );
  if (bounded !== 0) rows.push(row("kept within bounds", points(bounded), "", ""));
  const node = table("Receipt", ["Rule", "Points", "Hits", "Last"], rows, "receipt");
  const total = row("Score", points(score), "", "");
  node.querySelector("table").append(element("tfoot", {}, total));
  return node;
}

const dimension = ([id, given]) => row(id, points(given));

const touchpoint = ({ rule, time: at }) =>
  element("li", {}, [element("span", { class: "touchpoint-rule" }, ruleName(rule)), time(at)]);

function account({ snapshot, people }, onVisitor) {
  const rows = people.map(({ visitor, points: given, engaged, last, provenance }) => {
    const who = element("button", { type: "button", class: "text-button" }, visitor);
    who.addEventListener("click", () => onVisitor(visitor));
    return row(
      who,
      points(given),
      engaged ? "engaged" : "not yet",
      last ? time(last) : "never",
      provenance === "edge" ? "edge" : "page",
    );
  });
  const node = table("People", ["Visitor", "Points", "Engaged", "Last visit", "Source"], rows, "people");
  node.querySelector("table").append(element("tfoot", {}, row("Score", points(snapshot.score), "", "", "")));
  return [node];
}

function table(caption, columns, rows, name) {
  return element("div", { class: "detail-table", role: "group", "aria-label": caption, tabindex: "0" }, [
    element("table", { "data-table": name }, [
      element("caption", {}, caption),
      element(
        "thead",
        {},
        element(
          "tr",
          {},
          columns.map((column) => element("th", { scope: "col" }, column)),
        ),
      ),
      element("tbody", {}, rows),
    ]),
  ]);
}

const row = (head, ...cells) =>
  element("tr", {}, [element("th", { scope: "row" }, head), ...cells.map((cell) => element("td", {}, cell))]);

function raw(signal) {
  const pre = element("pre", { tabindex: "0", "aria-label": "The signal as it was sent" });
  const node = element("details", { class: "raw" }, [element("summary", {}, "The signal as it was sent"), pre]);
  node.addEventListener("toggle", () => (pre.textContent ||= JSON.stringify(signal, null, 2)), { once: true });
  return node;
}
