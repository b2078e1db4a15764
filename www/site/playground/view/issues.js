// The compiler's messages about the model, as a list of links to each place.
import { element } from "/js/dom.js";
import { plural, short } from "../page/format.js";

/** A broken model may have hundreds of errors; these are worked on first. */
const SHOWN = 20;

export class Issues {
  #summary;
  #list;
  #onShow;

  constructor(root, onShow) {
    this.#summary = root.querySelector("[data-show=summary]");
    this.#list = root.querySelector("ul");
    this.#onShow = onShow;
  }

  /** The first of them with their places, and how many there are in all. */
  show(marks, { errors, warnings }) {
    const parts = [errors && plural(errors, "error"), warnings && plural(warnings, "warning")].filter(Boolean);
    const text = parts.join(", ") || "The model is valid.";
    if (this.#summary.textContent !== text) this.#summary.textContent = text;
    this.#summary.dataset.state = errors ? "error" : warnings ? "warning" : "sound";
    this.#list.replaceChildren(...marks.slice(0, SHOWN).map((mark) => this.#item(mark)), ...more(errors + warnings));
  }

  #item(mark) {
    const what = mark.subject?.replaceAll("`", "") ?? short(mark.path);
    const place = what ? `line ${mark.line}, ${what}` : `line ${mark.line}`;
    const button = element("button", { type: "button", class: `issue issue-${mark.severity}` }, [
      element("span", { class: "issue-kind" }, mark.severity),
      element("span", {}, mark.message),
      element("span", { class: "note" }, place),
    ]);
    button.addEventListener("click", () => this.#onShow(mark));
    return element("li", {}, button);
  }
}

function more(number) {
  return number > SHOWN ? [element("li", { class: "note" }, `and ${number - SHOWN} more`)] : [];
}
