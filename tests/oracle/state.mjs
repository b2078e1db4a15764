// A lead's state under one model, and how an event joins it.
//
// hits:      per rule a map from key to newest second (event rules only)
// verdicts:  per rule { ms, holds } or null (trait rules only)
// trips:     per stage the millisecond of its newest trip or null
// confirmed: { ms, place } or null, `recycled`: ms or null
// ahead:     entries dated more than a day later than now, as functions that join them once their time has come
//
// The implementation bounds the number of such entries, far above the number in the random visits.

import { eventScope, evaluate, findField, propsScope } from "./condition.mjs";
import { LIFECYCLE } from "./model.mjs";
import { matchesPage } from "./pattern.mjs";
import { canonicalJson } from "./values.mjs";

const DAY = 86_400;

export function emptyState(model) {
  return {
    hits: model.rules.map(() => new Map()),
    verdicts: model.rules.map(() => null),
    trips: model.stages.map(() => null),
    confirmed: null,
    recycled: null,
    ahead: [],
  };
}

export const second = (ms) => Math.floor(ms / 1000);

// The state at second `now`: without entries that are more than a day ahead.
export function atSecond(model, state, now) {
  const next = copyOf(state);
  next.ahead = [];
  const isAhead = (t) => t > now + DAY;
  const putAside = (t, join) => next.ahead.push({ t, join });
  state.hits.forEach((hits, rule) => {
    for (const [key, t] of hits) {
      if (!isAhead(t)) continue;
      next.hits[rule] = new Map([...next.hits[rule]].filter(([own]) => own !== key));
      putAside(t, (later) => (later.hits[rule] = joinHit(model.rules[rule], later.hits[rule], key, t)));
    }
  });
  state.verdicts.forEach((verdict, rule) => {
    if (verdict === null || !isAhead(second(verdict.ms))) return;
    next.verdicts[rule] = null;
    putAside(second(verdict.ms), (later) => (later.verdicts[rule] = newerVerdict(later.verdicts[rule], verdict)));
  });
  state.trips.forEach((ms, stage) => {
    if (ms === null || !isAhead(second(ms))) return;
    next.trips[stage] = null;
    putAside(second(ms), (later) => joinTrip(later, stage, ms));
  });
  const { confirmed, recycled } = state;
  if (confirmed !== null && isAhead(second(confirmed.ms))) {
    next.confirmed = null;
    putAside(second(confirmed.ms), (later) => confirm(later, confirmed));
  }
  if (recycled !== null && isAhead(second(recycled))) {
    next.recycled = null;
    putAside(second(recycled), (later) => recycle(later, recycled));
  }
  for (const entry of state.ahead) {
    if (isAhead(entry.t)) next.ahead.push(entry);
    else entry.join(next);
  }
  return next;
}

function copyOf(state) {
  return { ...state, hits: [...state.hits], verdicts: [...state.verdicts], trips: [...state.trips] };
}

// Joins what an event at millisecond `ms` says; the state given stays as it is.
export function joinEvent(model, state, event, ms) {
  const next = copyOf(state);
  const t = second(ms);
  model.rules.forEach((rule, index) => {
    if (rule.kind === "event") {
      const key = hitKey(rule, event, t);
      if (key !== null) next.hits[index] = joinHit(rule, state.hits[index], key, t);
    } else if (rule.kind === "trait" && event.type === "identify") {
      next.verdicts[index] = joinVerdict(rule, state.verdicts[index], event, ms);
    }
  });
  if (event.type === "lifecycle") joinLifecycle(next, event.props.stage, ms);
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
    const value = distinctValue(rule.distinct, event);
    return value === null ? null : canonicalJson(value);
  }
  return rule.per === null ? t : Math.floor((t + rule.offset) / rule.per);
}

// A page is the same with and without a trailing slash.
function distinctValue(field, event) {
  const value = eventScope(event).lookup(field);
  return field === "url.path" && value !== null ? value.replace(/(.)\/$/, "$1") : value;
}

// Which of several hits of one second goes when the limit is passed depends on a hash that the design
// leaves open, but the times that remain do not.
function joinHit(rule, hits, key, t) {
  const joined = new Map(hits);
  joined.set(key, Math.max(t, hits.get(key) ?? 0));
  const newestFirst = [...joined].sort(([, a], [, b]) => b - a);
  return new Map(newestFirst.slice(0, rule.limit));
}

function joinVerdict(rule, verdict, event, ms) {
  if (!rule.fields.some((name) => findField(event.props, name).present)) return verdict;
  return newerVerdict(verdict, { ms, holds: evaluate(rule.trait, propsScope(event.props)) });
}

// Of two at one millisecond the one that holds.
function newerVerdict(one, other) {
  if (one === null || other.ms > one.ms) return other;
  return other.ms === one.ms ? { ms: one.ms, holds: one.holds || other.holds } : one;
}

function joinLifecycle(state, stage, ms) {
  if (stage === "recycled") recycle(state, ms);
  else confirm(state, { ms, place: LIFECYCLE.indexOf(stage) });
}

function recycle(state, ms) {
  state.recycled = Math.max(ms, state.recycled ?? 0);
}

function confirm(state, { ms, place }) {
  const { confirmed } = state;
  const wins = confirmed === null || ms > confirmed.ms || (ms === confirmed.ms && place > confirmed.place);
  if (wins) state.confirmed = { ms, place };
}

// The place in the life cycle that sales confirmed and did not take back, or null.
export function confirmedPlace({ confirmed, recycled }) {
  if (confirmed === null) return null;
  return recycled !== null && confirmed.ms <= recycled ? null : confirmed.place;
}

export function joinTrip(state, stage, ms) {
  state.trips[stage] = Math.max(ms, state.trips[stage] ?? 0);
}
