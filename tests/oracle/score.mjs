// score(model, state, now): the live rules and their points, and the snapshot.

import { decayedPoints } from "./decay.mjs";
import { LIFECYCLE } from "./model.mjs";
import { confirmedPlace, second } from "./state.mjs";

// Per rule { live, points, hits, last }: what it contributes, how many live hits it has, its newest time.
export function ruleStandings(model, state, now) {
  const standings = model.rules.map((rule, index) => {
    if (rule.kind === "event") return eventStanding(rule, state.hits[index], now);
    if (rule.kind === "trait") return traitStanding(rule, state.verdicts[index]);
    return null;
  });
  model.rules.forEach((rule, index) => {
    if (rule.kind === "combination") standings[index] = combinationStanding(rule, standings);
  });
  return standings;
}

const NOT_LIVE = { live: false, points: 0, hits: 0, last: null };

function eventStanding(rule, hits, now) {
  const times = [...hits.values()].filter((t) => now - t < rule.expires).sort((a, b) => b - a);
  if (times.length < (rule.atLeast ?? 1)) return NOT_LIVE;
  const pointsOf = (t) => decayedPoints(rule.points, rule.decay, Math.max(0, now - t));
  const counted = rule.atLeast === null ? times : times.slice(0, 1);
  const points = counted.reduce((sum, t) => sum + pointsOf(t), 0);
  return { live: true, points, hits: times.length, last: times[0] };
}

function traitStanding(rule, verdict) {
  if (verdict === null || !verdict.holds) return NOT_LIVE;
  return { live: true, points: rule.points, hits: 1, last: second(verdict.ms) };
}

function combinationStanding(rule, standings) {
  const members = rule.members.map((index) => standings[index]);
  if (!members.every(({ live }) => live)) return NOT_LIVE;
  const times = members.map(({ last }) => last);
  const newest = Math.max(...times);
  if (newest - Math.min(...times) > rule.within) return NOT_LIVE;
  return { live: true, points: rule.points, hits: members.length, last: newest };
}

// The whole standing of a lead at one moment, in milli-points and indices.
export function assess(model, state, now) {
  const rules = ruleStandings(model, state, now);
  const sums = model.dimensions.map(() => 0);
  model.rules.forEach((rule, index) => (sums[rule.dimension] += rules[index].points));
  const dimensions = sums.map((sum, index) => clamp(sum, model.dimensions[index]));
  const total = dimensions.reduce((sum, value) => sum + value, 0);
  const score = clamp(total, { min: model.scoreMin, max: model.scoreMax });
  const disqualified = model.rules.some((rule, index) => rule.disqualify && rules[index].live);
  const met = model.stages.map((stage) => !disqualified && isMet(stage, score, dimensions, rules));
  return { rules, dimensions, score, disqualified, met };
}

// The maximum wins where both bounds cannot hold; a valid model has no such bounds.
function clamp(value, { min, max }) {
  return Math.min(Math.max(value, min), max);
}

function isMet(stage, score, dimensions, rules) {
  if (stage.auto.some((rule) => rules[rule].live)) return true;
  return (
    score >= stage.at &&
    stage.requires.every((rule) => rules[rule].live) &&
    stage.min.every(({ dimension, value }) => dimensions[dimension] >= value)
  );
}

export function snapshot(model, state, now) {
  const assessment = assess(model, state, now);
  const { dimensions, score, disqualified, met } = assessment;
  const current = met.lastIndexOf(true);
  const confirmed = confirmedPlace(state);
  const next = disqualified ? null : nextStage(model, current + 1, assessment);
  return {
    score: score / 1000,
    dimensions: Object.fromEntries(model.dimensions.map(({ id }, index) => [id, dimensions[index] / 1000])),
    stage: current < 0 ? null : model.stages[current].id,
    next,
    segment: segment(model, { disqualified, confirmed, current, next }),
    label: label(model, dimensions),
    lifecycle: confirmed === null ? null : LIFECYCLE[confirmed],
    disqualified,
  };
}

function nextStage(model, index, { rules, dimensions, score }) {
  if (index >= model.stages.length) return null;
  const stage = model.stages[index];
  const missed = Math.max(0, stage.at - score);
  // Both lists follow the model, whatever order the stage names them in.
  const rulesMissing = model.rules.filter((_, rule) => stage.requires.includes(rule) && !rules[rule].live);
  const dimensionsMissing = model.dimensions.filter((_, dimension) =>
    stage.min.some((bound) => bound.dimension === dimension && dimensions[dimension] < bound.value),
  );
  return {
    stage: stage.id,
    points: missed / 1000,
    near: stage.near !== null && missed <= stage.near,
    missing: [...rulesMissing, ...dimensionsMissing].map(({ id }) => id),
  };
}

function segment(model, { disqualified, confirmed, current, next }) {
  if (disqualified) return "disqualified";
  if (confirmed !== null && (current < 0 || confirmed > model.stages[current].rank)) return LIFECYCLE[confirmed];
  if (next?.near) return `near-${next.stage}`;
  return current < 0 ? "visitor" : model.stages[current].id;
}

function label(model, dimensions) {
  if (model.label === null) return null;
  return model.label
    .map(({ dimension, cutoffs }) => cutoffs.find(({ value }) => dimensions[dimension] >= value)?.name ?? "-")
    .join("");
}
