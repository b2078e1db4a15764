// Completion of a model: names and values from the schema, ids from the model itself.
import { pickedCompletion, snippet } from "@codemirror/autocomplete";
import { elementsOf, isValue, nameOf, stepsTo, textOf, treeOf, valueIn } from "./pointers.js";

const URL_PARTS = ["url.path", "url.host", "url.hash", "url.query.utm_source", "url.query.utm_medium"];
/** Matches text after which a new token begins. */
const AFTER = /[[{,:]\s*$/;

/** @param {() => { events: Iterable<string>, props: Iterable<string> }} known what the journey has */
export function completeModel(schema, known) {
  return (context) => {
    const place = placeOf(context);
    if (!place) return null;
    const { state } = context;
    const steps = stepsTo(state, place.parent);
    const model = idsOf(state);
    const schemas = (path, depthOf) => schema.at(path, depthOf);
    const names = (path) => (depth) => (depth === path.length ? namesIn(state, place.object) : new Set());
    const options = place.isName
      ? nameOptions(schema, schemas(steps, names(steps)), steps, place, state, known())
      : valueOptions(schema, schemas(steps, ruleNames(state, place.parent)), steps, model, known());
    if (options.length === 0) return null;
    const [before, after] = quotesOf(state, place);
    // Options are matched with the text between the quotes, and replace it with the quotes.
    return {
      from: place.from + before,
      to: place.to - after,
      options: options.map(({ template, ...option }) => ({
        ...option,
        apply(view, completion, from, to) {
          if (template.includes("${")) return snippet(template)(view, completion, from - before, to + after);
          const changes = { from: from - before, to: to + after, insert: template };
          const anchor = changes.from + template.length;
          view.dispatch({ changes, selection: { anchor }, annotations: pickedCompletion.of(completion) });
        },
      })),
      validFor: /^[^"]*$/,
    };
  };
}

function quotesOf(state, { from, to }) {
  const text = state.sliceDoc(from, to);
  if (!text.startsWith('"')) return [0, 0];
  return [1, text.length > 1 && text.endsWith('"') ? 1 : 0];
}

// Returns whether a name or a value belongs at the cursor, the text that it replaces, and the node whose path leads
// there.
function placeOf({ state, pos, explicit }) {
  const node = treeOf(state).resolveInner(pos, -1);
  const before = state.sliceDoc(Math.max(0, pos - 200), pos);
  if (node.name === "PropertyName" && pos > node.from) {
    const object = node.parent?.parent;
    return { isName: true, from: node.from, to: node.to, object, parent: object, taken: node.parent };
  }
  if (node.name === "String" && pos > node.from) {
    // A lone string in an object is a name that has no value yet.
    const object = ["⚠", "Object"].includes(node.parent?.name ?? "") ? objectAround(node) : null;
    if (object && !isInProperty(node, object)) {
      return { isName: true, from: node.from, to: node.to, object, parent: object };
    }
    return { isName: false, from: node.from, to: node.to, parent: node };
  }
  const [word] = /[\w$.-]*$/.exec(before) ?? [""];
  const lead = before.slice(0, before.length - word.length);
  if (!AFTER.test(lead) || (word === "" && !explicit)) return null;
  const from = pos - word.length;
  const around = enclosing(treeOf(state).resolveInner(from, -1), from);
  if (!around) return null;
  const opens = lead.trimEnd().at(-1);
  if (opens === ":") {
    const property = propertyBefore(around, from);
    return property && { isName: false, from, to: pos, parent: property };
  }
  if (around.name === "Object") return { isName: true, from, to: pos, object: around, parent: around };
  return { isName: false, from, to: pos, parent: around, isElement: true };
}

function objectAround(node) {
  let at = node.parent;
  while (at && at.name !== "Object") at = at.parent;
  return at;
}

function isInProperty(node, object) {
  for (let at = node.parent; at && at !== object && at.from >= object.from; at = at.parent) {
    if (at.name === "Property" && at.getChild(":")) return true;
    if (at.name === "Property" && at.getChild("PropertyName")?.to < node.from) return true;
  }
  return false;
}

function enclosing(node, position) {
  let at = node;
  while (at && !((at.name === "Object" || at.name === "Array") && at.from < position)) at = at.parent;
  return at;
}

function propertyBefore(object, position) {
  return object.getChildren("Property").findLast((property) => property.from < position) ?? null;
}

function namesIn(state, object) {
  return new Set(object?.getChildren("Property").map((property) => nameOf(state, property)) ?? []);
}

// The names of the objects on the way to a node, for the choices of the schema.
function ruleNames(state, node) {
  const chain = [];
  for (let at = node; at; at = at.parent) {
    if (at.name === "Property" || at.parent?.name === "Array") chain.unshift(at);
  }
  return (depth) => {
    const at = depth === 0 ? null : chain[depth - 1];
    if (!at) return new Set();
    return namesIn(state, at.name === "Property" ? valueIn(at) : at);
  };
}

function nameOptions(schema, schemas, steps, place, state, known) {
  const present = namesIn(state, place.object);
  if (place.taken) present.delete(nameOf(state, place.taken));
  const hasValue = Boolean(place.taken && valueIn(place.taken));
  const properties = schema.properties(schemas);
  const options = [...properties]
    .filter(([name]) => !present.has(name))
    .map(([name, property]) => nameOption(name, property, schema.types(property), hasValue));
  const isCondition = schemas.some(({ patternProperties }) => patternProperties?.["^[^$]"]);
  if (isCondition) {
    for (const name of new Set([...known.props, ...URL_PARTS])) {
      if (!present.has(name))
        options.push(nameOption(name, { description: "a field of the event" }, new Set(), hasValue));
    }
  }
  if (steps.at(-1) === "min" && steps[0] === "stages") {
    for (const name of idsOf(state).dimensions)
      options.push(nameOption(name, { description: undefined }, new Set(["number"]), hasValue));
  }
  return options;
}

function nameOption(name, { description }, types, hasValue) {
  const quoted = JSON.stringify(name);
  // `$` begins a field of the snippet only before a brace, so `$gte` stays as it is.
  const value = types.has("array") ? "[${}]" : types.has("object") ? "{ ${} }" : types.has("string") ? '"${}"' : "${}";
  return { label: name, type: "property", info: description, template: hasValue ? quoted : `${quoted}: ${value}` };
}

function valueOptions(schema, schemas, steps, model, known) {
  const option = (value, type = "constant", info = /** @type {string | undefined} */ (undefined)) => {
    const template = JSON.stringify(value);
    return { label: typeof value === "string" ? value : template, type, info, template };
  };
  const names = steps.filter((step) => step !== "0");
  const last = names.at(-1);
  if (last === "dimension") return model.dimensions.map((id) => option(id, "variable", "a dimension of this model"));
  if (["all", "requires", "auto"].includes(last) && names.length === 2) {
    return model.rules.map((id) => option(id, "variable", "a rule of this model"));
  }
  const listed = schema.values(schemas);
  const events = last === "event" ? known.events : [];
  return [...new Set([...listed, ...events])]
    .filter((value) => value !== null)
    .map((value) => option(value, last === "event" ? "enum" : "constant"));
}

/** The ids that a model has so far. */
function idsOf(state) {
  const model = valueIn(treeOf(state).topNode);
  const part = (name) => {
    const property = model?.getChildren("Property").find((candidate) => nameOf(state, candidate) === name);
    return property ? valueIn(property) : null;
  };
  const rules = part("rules");
  const dimensions = part("dimensions");
  return {
    rules: rules?.name === "Array" ? elementsOf(rules).flatMap((rule) => idOf(state, rule)) : [],
    dimensions: [...new Set(["engagement", ...(dimensions ? namesIn(state, dimensions) : [])])],
  };
}

function idOf(state, rule) {
  const property = rule.getChildren("Property").find((candidate) => nameOf(state, candidate) === "id");
  const value = property && valueIn(property);
  return value && isValue(value) ? [textOf(state, value)] : [];
}
