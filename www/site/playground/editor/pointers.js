// Converts between JSON Pointers and positions in the text of a model, with the editor's syntax tree, which also exists
// for incomplete text.
import { ensureSyntaxTree, syntaxTree } from "@codemirror/language";

/** Milliseconds that parsing may take before an older tree has to do. */
const PARSE_TIME = 100;

const VALUES = new Set(["Object", "Array", "String", "Number", "True", "False", "Null"]);

export const isValue = (node) => VALUES.has(node.name);

export const treeOf = (state) => ensureSyntaxTree(state, state.doc.length, PARSE_TIME) ?? syntaxTree(state);

export function valueIn(parent) {
  for (let node = parent.firstChild; node; node = node.nextSibling) if (isValue(node)) return node;
  return null;
}

export function elementsOf(array) {
  const elements = [];
  for (let node = array.firstChild; node; node = node.nextSibling) if (isValue(node)) elements.push(node);
  return elements;
}

export function nameOf(state, property) {
  return textOf(state, property.getChild("PropertyName"));
}

/** Returns the value of a string or a name, or its source text if quotes or escapes are incomplete. */
export function textOf(state, node) {
  const written = node ? state.sliceDoc(node.from, node.to) : "";
  try {
    return JSON.parse(written);
  } catch {
    return written.replaceAll('"', "");
  }
}

/** Returns the range to mark for an issue at a pointer, or the nearest range if there is nothing at the pointer. */
export function rangeOf(state, tree, { path, line, column }) {
  // The position of a syntax error; for the model as a whole, the first character.
  if (path === "" && line && (line > 1 || column > 1)) return characterAt(state, line, column);
  let node = valueIn(tree.topNode);
  let property = null;
  for (const step of path.split("/").slice(1).map(unescape)) {
    const found = node && childOf(state, node, step);
    if (!found) break;
    ({ property, node } = found);
  }
  if (node && node.name !== "Object" && node.name !== "Array") return { from: node.from, to: node.to };
  const name = property?.getChild("PropertyName");
  if (name) return { from: name.from, to: name.to };
  // An element of a list, or the whole model: its first line is enough.
  const from = node?.from ?? 0;
  return { from, to: Math.min(node?.to ?? state.doc.length, state.doc.lineAt(from).to) };
}

function childOf(state, node, step) {
  if (node.name === "Array") return { property: null, node: elementsOf(node)[Number(step)] ?? null };
  // Of one name that is used twice, the last: that is the one too many.
  const property = node
    .getChildren("Property")
    .filter((candidate) => nameOf(state, candidate) === step)
    .at(-1);
  return property && { property, node: valueIn(property) };
}

const unescape = (step) => step.replaceAll("~1", "/").replaceAll("~0", "~");

function characterAt(state, line, column) {
  const { from, to } = state.doc.line(Math.min(Math.max(line, 1), state.doc.lines));
  const at = Math.min(from + Math.max(column - 1, 0), to);
  return { from: at === to ? Math.max(from, at - 1) : at, to: Math.min(at + 1, to) };
}

/** The steps from the model down to a node: names, and `0` for any place in a list. */
export function stepsTo(state, node) {
  const steps = [];
  for (let at = node; at; at = at.parent) {
    if (at.name === "Property") steps.unshift(nameOf(state, at));
    else if (at.parent?.name === "Array") steps.unshift("0");
  }
  return steps;
}
