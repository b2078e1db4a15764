// The small panel in the corner: score, stage, the status of the signal and, when it is open, the receipt.
import { element } from "./dom.js";
import { number } from "./formats.js";

const inPoints = number("en", { maximumFractionDigits: 1 });
const signed = number("en", { maximumFractionDigits: 1, signDisplay: "always" });
const OUTCOMES = {
  waiting: "A signal waits for the backend’s answer.",
  answered: "One signal was sent, and the backend has answered.",
  unseen: "One signal was created.",
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
  #fold = element("button", { type: "button", class: "panel-fold", "aria-expanded": "false" }, "More");
  #startOver = element("button", { type: "button", class: "panel-button" }, "Start over");
  #receipt = this.#newReceipt();
  #body = element("div", { class: "panel-body", hidden: "" }, [
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
      this.#fold,
    ]),
    this.#progress,
    this.#receipt,
    element("p", { class: "panel-links" }, [
      element("a", { href: inspecting(location.href) }, "Inspect"),
      element("a", { href: "/signals" }, "Signals"),
      element("a", { href: "/playground" }, "Playground"),
    ]),
  ]);
  // Hidden until there is content, because later growth would move its contents.
  #root = element(
    "aside",
    { class: "panel", "aria-label": "Lead score of this visit", "data-folded": "", hidden: "" },
    [this.#body, this.#note],
  );

  constructor() {
    // The page need not wait for the panel's styles to be painted, nor the panel be seen without them.
    const styles = element("link", { rel: "stylesheet", href: "/css/panel.css" });
    styles.addEventListener("load", () => document.body.append(this.#root));
    document.head.append(styles);
    // On a phone the panel is a line, until it is opened; elsewhere there is room for all of it.
    this.#fold.addEventListener("click", () => {
      const isFolded = this.#root.toggleAttribute("data-folded");
      this.#fold.setAttribute("aria-expanded", String(!isFolded));
      write(this.#fold, isFolded ? "More" : "Less");
    });
  }

  get isReceiptOpen() {
    return this.#receipt.open;
  }

  show({ score, stage, next, segment, label }) {
    write(this.#score, inPoints(score));
    write(this.#stage, stage ?? "visitor");
    write(this.#next, next === null ? "none, this is the last stage" : distanceTo(next));
    write(this.#segment, segment);
    write(this.#label, label ?? "none");
    this.#progress.max = next === null ? 1 : score + next.points || 1;
    this.#progress.value = next === null ? 1 : score;

    // The same data for programs and screen readers.
    Object.assign(this.#root.dataset, { score, stage: stage ?? "", segment });
    this.#body.hidden = false;
    this.#root.hidden = false;
  }

  showReceipt = (receipt) => {
    const rules = element("tbody", {}, rows(receipt));
    if (rules.textContent !== this.#rules.textContent) this.#rules.replaceChildren(...rules.children);
    write(this.#total, inPoints(receipt.score));
  };

  showNoReceipt = () => {
    this.#rules.replaceChildren(
      element("tr", {}, element("td", { colspan: "2" }, "The receipt is not available in this browser.")),
    );
  };

  // `stage` is empty where an earlier page has reached it.
  showSignal(stage, outcome) {
    if (this.#root.dataset.signal === outcome) return;
    this.#root.dataset.signal = outcome;
    this.#note.replaceChildren(element("strong", {}, stage && `${stage} reached. `), OUTCOMES[outcome]);
  }

  explain(reason) {
    write(this.#note, reason);
    this.#root.hidden = false;
  }

  forget(reason) {
    delete this.#root.dataset.signal;
    this.explain(reason);
  }

  onReceipt(handler) {
    this.#receipt.addEventListener("toggle", handler);
  }

  onStartOver(handler) {
    this.#startOver.addEventListener("click", handler);
  }

  #newReceipt() {
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
      this.#startOver,
    ]);
  }
}

/** Returns the address of the same page with the tag's inspector; campaign parameters are kept. */
function inspecting(address) {
  const url = new URL(address);
  url.searchParams.set("leadscore", "inspect");
  return url.href;
}

// Writes only changes, because the panel is updated often: so screen readers read nothing twice, and selections are
// kept.
function write(node, text) {
  if (node.textContent !== text) node.textContent = text;
}

function distanceTo({ stage, points, missing }) {
  if (points > 0) return `${inPoints(points)} points to ${stage}`;
  return `${stage} requires ${missing.join(", ")}`;
}

// Rules with points, and what the bounds of dimensions and score took off or added, so that the receipt adds up.
function rows({ rules, score }) {
  const sum = rules.reduce((total, { points }) => total + points, 0);
  const bounded = Math.round((score - sum) * 1000) / 1000;
  return [...rules, { rule: "kept within bounds", points: bounded }].filter(({ points }) => points !== 0).map(row);
}

function row({ rule, points }) {
  return element("tr", {}, [element("th", { scope: "row" }, rule), element("td", {}, signed(points))]);
}
