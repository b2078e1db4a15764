// One signal in the list: its summary line and its details.
import { element } from "../dom.js";
import { Decision } from "./decision.js";
import { detail } from "./detail.js";
import { icon } from "../svg.js";
import { reasonsOf } from "./titles.js";
import { WORD, decision, points, sentence, time } from "./words.js";

export class Row {
  #entry;
  #context;
  /** @type {Decision | null} */
  #decision = null;
  #sales = element("span", { class: "signal-sales" });
  #button;
  #body = element("div", { class: "signal-body", hidden: "" });
  #new = element("span", { class: "signal-new" }, "New");
  node;

  /** @param {{ onVisitor: (visitor: string) => void, onStored: () => Promise<void> }} context */
  constructor(entry, context, { isNew = false } = {}) {
    this.#entry = entry;
    this.#context = context;
    const { id, kind, visitor, stage, score, verification, provenance, received } = entry;
    this.#new.hidden = !isNew;
    this.#button = element("button", { type: "button", class: "signal-open", "aria-expanded": "false" }, [
      element("span", { class: "stage" }, stage),
      element("span", { class: "signal-score" }, score === null ? "no score" : `${points(score)} points`),
      element("span", { class: "signal-who" }, `${kind === "account" ? "account" : "visitor"} ${visitor}`),
      this.#new,
    ]);
    const head = element("div", { class: "signal-head" }, [
      element("h3", {}, this.#button),
      element("span", { class: `mark mark-${verification}` }, [
        icon(verification === "verified" ? "check" : "question"),
        sentence(verification),
      ]),
      element("span", { class: "mark" }, [icon(provenance === "edge" ? "edge" : "page"), sentence(WORD[provenance])]),
      this.#sales,
      time(received),
    ]);
    const reasons = reasonsOf(entry.signal);
    this.node = element("li", { class: "signal", "data-id": id, "data-visitor": visitor, "data-kind": kind }, [
      head,
      ...(reasons ? [element("p", { class: "signal-why" }, reasons)] : []),
      this.#body,
    ]);
    Object.assign(this.node.dataset, { stage, verification, provenance });
    this.#button.addEventListener("click", () => this.#toggle());
    this.decide(entry.lifecycle);
  }

  get entry() {
    return this.#entry;
  }

  /** The current decision of sales. */
  decide(lifecycle) {
    if (this.node.dataset.lifecycle === (lifecycle ?? "")) return;
    this.node.dataset.lifecycle = lifecycle ?? "";
    this.#sales.textContent = `Sales: ${decision(lifecycle)}`;
    this.#entry = { ...this.#entry, lifecycle };
    this.#decision?.show(lifecycle);
  }

  // The details are created when first opened, so a long list stays light.
  #toggle() {
    const isOpen = this.node.toggleAttribute("data-open");
    if (this.#decision === null) {
      this.#decision = new Decision(this.#entry.visitor, this.#context.onStored);
      this.#decision.show(this.#entry.lifecycle);
      this.#body.append(this.#decision.node, ...detail(this.#entry, this.#context.onVisitor));
    }
    this.#button.setAttribute("aria-expanded", String(isOpen));
    this.#body.hidden = !isOpen;
    this.#new.hidden = true;
  }
}
