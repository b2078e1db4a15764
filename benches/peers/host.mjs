// The code that a site has to write around an engine that only reports which rules match: counters, limits, decay,
// stages.
import { decayTable } from "./workload.mjs";

class Visitor {
  constructor(rules) {
    this.fired = new Uint8Array(rules);
    // Milli-points: `behaviour` decays, `fit` does not.
    this.behaviour = 0;
    this.fit = 0;
    this.day = 0;
    this.last = 0;
    this.announced = 0;
    this.demo = false;
    this.facts = {
      type: "",
      path: "",
      value: 0,
      active_seconds: 0,
      page_views: 0,
      sessions: 0,
      company_size: 0,
      role: "",
      industry: "",
    };
  }
}

/** A scorer that calls a predicate for each rule; with `byType`, only for rules of the event's type. */
export function predicateScorer(model, onCross, compile, byType) {
  const table = decayTable(model.halfLifeDays);
  const visitors = new Map();
  const all = model.rules.map((rule, at) => ({ rule, at, holds: compile(rule) }));
  const lists = Map.groupBy?.(all, ({ rule }) => rule.on) ?? grouped(all);
  const none = [];
  const begin = (event) => {
    let visitor = visitors.get(event.visitor);
    if (!visitor) visitors.set(event.visitor, (visitor = new Visitor(all.length)));
    const { facts } = visitor;
    const day = Math.floor(event.t / 86_400_000);
    if (day > visitor.day) {
      visitor.behaviour = Math.floor((visitor.behaviour * table[Math.min(day - visitor.day, 255)]) / 65_536);
      visitor.day = day;
    }
    if (event.t - visitor.last > model.sessionGapMs) facts.sessions++;
    visitor.last = event.t;
    facts.type = event.type;
    facts.path = event.path;
    facts.value = event.value;
    if (event.type === "page_view") facts.page_views++;
    else if (event.type === "tick") facts.active_seconds += event.value;
    else if (event.type === "demo_request") visitor.demo = true;
    else if (event.type === "identify") {
      facts.company_size = event.company_size;
      facts.role = event.role;
      facts.industry = event.industry;
    }
    return visitor;
  };
  const end = (visitor, event) => {
    const score = Math.floor((visitor.behaviour + visitor.fit) / 1_000);
    model.stages.forEach((stage, at) => {
      if (score >= stage.min && !(visitor.announced & (1 << at)) && (!stage.requires || visitor.demo)) {
        visitor.announced |= 1 << at;
        onCross(event.visitor, at, event.t, score);
      }
    });
    return score;
  };
  return {
    push(event) {
      const visitor = begin(event);
      for (const { rule, at, holds } of byType ? (lists.get(event.type) ?? none) : all) {
        if (!holds(visitor.facts) || visitor.fired[at] >= rule.max) continue;
        visitor.fired[at]++;
        if (rule.keep) visitor.fit += rule.points * 1_000;
        else visitor.behaviour += rule.points * 1_000;
      }
      return end(visitor, event);
    },
  };
}

function grouped(rules) {
  const lists = new Map();
  for (const entry of rules) lists.set(entry.rule.on, [...(lists.get(entry.rule.on) ?? []), entry]);
  return lists;
}
