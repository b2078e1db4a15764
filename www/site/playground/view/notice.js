// The playground's messages, with an action such as undo.
import { element } from "/js/dom.js";

export class Notice {
  #root;

  constructor(root) {
    this.#root = root;
    root.tabIndex = -1;
  }

  /** @param {{ text: string, lines?: string[], action?: { label: string, run: () => void }, isProblem?: boolean }} notice */
  say({ text, lines = [], action, isProblem = false }) {
    const content = [element("p", {}, text)];
    if (lines.length > 0)
      content.push(
        element(
          "ul",
          {},
          lines.map((line) => element("li", {}, line)),
        ),
      );
    if (action) {
      const button = element("button", { type: "button", class: "button button-quiet button-small" }, action.label);
      button.addEventListener("click", () => {
        // The button goes with the notice, and the focus is to stay here.
        this.#root.focus();
        action.run();
      });
      content.push(button);
    }
    this.#root.dataset.state = isProblem ? "problem" : "said";
    this.#root.replaceChildren(...content);
  }

  addLines(lines) {
    if (lines.length > 0)
      this.#root.append(
        element(
          "ul",
          {},
          lines.map((line) => element("li", {}, line)),
        ),
      );
  }

  clear() {
    delete this.#root.dataset.state;
    this.#root.replaceChildren();
  }
}
