// Changes one value in the text of a model and nothing else.
import { elementsOf, nameOf, treeOf, valueIn } from "./pointers.js";

const written = (value) =>
  Array.isArray(value) ? `[${value.map((one) => JSON.stringify(one)).join(", ")}]` : JSON.stringify(value);

/**
 * Returns the change that gives a place a value, or takes it away where the value is undefined; nothing where the place
 * has no object around it, as in a text that is not JSON.
 *
 * @param {import("@codemirror/state").EditorState} state
 * @param {(string | number)[]} path
 * @param {unknown} value
 * @returns {{ from: number, to: number, insert: string } | undefined}
 */
export function changeAt(state, path, value) {
  let node = valueIn(treeOf(state).topNode);
  for (const step of path.slice(0, -1)) {
    if (typeof step == "number") node = node?.name === "Array" ? elementsOf(node)[step] : undefined;
    else node = node?.name === "Object" ? valueOf(propertyOf(state, node, step)) : undefined;
  }
  if (node?.name !== "Object") return undefined;
  const name = String(path.at(-1));
  const property = propertyOf(state, node, name);
  const properties = node.getChildren("Property");
  if (property) return value === undefined ? removal(properties, property) : replacement(property, written(value));
  if (value === undefined) return undefined;
  const text = `${JSON.stringify(name)}: ${written(value)}`;
  const last = properties.at(-1);
  if (last) return { from: last.to, to: last.to, insert: `, ${text}` };
  return { from: node.from + 1, to: node.from + 1, insert: ` ${text} ` };
}

const propertyOf = (state, node, name) =>
  node.getChildren("Property").findLast((property) => nameOf(state, property) === name);

const valueOf = (property) => property && valueIn(property);

function replacement(property, insert) {
  const value = valueIn(property);
  return value ? { from: value.from, to: value.to, insert } : undefined;
}

function removal(properties, property) {
  const index = properties.findIndex(({ from }) => from === property.from);
  const [before, after] = [properties[index - 1], properties[index + 1]];
  if (before) return { from: before.to, to: property.to, insert: "" };
  return { from: property.from, to: after?.from ?? property.to, insert: "" };
}
