// The reference of the model, from its JSON Schema: every field with meaning, type, range, default and examples.
import { escape, heading } from "./html.mjs";
import { inline } from "./markdown.mjs";

/** The parts in reading order: the position of each in the schema, and the sentence before its fields. */
/** @type {{ id: string, title: string, at: string[], says?: string[], before?: string }[]} */
const PARTS = [
  { id: "the-model", title: "The model", at: [] },
  { id: "score", title: "`score`", at: ["properties", "score"] },
  {
    id: "dimensions",
    title: "`dimensions`",
    at: ["properties", "dimensions", "additionalProperties"],
    says: ["properties", "dimensions"],
  },
  { id: "event-rules", title: "Event rules", at: ["definitions", "event_rule"] },
  { id: "trait-rules", title: "Trait rules", at: ["definitions", "trait_rule"] },
  { id: "combinations", title: "Combinations", at: ["definitions", "combination"] },
  { id: "decay", title: "`decay`", at: ["definitions", "decay"] },
  { id: "conditions", title: "Conditions: `where` and `trait`", at: ["definitions", "condition"] },
  {
    id: "operators",
    title: "Operators of a condition",
    at: ["definitions", "operators"],
    before: "What a field's value is held against; all of them must hold.",
  },
  { id: "stages", title: "`stages`", at: ["definitions", "stage"] },
  { id: "label", title: "`label`", at: ["properties", "label", "items"], says: ["properties", "label"] },
  { id: "account", title: "`account`", at: ["properties", "account"] },
  { id: "person-of-an-account", title: "`account.person`", at: ["properties", "account", "properties", "person"] },
  { id: "stages-of-an-account", title: "`account.stages`", at: ["definitions", "account_stage"] },
];

/** Definitions that are values, not groups of fields: explained once, linked to from wherever they are used. */
const VALUES = {
  id: "an id",
  amount: "an amount",
  points: "points",
  duration: "a duration",
  event_type: "an event type",
  pattern: "a pattern",
  title: "a title",
};

const GROUPS = {
  decay: ["decay", "an object"],
  condition: ["conditions", "a condition"],
  operators: ["operators", "operators"],
  stage: ["stages", "stages"],
  account_stage: ["stages-of-an-account", "stages"],
};

export function schemaReference(schema) {
  const headings = [];
  /** @param {(typeof PARTS)[number]} part */
  const part = ({ id, title, at, says, before }) => {
    const node = dig(schema, at);
    const text = before ?? dig(schema, says ?? at).description ?? "";
    headings.push({ depth: 2, id, text: title.replaceAll("`", "") });
    const required = new Set(node.required);
    // Found by the search, and too many for the page's own list.
    for (const [name] of fieldsOf(node)) headings.push({ depth: 4, id: `${id}-${name}`, text: name });
    const fields = fieldsOf(node).map(([name, field]) => entry(schema, id, name, field, required.has(name)));
    return `${heading(2, id, inline(title))}<p>${inline(text)}</p>\n<dl class="fields">${fields.join("\n")}</dl>\n`;
  };
  const parts = PARTS.map(part);
  headings.push({ depth: 2, id: "values", text: "Kinds of values" });
  const values = Object.entries(VALUES).map(([name, called]) => {
    const node = schema.definitions[name];
    return field(`value-${name}`, called, [typeOf(schema, node, name)], node.description, node.examples);
  });
  const html = `${parts.join("")}${heading(2, "values", "Kinds of values")}<dl class="fields">${values.join("\n")}</dl>\n`;
  return { html, headings };
}

const dig = (node, path) => path.reduce((inner, key) => inner[key], node);

function fieldsOf(node) {
  const variants = node.oneOf ?? [node];
  return variants.flatMap(({ properties = {} }) => Object.entries(properties));
}

function entry(schema, part, name, node, isRequired) {
  const { description, examples, default: standard } = merged(schema, node);
  const facts = [typeOf(schema, node)];
  if (isRequired) facts.push("required");
  if (standard !== undefined) facts.push(`default <code>${escape(JSON.stringify(standard))}</code>`);
  // A small group of fields that is not part of its own.
  const inner = PARTS.some(({ at }) => dig(schema, at) === node) ? [] : Object.keys(node.properties ?? {});
  const text = [description, ...inner.map((one) => `Its field: \`${one}\`.`)].join(" ");
  return field(`${part}-${name}`, name, facts, text, examples);
}

function field(id, name, facts, description, examples = []) {
  const shown = examples.map((example) => `<code>${escape(JSON.stringify(example))}</code>`).join(", ");
  return (
    `<div id="${escape(id)}"><dt><a href="#${escape(id)}"><code>${escape(name)}</code></a> <span class="facts">${facts.join(", ")}</span></dt>` +
    `<dd>${inline(description ?? "")}${shown && ` <span class="examples">${examples.length > 1 ? "Such as" : "Example"}: ${shown}.</span>`}</dd></div>`
  );
}

/** Returns a field merged with the definition to which it refers; its own members take precedence. */
function merged(schema, node) {
  const parent = referred(node);
  const { description, examples, default: standard } = parent ? schema.definitions[parent] : {};
  return { description, examples, default: standard, ...node };
}

const referred = (node) => (node.$ref ?? node.allOf?.[0]?.$ref)?.split("/").at(-1);

function typeOf(schema, node, own) {
  const name = referred(node);
  if (name && name !== own) {
    if (GROUPS[name]) return `<a href="#${GROUPS[name][0]}">${GROUPS[name][1]}</a>`;
    return `<a href="#value-${name}">${VALUES[name]}</a>${range(schema.definitions[name])}`;
  }
  if (node.anyOf) return node.anyOf.map((one) => typeOf(schema, one)).join(", or ");
  if (node.enum) return `one of ${node.enum.map((one) => `<code>${escape(JSON.stringify(one))}</code>`).join(", ")}`;
  if (node.type === "array") return `a list${ofItems(schema, node)}`;
  if (node.type === "object") return "an object";
  if (node.type === "integer") return `a whole number${range(node)}`;
  if (node.type === "number") return `a number${range(node)}`;
  if (node.type === "boolean") return "true or false";
  if (node.type === "string") return `text${lengths(node)}`;
  return "any value";
}

function ofItems(schema, { items, maxItems, minItems, uniqueItems }) {
  const type = items && (items.$ref || items.type === "string") ? ` of: ${typeOf(schema, items)}` : "";
  const bounds = [minItems && `at least ${minItems}`, maxItems && `at most ${maxItems.toLocaleString("en")}`];
  return [type, ...bounds.filter(Boolean).map((bound) => `, ${bound}`), uniqueItems ? ", each once" : ""].join("");
}

function range({ minimum, exclusiveMinimum, maximum }) {
  const shown = (number) => number.toLocaleString("en");
  // A trillion means that there is no practical limit.
  const isBounded = maximum !== undefined && maximum < 1e12;
  if (exclusiveMinimum !== undefined)
    return ` above ${shown(exclusiveMinimum)}${isBounded ? `, to ${shown(maximum)}` : ""}`;
  if (minimum === undefined || (minimum === -1e12 && !isBounded)) return "";
  return isBounded ? ` from ${shown(minimum)} to ${shown(maximum)}` : ` from ${shown(minimum)}`;
}

function lengths({ minLength, maxLength, pattern }) {
  if (pattern) return ` that matches <code>${escape(pattern)}</code>`;
  if (maxLength === undefined) return minLength ? ", not empty" : "";
  return ` of ${minLength ? `${minLength} to ` : "at most "}${maxLength.toLocaleString("en")} characters`;
}
