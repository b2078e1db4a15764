// The small panel that shows a visit's score. It is the demo's window into the scoring; a real site would not have it.
import { element } from "./dom.js";

const POINTS = new Intl.NumberFormat("en", { maximumFractionDigits: 1 });
const SIGNED = new Intl.NumberFormat("en", { maximumFractionDigits: 1, signDisplay: "always" });
const OUTCOMES = {
  accepted: "One signal was sent, verified and stored.",
  refused: "The backend refused the signal.",
  waiting: "The signal waits here for the backend to answer.",
};

export class Panel {
  #score = element("output", { class: "panel-score", "aria-label": "Score" });
  #stage = element("dd");
  #next = element("dd");
  #segment = element("dd");
  #label = element("dd");
  #progress = element("progress", { "aria-label": "Score on the way to the next stage" });
  #note = element("p", { class: "panel-note", role: "status" });
  #rules = element("tbody");
  #total = element("td");
  #startOver = element("button", { type: "button", class: "panel-button" }, "Start over");
  #body;
  #root;

  constructor() {
    this.#body = element("div", { class: "panel-body" }, [
      element("div", { class: "panel-head" }, [
        this.#score,
        element("dl", { class: "panel-facts" }, [
          element("dt", {}, "Stage"),
          this.#stage,
          element("dt", {}, "Next"),
          this.#next,
          element("dt", {}, "Segment"),
          this.#segment,
        ]),
      ]),
      this.#progress,
      this.#receipt(),
    ]);
    this.#root = element("aside", { class: "panel", "aria-label": "Lead score of this visit" }, [
      this.#body,
      this.#note,
    ]);
    this.#body.hidden = true;
    document.body.append(this.#root);
  }

  show(snapshot, receipt) {
    const { score, stage, next, segment, label } = snapshot;
    this.#score.value = POINTS.format(score);
    this.#stage.textContent = stage ?? "visitor";
    this.#next.textContent = next === null ? "none, this is the last" : distanceTo(next);
    this.#segment.textContent = segment;
    this.#label.textContent = label ?? "none";
    this.#progress.max = next === null ? 1 : score + next.points || 1;
    this.#progress.value = next === null ? 1 : score;
    this.#rules.replaceChildren(...rows(receipt));
    this.#total.textContent = POINTS.format(score);

    // The same facts for whoever reads the page by program.
    Object.assign(this.#root.dataset, { score, stage: stage ?? "", segment });
    this.#body.hidden = false;
  }

  showSignal(stage, outcome) {
    this.#root.dataset.signal = outcome;
    this.#note.replaceChildren(element("strong", {}, `${stage} reached. `), OUTCOMES[outcome]);
  }

  explainSilence(reason) {
    this.#note.textContent = reason;
  }

  onStartOver(handler) {
    this.#startOver.addEventListener("click", () => {
      this.#note.textContent = "Everything this site knew about the visit is gone from this browser.";
      handler();
    });
  }

  #receipt() {
    const table = element("table", {}, [
      element("thead", {}, [
        element("tr", {}, [element("th", { scope: "col" }, "Rule"), element("th", { scope: "col" }, "Points")]),
      ]),
      this.#rules,
      element("tfoot", {}, [element("tr", {}, [element("th", { scope: "row" }, "Score"), this.#total])]),
    ]);
    const label = element("dl", { class: "panel-facts" }, [element("dt", {}, "Label"), this.#label]);
    return element("details", { class: "panel-receipt" }, [
      element("summary", {}, "Receipt"),
      table,
      label,
      element("p", { class: "panel-actions" }, [
        this.#startOver,
        element("a", { href: "/signals" }, "What the backend knows"),
      ]),
    ]);
  }
}

function distanceTo({ stage, points, missing }) {
  if (points > 0) return `${POINTS.format(points)} points to ${stage}`;
  return `${stage} asks for ${missing.join(", ")}`;
}

// Rules with points, and what the bounds of dimensions and score took off or added, so that the receipt adds up.
function rows({ rules, score }) {
  const sum = rules.reduce((total, { points }) => total + points, 0);
  const bounded = Math.round((score - sum) * 1000) / 1000;
  return [...rules, { rule: "kept within bounds", points: bounded }].filter(({ points }) => points !== 0).map(row);
}

function row({ rule, points }) {
  return element("tr", {}, [element("th", { scope: "row" }, rule), element("td", {}, SIGNED.format(points))]);
}
