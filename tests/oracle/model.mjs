// A valid scoring model, prepared for matching and scoring. Points become whole milli-points,
// durations whole seconds, names indices.

import { namedFields } from "./condition.mjs";
import { parseDecay, parseDuration } from "./decay.mjs";
import { canonicalOperand, parsePattern } from "./pattern.mjs";

export const LIFECYCLE = ["subscriber", "lead", "mql", "sal", "sql", "opportunity", "customer", "evangelist"];

export function compileModel(model) {
  const declared = model.dimensions ?? {};
  const dimensions = Object.keys(declared).map((id) => ({
    id,
    min: milliOr(declared[id].min, -Infinity),
    max: milliOr(declared[id].max, Infinity),
  }));
  if (!Object.hasOwn(declared, "engagement")) {
    dimensions.unshift({ id: "engagement", min: -Infinity, max: Infinity });
  }
  const dimensionIndex = indexById(dimensions);
  const ruleIndex = indexById(model.rules);
  const stages = model.stages ?? [];
  return {
    name: model.name,
    version: model.version,
    scoreMin: milliOr(model.score?.min, 0),
    scoreMax: milliOr(model.score?.max, Infinity),
    dimensions,
    rules: model.rules.map((rule) => compileRule(rule, ruleIndex, dimensionIndex, offsetSeconds(model.utc_offset))),
    stages: stages.map((stage, index) => compileStage(stage, stageRank(stages, index), ruleIndex, dimensionIndex)),
    label:
      (model.label ?? null)?.map(({ dimension, cutoffs }) => ({
        dimension: dimensionIndex.get(dimension),
        cutoffs: Object.entries(cutoffs)
          .map(([name, value]) => ({ name, value: milli(value) }))
          .sort((a, b) => b.value - a.value),
      })) ?? null,
  };
}

// Returns the seconds of `±HH:MM`.
function offsetSeconds(text = "+00:00") {
  const [, sign, hours, minutes] = /^([+-])([0-9]{2}):([0-9]{2})$/.exec(text);
  return (sign === "-" ? -60 : 60) * (60 * Number(hours) + Number(minutes));
}

// Private operands do not change the meaning of a rule.
function compileRule(rule, ruleIndex, dimensionIndex, offset) {
  const compiled = {
    id: rule.id,
    points: milliOr(rule.points, 0),
    dimension: dimensionIndex.get(rule.dimension ?? "engagement"),
    disqualify: rule.disqualify ?? false,
  };
  if (rule.trait !== undefined) {
    return { ...compiled, kind: "trait", trait: rule.trait, fields: namedFields(rule.trait) };
  }
  if (rule.all !== undefined) {
    const members = rule.all.map((id) => ruleIndex.get(id));
    return { ...compiled, kind: "combination", members, within: secondsOr(rule.within, Infinity) };
  }
  return {
    ...compiled,
    kind: "event",
    types: listOf(rule.event),
    patterns: rule.path === undefined ? null : listOf(rule.path).map(parsePattern),
    where: rule.where === undefined ? null : withCanonicalPaths(rule.where),
    per: secondsOr(rule.per, null),
    offset,
    distinct: rule.distinct ?? null,
    limit: rule.limit ?? rule.at_least ?? 1,
    atLeast: rule.at_least ?? null,
    expires: secondsOr(rule.expires, Infinity),
    decay: parseDecay(rule.decay),
  };
}

function compileStage(stage, rank, ruleIndex, dimensionIndex) {
  return {
    id: stage.id,
    at: milli(stage.at),
    near: milliOr(stage.near, null),
    requires: (stage.requires ?? []).map((id) => ruleIndex.get(id)),
    auto: (stage.auto ?? []).map((id) => ruleIndex.get(id)),
    min: Object.entries(stage.min ?? {}).map(([id, value]) => ({
      dimension: dimensionIndex.get(id),
      value: milli(value),
    })),
    rearm: secondsOr(stage.rearm, null),
    signal: stage.signal ?? true,
    rank,
  };
}

// Lifecycle stages rank by their place in the life cycle, the model's own stages half a place beside.
function stageRank(stages, index) {
  const own = LIFECYCLE.indexOf(stages[index].id);
  if (own >= 0) return own;
  const ranks = stages.map(({ id }) => LIFECYCLE.indexOf(id));
  const next = ranks.find((rank, at) => at > index && rank >= 0);
  if (next !== undefined) return next - 0.5;
  const last = ranks.findLast((rank) => rank >= 0);
  return last !== undefined ? last + 0.5 : LIFECYCLE.indexOf("mql") - 0.5;
}

// Makes operands for `url.path` canonical, like the path itself. Elements in `$elemMatch` do not have a URL.
function withCanonicalPaths(condition) {
  if (condition === null || typeof condition !== "object") return condition;
  const entries = Object.entries(condition).map(([name, operand]) => {
    if (name === "url.path") return [name, canonicalOperands(operand)];
    if (name === "$not") return [name, withCanonicalPaths(operand)];
    const isCombined = ["$and", "$or", "$nor"].includes(name) && Array.isArray(operand);
    return [name, isCombined ? operand.map(withCanonicalPaths) : operand];
  });
  return Array.isArray(condition) ? condition : Object.fromEntries(entries);
}

const TEXT_OPERATORS = ["$eq", "$ne", "$in", "$nin", "$all", "$startsWith", "$endsWith", "$contains", "$not"];

function canonicalOperands(operand) {
  if (typeof operand === "string") return canonicalOperand(operand);
  if (Array.isArray(operand)) return operand.map((own) => (typeof own === "string" ? canonicalOperand(own) : own));
  if (operand === null || typeof operand !== "object") return operand;
  const names = Object.keys(operand);
  if (names.length === 0 || !names.every((name) => name.startsWith("$"))) return operand;
  const entries = Object.entries(operand);
  return Object.fromEntries(
    entries.map(([name, own]) => [name, TEXT_OPERATORS.includes(name) ? canonicalOperands(own) : own]),
  );
}

export function listOf(value) {
  return Array.isArray(value) ? value : [value];
}

function indexById(entries) {
  return new Map(entries.map(({ id }, index) => [id, index]));
}

function milli(points) {
  return Math.round(points * 1000);
}

function milliOr(points, otherwise) {
  return points === undefined ? otherwise : milli(points);
}

function secondsOr(duration, otherwise) {
  return duration === undefined ? otherwise : parseDuration(duration);
}
