// The demo's view of its backend: every signal that was verified and stored, newest first.
import { element } from "./dom.js";

const TIME = new Intl.DateTimeFormat("en", { dateStyle: "medium", timeStyle: "medium" });
const POINTS = new Intl.NumberFormat("en", { maximumFractionDigits: 1 });

/** Whose word the visit is: what a page says of itself, or what the worker saw. */
const WORD = { client: "the page’s word", edge: "seen by the edge" };

const list = document.querySelector("#signals");
const status = document.querySelector("#signals-status");
const empty = document.querySelector("#signals-empty");

async function refresh() {
  status.textContent = "Asking the backend";
  let signals;
  try {
    const response = await fetch("/signals?kind=signal", { headers: { accept: "application/json" } });
    if (!response.ok) throw new Error(`status ${response.status}`);
    ({ signals } = await response.json());
  } catch (error) {
    status.textContent = `The backend did not answer (${error.message}). Try again in a moment.`;
    return;
  }
  list.replaceChildren(...signals.map(entry));
  empty.hidden = signals.length > 0;
  status.textContent = signals.length === 1 ? "1 signal stored" : `${signals.length} signals stored`;
}

function entry({ visitor, stage, score, segment, label, received, verification, provenance, lifecycle, signal }) {
  return element("li", { class: "signal" }, [
    element("header", { class: "signal-head" }, [
      element("h2", {}, `${stage} at ${POINTS.format(score)} points`),
      element("time", { datetime: received }, TIME.format(new Date(received))),
    ]),
    element("dl", { class: "facts" }, [
      fact("Visitor", visitor),
      fact("Segment", segment),
      fact("Label", label ?? "none"),
      fact("Checked", `${verification}, ${WORD[provenance]}`),
      fact("Sales says", lifecycle ?? "nothing yet"),
      fact("Model", `${signal.data.model.name}, version ${signal.data.model.version}`),
    ]),
    element("table", { class: "reasons" }, [
      element("caption", {}, "Why"),
      element("tbody", {}, signal.data.reasons.map(reason)),
    ]),
    element("details", {}, [
      element("summary", {}, "The signal as it was sent"),
      element("pre", { tabindex: "0" }, JSON.stringify(signal, null, 2)),
    ]),
  ]);
}

function reason({ rule, points }) {
  return element("tr", {}, [element("th", { scope: "row" }, rule), element("td", {}, POINTS.format(points))]);
}

function fact(term, value) {
  return element("div", {}, [element("dt", {}, term), element("dd", {}, value)]);
}

document.querySelector("#signals-refresh").addEventListener("click", refresh);
refresh();
