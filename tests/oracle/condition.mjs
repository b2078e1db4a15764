// MongoDB-style conditions with GrowthBook's meaning, except for the differences in the design.
//
// A scope has `lookup(name)`: the value of a name, or null if it is missing.

import { compareCodePoints, deepEqual, orderableNumber } from "./values.mjs";

export function evaluate(condition, scope) {
  if (condition === null || condition === undefined) return false;
  return Object.entries(condition).every(([key, operand]) => {
    switch (key) {
      case "$or":
        return anyHolds(operand, scope);
      case "$nor":
        return !anyHolds(operand, scope);
      case "$and":
        return allHold(operand, scope);
      case "$not":
        return !evaluate(operand, scope);
      default:
        return holdsFor(operand, scope.lookup(key));
    }
  });
}

// An empty list of alternatives holds, and so does an operand that is not a list: both have no length.
function anyHolds(alternatives, scope) {
  if (!alternatives?.length) return true;
  return Array.from(alternatives).some((alternative) => evaluate(alternative, scope));
}

function allHold(conditions, scope) {
  return Array.from({ length: conditions?.length ?? 0 }, (_, i) => conditions[i]).every((condition) =>
    evaluate(condition, scope),
  );
}

// Compares a value with the operand after a field name: operators, or a bare value to equal.
function holdsFor(expected, actual) {
  if (!isOperators(expected)) return deepEqual(actual, expected);
  return Object.entries(expected).every(([operator, operand]) => applies(operator, operand, actual));
}

function isOperators(value) {
  if (value === null || typeof value !== "object" || Array.isArray(value)) return false;
  const keys = Object.keys(value);
  return keys.length > 0 && keys.every((key) => key.startsWith("$"));
}

// Conditions on names stand within these.
function isCombined(condition) {
  return Object.keys(condition).every((key) => ["$and", "$or", "$nor"].includes(key));
}

function applies(operator, operand, actual) {
  switch (operator) {
    case "$eq":
      return deepEqual(actual, operand);
    case "$ne":
      return !deepEqual(actual, operand);
    case "$gt":
      return ordered(actual, operand, (difference) => difference > 0);
    case "$gte":
      return ordered(actual, operand, (difference) => difference >= 0);
    case "$lt":
      return ordered(actual, operand, (difference) => difference < 0);
    case "$lte":
      return ordered(actual, operand, (difference) => difference <= 0);
    case "$in":
      return Array.isArray(operand) && isIn(actual, operand);
    case "$nin":
      return Array.isArray(operand) && !isIn(actual, operand);
    case "$all":
      return (
        Array.isArray(actual) &&
        Array.isArray(operand) &&
        operand.every((expected) => actual.some((element) => holdsFor(expected, element)))
      );
    case "$exists":
      return operand ? actual !== null : actual === null;
    case "$size":
      return Array.isArray(actual) && holdsFor(operand, actual.length);
    case "$type":
      return typeName(actual) === operand;
    case "$elemMatch":
      return Array.isArray(actual) && actual.some((element) => elementMatches(operand, element));
    case "$not":
      return !holdsFor(operand, actual);
    case "$startsWith":
      return bothTexts(actual, operand) && actual.startsWith(operand);
    case "$endsWith":
      return bothTexts(actual, operand) && actual.endsWith(operand);
    case "$contains":
      return bothTexts(actual, operand) && actual.includes(operand);
    default:
      throw new Error(`unknown operator ${operator}`);
  }
}

// Two strings by code point, else two numbers; anything else is in no order.
function ordered(actual, operand, accepts) {
  if (bothTexts(actual, operand)) return accepts(compareCodePoints(actual, operand));
  const left = orderableNumber(actual);
  const right = orderableNumber(operand);
  return left !== null && right !== null && accepts(left - right);
}

// As in GrowthBook: elements are compared by identity, so objects and arrays are never in a list.
function isIn(actual, list) {
  return Array.isArray(actual) ? actual.some((element) => list.includes(element)) : list.includes(actual);
}

function elementMatches(expected, element) {
  return isOperators(expected) && !isCombined(expected)
    ? holdsFor(expected, element)
    : evaluate(expected, propsScope(element));
}

function bothTexts(a, b) {
  return typeof a === "string" && typeof b === "string";
}

function typeName(value) {
  if (value === null) return "null";
  return Array.isArray(value) ? "array" : typeof value;
}

// Returns the value at a dotted name, if the field exists. Only objects are entered.
export function findField(root, name) {
  let current = root;
  for (const part of name.split(".")) {
    const isObject = current !== null && typeof current === "object" && !Array.isArray(current);
    if (!isObject || !Object.hasOwn(current, part)) return { present: false, value: null };
    current = current[part];
  }
  return { present: true, value: current };
}

export function propsScope(props) {
  return { lookup: (name) => findField(props, name).value };
}

// An event's fields: `url.` names address the parts of its URL, all others its props.
export function eventScope(event) {
  return {
    lookup(name) {
      return name.startsWith("url.") ? event.url.part(name.slice(4)) : findField(event.props, name).value;
    },
  };
}

// The props that a condition names; names inside `$elemMatch` are the elements' own.
export function namedFields(condition) {
  const names = [];
  if (condition === null || typeof condition !== "object") return names;
  for (const [key, operand] of Object.entries(condition)) {
    if (key === "$not") names.push(...namedFields(operand));
    else if (!key.startsWith("$")) names.push(key);
    else if (Array.isArray(operand)) names.push(...operand.flatMap(namedFields));
  }
  return names;
}
