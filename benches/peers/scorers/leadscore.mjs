// The package. The counters that every host keeps are passed as props to the rules that use them.
import { glob } from "../workload.mjs";

/** Renames `near_…`: leadscore reserves `near-…` for visitors who are close to a stage. */
const stageId = (name) => name.replace("near_", "almost-");

function condition([, operator, value]) {
  return operator === "==" ? value : { [operator === "in" ? "$in" : "$gte"]: value };
}

/** Returns the workload's model as leadscore's JSON. */
export function translated(model, decay) {
  const rules = model.rules.map((own) => {
    const rule = { id: own.id.replaceAll("_", "-"), event: own.on, points: own.points, limit: own.max };
    const where = Object.fromEntries((own.where ?? []).map((part) => [part[0], condition(part)]));
    const { kind, text } = own.path ? glob(own.path) : {};
    if (kind === "exact") rule.path = text;
    else if (kind === "prefix") rule.path = `${text}*`;
    else if (kind) where["url.path"] = kind === "suffix" ? { $endsWith: text } : { $contains: text };
    if (Object.keys(where).length > 0) rule.where = where;
    if (decay && !own.keep) rule.decay = { half_life: `${model.halfLifeDays}d` };
    return rule;
  });
  const demo = rules.find((rule) => rule.event === "demo_request").id;
  const stages = model.stages.map((stage) => ({
    id: stageId(stage.name),
    at: stage.min,
    ...(stage.requires ? { requires: [demo] } : {}),
  }));
  return { name: "peers", score: { min: -1_000_000 }, rules, stages };
}

/** @param {any} leadscore the package, started; `compiled` is the model; `withSnapshot` reads the score after each event */
export function scorer(leadscore, model, onCross, { compiled, withSnapshot }) {
  const loaded = new leadscore.Model(compiled);
  const { sessionGapMs: gap } = model;
  const stages = new Map(model.stages.map((stage, at) => [stageId(stage.name), at]));
  const asked = new Map();
  for (const rule of model.rules) {
    asked.set(rule.on, new Set([...(asked.get(rule.on) ?? []), ...(rule.where ?? []).map(([field]) => field)]));
  }
  const fields = new Map([...asked].map(([type, names]) => [type, [...names]]));
  const visitors = new Map();
  const none = [];
  const begin = (id) => {
    const lead = new leadscore.Lead(loaded, { id, source: "https://site.example" });
    const facts = {
      value: 0,
      active_seconds: 0,
      page_views: 0,
      sessions: 0,
      company_size: 0,
      role: "",
      industry: "",
    };
    const visitor = { lead, last: 0, facts };
    visitors.set(id, visitor);
    return visitor;
  };
  return {
    push(event) {
      const visitor = visitors.get(event.visitor) ?? begin(event.visitor);
      const { facts, lead } = visitor;
      const { t, type } = event;
      if (t - visitor.last > gap) facts.sessions++;
      visitor.last = t;
      facts.value = event.value;
      if (type === "page_view") facts.page_views++;
      else if (type === "tick") facts.active_seconds += event.value;
      else if (type === "identify") {
        facts.company_size = event.company_size;
        facts.role = event.role;
        facts.industry = event.industry;
      }
      const names = fields.get(type) ?? none;
      let props;
      if (names.length > 0) {
        props = {};
        for (const name of names) props[name] = facts[name];
      }
      const signals = lead.ingest({ type, at: t, url: event.path, props }, t);
      for (const { data } of signals) onCross(event.visitor, stages.get(data.stage), t, data.snapshot.score);
      return withSnapshot ? lead.snapshot(t).score : 0;
    },
  };
}
