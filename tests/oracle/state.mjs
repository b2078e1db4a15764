// A lead's state under one model, and how an event joins it.
//
// hits:      per rule a map from key to newest time (event rules only)
// verdicts:  per rule { t, holds } or null (trait rules only)
// trips:     per stage its newest trip or null
// confirmed: { t, stage } or null, `recycled`: t or null

import { eventScope, evaluate, findField, propsScope } from "./condition.mjs";
import { LIFECYCLE } from "./model.mjs";
import { matchesPage } from "./pattern.mjs";
import { canonicalJson } from "./values.mjs";

export function emptyState(model) {
  return {
    hits: model.rules.map(() => new Map()),
    verdicts: model.rules.map(() => null),
    trips: model.stages.map(() => null),
    confirmed: null,
    recycled: null,
  };
}

// Joins what an event at second `t` says; the state given stays as it is.
export function joinEvent(model, state, event, t) {
  const next = { ...state, hits: [...state.hits], verdicts: [...state.verdicts] };
  model.rules.forEach((rule, index) => {
    if (rule.kind === "event") {
      const key = hitKey(rule, event, t);
      if (key !== null) next.hits[index] = joinHit(rule, state.hits[index], key, t);
    } else if (rule.kind === "trait" && event.type === "identify") {
      next.verdicts[index] = joinVerdict(rule, state.verdicts[index], event, t);
    }
  });
  if (event.type === "lifecycle") joinLifecycle(next, event.props.stage, t);
  return next;
}

// The key of the hit that an event makes on a rule, or null where it makes none.
export function hitKey(rule, event, t) {
  if (!rule.types.includes(event.type)) return null;
  if (rule.patterns !== null) {
    const path = event.url.path;
    if (path === null || !rule.patterns.some((pattern) => matchesPage(pattern, path))) return null;
  }
  if (rule.where !== null && !evaluate(rule.where, eventScope(event))) return null;
  if (rule.distinct !== null) {
    const value = eventScope(event).lookup(rule.distinct);
    return value === null ? null : canonicalJson(value);
  }
  return rule.per === null ? t : Math.floor(t / rule.per);
}

// Which of several hits of one second goes when the limit is passed depends on a hash that the design
// leaves open, but the times that remain do not.
function joinHit(rule, hits, key, t) {
  const joined = new Map(hits);
  joined.set(key, Math.max(t, hits.get(key) ?? 0));
  const newestFirst = [...joined].sort(([, a], [, b]) => b - a);
  return new Map(newestFirst.slice(0, rule.limit));
}

function joinVerdict(rule, verdict, event, t) {
  if (!rule.fields.some((name) => findField(event.props, name).present)) return verdict;
  const holds = evaluate(rule.trait, propsScope(event.props));
  if (verdict === null || t > verdict.t) return { t, holds };
  return t === verdict.t ? { t, holds: holds || verdict.holds } : verdict;
}

function joinLifecycle(state, stage, t) {
  if (stage === "recycled") {
    state.recycled = Math.max(t, state.recycled ?? 0);
    return;
  }
  const place = LIFECYCLE.indexOf(stage);
  const { confirmed } = state;
  const wins = confirmed === null || t > confirmed.t || (t === confirmed.t && place > confirmed.place);
  if (wins) state.confirmed = { t, place };
}

// The place in the life cycle that sales confirmed and did not take back, or null.
export function confirmedPlace({ confirmed, recycled }) {
  if (confirmed === null) return null;
  return recycled !== null && confirmed.t <= recycled ? null : confirmed.place;
}

export function joinTrip(state, stage, t) {
  state.trips[stage] = Math.max(t, state.trips[stage] ?? 0);
}
