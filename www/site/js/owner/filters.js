// The list's filters: the form, and the page's address, so that a reload or a link shows the same list.
import { element } from "../dom.js";
import { byStage } from "./words.js";

const NAMES = ["stage", "kind", "verification", "provenance", "witnessed", "visitor"];

export class Filters {
  #form;
  #clear;
  #stages = new Set();

  /** @param {() => void} onChange */
  constructor(form, onChange) {
    this.#form = form;
    this.#clear = form.querySelector("[type=reset]");
    const { searchParams } = new URL(location.href);
    const stage = searchParams.get("stage");
    if (stage) this.offer([stage]);
    for (const name of NAMES) this.#set(name, searchParams.get(name) ?? "");
    this.#show();

    const changed = () => {
      this.#show();
      onChange();
    };
    form.addEventListener("change", changed);
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      changed();
    });
    form.addEventListener("reset", (event) => {
      event.preventDefault();
      this.clear();
      // The button has nothing more to do, and the focus is to stay in the form.
      form.elements.stage.focus();
    });
    this.clear = () => {
      for (const name of NAMES) this.#set(name, "");
      changed();
    };
    this.narrowTo = (visitor) => {
      for (const name of NAMES) this.#set(name, name === "visitor" ? visitor : "");
      changed();
    };
  }

  /** Those that are set. */
  get values() {
    const all = NAMES.map((name) => [name, this.#form.elements[name].value]);
    // Spaces are a part of an id, which anybody chooses: another's with some must not be taken for it.
    return Object.fromEntries(all.filter(([, value]) => value.trim() !== ""));
  }

  /** Stages that there are. */
  offer(stages) {
    const known = this.#stages.size;
    for (const stage of stages) this.#stages.add(stage);
    if (this.#stages.size === known) return;
    const select = this.#form.elements.stage;
    const { value } = select;
    const options = [...this.#stages].sort(byStage).map((stage) => element("option", { value: stage }, stage));
    select.replaceChildren(select.options[0], ...options);
    select.value = value;
  }

  // A value that the form does not offer is none.
  #set(name, value) {
    const control = this.#form.elements[name];
    control.value = value;
    if (control.value !== value) control.value = "";
  }

  #show() {
    const { values } = this;
    this.#clear.disabled = Object.keys(values).length === 0;
    const url = new URL(location.href);
    for (const name of NAMES) {
      if (values[name] === undefined) url.searchParams.delete(name);
      else url.searchParams.set(name, values[name]);
    }
    history.replaceState(history.state, "", url);
  }
}
