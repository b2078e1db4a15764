// The rules and stages as a form, for common changes without JSON. The model remains the text: a field changes only its
// own value in it.
import { element } from "/js/dom.js";
import { nameOf } from "../page/names.js";

/** @typedef {{ name: string, label: string, kind: "number" | "duration" | "text", isWide?: boolean, of?: string }} Field */

/** @type {Field[]} */
const OF_RULE = [
  { name: "points", label: "Points", kind: "number" },
  { name: "limit", label: "At most, times", kind: "number", of: "event" },
  { name: "per", label: "Once per", kind: "duration", of: "event" },
  { name: "expires", label: "Ends after", kind: "duration", of: "event" },
  { name: "path", label: "Path", kind: "text", isWide: true, of: "event" },
  { name: "within", label: "Within", kind: "duration", of: "all" },
];
/** @type {Field[]} */
const OF_STAGE = [
  { name: "at", label: "From points", kind: "number" },
  { name: "near", label: "Near, within points", kind: "number" },
  { name: "rearm", label: "Again after", kind: "duration" },
];

/** The maximum number of rules shown; with more, a list is not useful. */
const SHOWN = 200;

export class RulesForm {
  #root;
  #onChange;
  #titles;
  /** The fields that are shown, by the pointers of their values. */
  #fields = new Map();
  #shown = "";

  /**
   * @param {HTMLElement} root
   * @param {(path: (string | number)[], value: unknown) => void} onChange
   */
  constructor(root, onChange) {
    this.#root = root;
    this.#onChange = onChange;
    root.addEventListener("change", ({ target }) => this.#changed(target));
  }

  /** Shows a model; `undefined` where the text is not JSON. */
  show(model, titles) {
    this.#titles = titles;
    const rules = Array.isArray(model?.rules) ? model.rules : [];
    const stages = Array.isArray(model?.stages) ? model.stages : [];
    // The same rules keep their fields: who types in one stays there.
    const shape = JSON.stringify([...rules, ...stages].map((entry) => [entry?.id, kindOf(entry), entry?.title]));
    if (shape !== this.#shown) {
      this.#shown = shape;
      this.#fields.clear();
      const parts = model
        ? [
            element("h3", {}, "Rules"),
            ...rules.slice(0, SHOWN).map((rule, index) => this.#entry("rules", index, rule, OF_RULE)),
            ...(rules.length > SHOWN
              ? [element("p", { class: "note" }, `and ${rules.length - SHOWN} more, in the JSON`)]
              : []),
            element("h3", {}, "Stages"),
            ...stages.map((stage, index) => this.#entry("stages", index, stage, OF_STAGE)),
          ]
        : [element("p", {}, "The model is not valid JSON yet: correct it in the JSON view first.")];
      this.#root.replaceChildren(...parts);
    }
    for (const { input, path } of this.#fields.values()) {
      const value = path.reduce((of, step) => of?.[step], model);
      const text = value === undefined ? "" : Array.isArray(value) ? value.join(", ") : String(value);
      if (input.value !== text && input !== document.activeElement) input.value = text;
    }
  }

  #entry(list, index, entry, fields) {
    const kind = kindOf(entry);
    const own = fields.filter(({ of }) => of === undefined || of === kind);
    const title = typeof entry?.id == "string" ? nameOf(this.#titles, list, entry.id) : undefined;
    const what = [title === entry?.id ? "" : entry?.id, about(entry)].filter(Boolean).join(", ");
    const inputs = own.map((field) => this.#field([list, index, field.name], field));
    return element("fieldset", {}, [
      element("legend", {}, [String(title ?? "without an id"), element("span", { class: "note" }, what)]),
      ...inputs,
    ]);
  }

  #field(path, { label, kind, isWide }) {
    const hint = kind === "duration" ? { placeholder: "30d" } : {};
    const mode = kind === "number" ? { inputmode: "decimal" } : {};
    const input = element("input", { autocomplete: "off", spellcheck: "false", ...mode, ...hint });
    const key = path.join("/");
    input.dataset.key = key;
    this.#fields.set(key, { input, path, kind });
    return element("label", isWide ? { class: "wide" } : {}, [label, input]);
  }

  #changed(input) {
    const field = this.#fields.get(input.dataset.key);
    if (field) this.#onChange(field.path, valueOf(input.value.trim(), field.kind));
  }
}

/** Converts the input to a value of the model. Invalid input remains a string, so that the compiler reports it. */
function valueOf(text, kind) {
  if (text === "") return undefined;
  const number = Number(text.replace(",", "."));
  if (kind === "number" && Number.isFinite(number)) return number;
  return kind === "text" && text.includes(",")
    ? text
        .split(",")
        .map((part) => part.trim())
        .filter(Boolean)
    : text;
}

const kindOf = (entry) => ["event", "trait", "all"].find((kind) => entry?.[kind] !== undefined);

function about(entry) {
  if (entry?.event !== undefined) return [entry.event].flat().join(" or ");
  if (entry?.trait !== undefined) return "a trait of the visitor";
  return entry?.all === undefined ? "" : `all of ${[entry.all].flat().join(", ")}`;
}
