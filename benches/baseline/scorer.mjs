// An optimized lead scorer, written by hand in JavaScript: rules by event type, state by visitor in small arrays, one
// score for each event. It implements the dimensions, stages and labels of benches/twenty.json.
import { DAY } from "./rules.mjs";

const DIMENSIONS = [
  { id: "engagement", min: -Infinity, max: 100_000 },
  { id: "intent", min: -Infinity, max: Infinity },
  { id: "fit", min: -50_000, max: 60_000 },
];
const STAGES = [
  { id: "engaged", at: 30_000, near: -1, fit: -Infinity, signal: false },
  { id: "mql", at: 100_000, near: 20_000, fit: -Infinity, auto: "demo-request", rearm: 90 * DAY, signal: true },
  { id: "sql", at: 140_000, near: 20_000, requires: "demo-request", fit: 20_000, signal: true },
];
const MAX = 300_000;

/** The state of one rule: times and keys of its hits, newest first; for a trait rule, its verdict. */
class Kept {
  constructor(rule) {
    this.rule = rule;
    this.times = [];
    this.keys = [];
    this.verdict = false;
    this.live = false;
  }

  /** Of one key the newest stays, of all keys the rule's newest. */
  add(t, key) {
    const { times, keys } = this;
    const same = keys.indexOf(key);
    if (same >= 0) {
      if (times[same] >= t) return;
      times.splice(same, 1);
      keys.splice(same, 1);
    }
    let at = 0;
    while (at < times.length && (times[at] > t || (times[at] === t && keys[at] > key))) at++;
    if (at >= this.rule.limit) return;
    if (at === 0) {
      times.unshift(t);
      keys.unshift(key);
    } else {
      times.splice(at, 0, t);
      keys.splice(at, 0, key);
    }
    if (times.length > this.rule.limit) {
      times.pop();
      keys.pop();
    }
  }
}

export const newVisitor = () => ({ kept: [], trips: [-1, -1, -1], newest: 0 });

function keptOf(visitor, rule) {
  const { kept } = visitor;
  for (let at = 0; at < kept.length; at++) if (kept[at].rule === rule) return kept[at];
  const fresh = new Kept(rule);
  kept.push(fresh);
  return fresh;
}

const round = (points) => (points < 0 ? -Math.round(-points) : Math.round(points));
const clamp = (points, { min, max }) => Math.min(Math.max(points, min), max);

/** The points of a rule that is live; undefined of one that is not. */
function pointsOf({ rule, times, verdict }, now) {
  if (rule.trait) return verdict ? rule.points : undefined;
  let count = times.length;
  if (rule.expires !== undefined) while (count > 0 && now - times[count - 1] >= rule.expires) count--;
  if (count === 0 || (rule.atLeast !== undefined && count < rule.atLeast)) return undefined;
  if (rule.atLeast !== undefined) count = 1;
  if (rule.decay === undefined) return count * rule.points;
  let points = 0;
  for (let hit = 0; hit < count; hit++) points += round(rule.decay(rule.points, Math.max(0, now - times[hit])));
  return points;
}

function liveSince({ kept }, rule) {
  for (let at = 0; at < kept.length; at++) if (kept[at].rule === rule) return kept[at].live ? kept[at].times[0] : NaN;
  return NaN;
}

/** Cuts path and query out of a URL; parsing it as a whole would take as long as all the rest. */
export function cut(event, url) {
  let start = 0;
  if (url[0] !== "/") {
    const host = url.indexOf("://");
    start = host < 0 ? -1 : url.indexOf("/", host + 3);
  }
  let end = url.indexOf("#");
  if (end < 0) end = url.length;
  const mark = url.indexOf("?");
  const asks = mark >= 0 && mark < end;
  event.query = asks ? url.slice(mark + 1, end) : "";
  event.path = start < 0 ? "/" : url.slice(start, asks ? mark : end);
}

export class Scorer {
  constructor(rules) {
    this.rules = rules;
    this.byType = new Map();
    this.traits = rules.filter((rule) => rule.trait);
    this.combinations = rules.filter((rule) => rule.all);
    this.sums = [0, 0, 0];
    this.met = [false, false, false];
    this.total = 0;
    this.demo = false;
    for (const rule of rules) {
      for (const type of rule.types ?? []) {
        if (!this.byType.has(type)) this.byType.set(type, []);
        this.byType.get(type).push(rule);
      }
    }
  }

  /** Match and join. */
  observe(visitor, event) {
    const rules = this.byType.get(event.type);
    if (rules !== undefined) {
      for (let at = 0; at < rules.length; at++) {
        const rule = rules[at];
        if (rule.match(event)) keptOf(visitor, rule).add(event.t, rule.key(event));
      }
    }
    if (event.type === "identify") {
      for (const rule of this.traits) {
        const verdict = rule.trait(event.props);
        if (verdict === undefined) continue;
        const kept = keptOf(visitor, rule);
        const before = kept.times.length > 0 ? kept.times[0] : -1;
        if (event.t > before || (event.t === before && verdict)) {
          kept.times[0] = event.t;
          kept.verdict = verdict;
        }
      }
    }
  }

  /** Points by dimension and in all, and which stages are met; the next call overwrites them. */
  score(visitor, now) {
    const { sums, met } = this;
    sums.fill(0);
    let demo = false;
    for (let at = 0; at < visitor.kept.length; at++) {
      const kept = visitor.kept[at];
      const points = pointsOf(kept, now);
      kept.live = points !== undefined;
      if (!kept.live) continue;
      sums[kept.rule.dimension] += points;
      if (kept.rule.id === "demo-request") demo = true;
    }
    for (const rule of this.combinations) {
      let [first, last] = [Infinity, -Infinity];
      for (let part = 0; part < rule.all.length; part++) {
        const t = liveSince(visitor, this.rules[rule.all[part]]);
        first = Math.min(first, t);
        last = Math.max(last, t);
      }
      if (last - first <= rule.within) sums[rule.dimension] += rule.points;
    }
    let total = 0;
    for (let at = 0; at < 3; at++) total += sums[at] = clamp(sums[at], DIMENSIONS[at]);
    this.total = total = Math.min(Math.max(total, 0), MAX);
    this.demo = demo;
    for (let at = 0; at < 3; at++) {
      const stage = STAGES[at];
      const reached = total >= stage.at && (!stage.requires || demo) && sums[2] >= stage.fit;
      met[at] = reached || (stage.auto !== undefined && demo);
    }
    return met;
  }

  /** Match, join, score, trip: returns the stages that trip and send signals. */
  ingest(visitor, event, now) {
    let before;
    for (let at = 0; at < 3; at++) {
      const { rearm } = STAGES[at];
      if (visitor.trips[at] >= 0 && rearm !== undefined && now - visitor.trips[at] >= rearm) {
        before = this.score(visitor, now).slice();
        break;
      }
    }
    this.observe(visitor, event);
    const met = this.score(visitor, now);
    const signals = [];
    for (let at = 0; at < 3; at++) {
      const tripped = visitor.trips[at];
      const { rearm, signal } = STAGES[at];
      const again = rearm !== undefined && now - tripped >= rearm && !before?.[at];
      if (!met[at] || (tripped >= 0 && !again)) continue;
      visitor.trips[at] = now;
      for (let lower = 0; lower < at; lower++) if (!met[lower] && visitor.trips[lower] < 0) visitor.trips[lower] = now;
      if (signal) signals.push({ stage: STAGES[at].id, time: now });
    }
    return signals;
  }

  snapshot(visitor, now) {
    const met = this.score(visitor, now);
    const { sums, total, demo } = this;
    const current = met.lastIndexOf(true);
    let next = null;
    if (current + 1 < STAGES.length) {
      const stage = STAGES[current + 1];
      const points = Math.max(0, stage.at - total);
      const missing = [];
      if (stage.requires && !demo) missing.push(stage.requires);
      if (sums[2] < stage.fit) missing.push("fit");
      next = { stage: stage.id, points: points / 1_000, near: points <= stage.near, missing };
    }
    const stage = current < 0 ? null : STAGES[current].id;
    const letter = sums[2] >= 30_000 ? "A" : sums[2] >= 10_000 ? "B" : sums[2] >= 0 ? "C" : "-";
    const digit = sums[0] >= 60_000 ? "1" : sums[0] >= 30_000 ? "2" : sums[0] >= 0 ? "3" : "-";
    return {
      score: total / 1_000,
      dimensions: { engagement: sums[0] / 1_000, intent: sums[1] / 1_000, fit: sums[2] / 1_000 },
      stage,
      next,
      segment: next?.near ? `near-${next.stage}` : (stage ?? "visitor"),
      label: letter + digit,
      lifecycle: null,
      disqualified: false,
    };
  }
}
