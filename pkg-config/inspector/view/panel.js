// The panel as a whole: a header with the score, the tabs, and a footer with a slider for the time.
import { element, plural, points, renew, write } from "./dom.js";
import { Events } from "./events.js";
import { Receipt } from "./receipt.js";
import { Score } from "./score.js";
import { Signals } from "./signals.js";
import { tabs } from "./tabs.js";

/** Days that the slider reaches ahead. */
const MOST_DAYS = 90;
/** The number of checks for a tracker, which may be about to start, before a message is shown. */
const PATIENCE = 3;
const SHORT = [
  ["Now", 0],
  ["7 days", 7],
  ["30 days", 30],
];

export class Panel {
  /** Days from now that are looked at. */
  days = 0;
  #score = element("output", { class: "score", "aria-label": "Score", for: "days" }, "–");
  #when = element("p", { class: "when" });
  #progress = element("progress", { "aria-label": "Score on the way to the next stage" });
  #way = element("p", { class: "way" });
  #facts = element("dl", { class: "facts" });
  #notice = element("p", { class: "notice", hidden: true });
  #said = element("p", { class: "unseen", role: "status" });
  #close = element(
    "button",
    { type: "button", class: "icon", "aria-label": "Close the inspector", title: "Close (Escape)" },
    "✕",
  );
  #move = element("button", { type: "button", class: "icon move" }, "⇄");
  #slider = element("input", { type: "range", id: "days", min: "0", max: String(MOST_DAYS), step: "1", value: "0" });
  #sliderValue = element("output", { class: "slider-value", for: "days" }, "now");
  #parts = { score: new Score(), receipt: new Receipt(), events: new Events(), signals: new Signals() };
  #side = "right";

  constructor({ onClose, onTravel }) {
    const { score, receipt, events, signals } = this.#parts;
    this.#close.addEventListener("click", onClose);
    this.#move.addEventListener("click", () => this.dock(this.#side === "right" ? "left" : "right"));
    const go = (days) => {
      this.days = days;
      this.#slider.value = String(days);
      this.#slider.setAttribute("aria-valuetext", ahead(days));
      write(this.#sliderValue, ahead(days));
      onTravel();
    };
    this.#slider.addEventListener("input", () => go(Number(this.#slider.value)));
    const shorts = SHORT.map(([name, days]) => {
      const button = element("button", { type: "button", class: "short" }, name);
      button.addEventListener("click", () => go(days));
      return button;
    });
    // Empty until there is all to show, so that nothing moves.
    this.node = element("section", { class: "panel loading", "aria-labelledby": "title", tabindex: "-1" }, [
      element("header", {}, [
        element("h2", { id: "title" }, [
          element("span", { class: "mark-plate", "aria-hidden": "true" }),
          "leadscore inspector",
        ]),
        this.#move,
        this.#close,
      ]),
      element("div", { class: "summary" }, [
        element("div", { class: "score-line" }, [
          this.#score,
          element("div", { class: "score-way" }, [this.#way, this.#progress]),
        ]),
        this.#when,
        this.#facts,
      ]),
      ...tabs("Views", {
        score: ["Score", score.node],
        receipt: ["Receipt", receipt.node],
        events: ["Events", events.node],
        signals: ["Signals & state", signals.node],
      }),
      this.#notice,
      element("footer", { role: "group", "aria-label": "Time travel" }, [
        element("label", { for: "days" }, ["After: ", this.#sliderValue]),
        element("div", { class: "travel" }, [this.#slider, ...shorts]),
      ]),
      this.#said,
    ]);
    this.dock(this.#side);
  }

  /** To that side of the window; on a phone it stays below. */
  dock(side) {
    this.#side = side;
    this.node.dataset.side = side;
    const other = side === "right" ? "left" : "right";
    this.#move.setAttribute("aria-label", `Move the inspector to the ${other}`);
    this.#move.title = `Move to the ${other}`;
  }

  /** Shows an error instead of the content. */
  fail(message) {
    this.#failure = message;
    this.node.classList.remove("loading");
    this.#notify(message);
  }

  #failure;
  /** The number of consecutive checks without a tracker. */
  #silent = 0;

  #notify(message) {
    this.#notice.hidden = !message;
    write(this.#notice, message);
  }

  show(data, lookAhead) {
    const { snapshot, days, isRunning, isPartial } = data;
    if (snapshot) this.#summary(data);
    const partial = "The receipt contains only stored hits and events since the inspector was opened.";
    this.#silent = isRunning ? 0 : this.#silent + 1;
    const silent = this.#silent > PATIENCE ? "The tracker does not run on this page." : "";
    this.#notify(this.#failure ?? (isPartial && !days ? partial : silent));
    if (data.receipt) this.node.classList.remove("loading");
    if (!snapshot) return;
    this.#parts.score.show(data, lookAhead);
    this.#parts.receipt.show(data);
    this.#parts.signals.show(data);
    const said = this.#parts.events.show(data);
    if (said) write(this.#said, `${said}. Score ${points(snapshot.score)}.`);
  }

  #summary({ snapshot, days, then }) {
    const { score, next, stage, segment, label, lifecycle, disqualified } = snapshot;
    write(this.#score, points(score));
    // The same for programs and screen readers.
    Object.assign(this.node.dataset, { score, segment, days });
    write(this.#when, days ? `On ${new Date(then).toDateString()}, without further events` : "");
    this.#when.hidden = !days;
    write(this.#way, wayTo(next, stage, disqualified));
    this.#progress.max = next ? Math.max(score, 0) + next.points || 1 : 1;
    this.#progress.value = next ? Math.max(score, 0) : disqualified ? 0 : 1;
    const facts = { Stage: stage ?? "none", Segment: segment, Label: label, Lifecycle: lifecycle };
    const known = Object.entries(facts).filter(([, value]) => value);
    renew(this.#facts, known, () =>
      known.map(([name, value]) => element("div", {}, [element("dt", {}, name), element("dd", {}, value)])),
    );
  }
}

const ahead = (days) => (days ? `in ${plural(days, "day")}` : "now");

function wayTo(next, stage, disqualified) {
  if (disqualified) return "disqualified";
  if (!next) return stage ? `${stage} is the last stage` : "no stages";
  if (next.points) return `${points(next.points)} to ${next.stage}${next.near ? ", near" : ""}`;
  return `${next.stage} requires ${next.missing.join(", ")}`;
}
