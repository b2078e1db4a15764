// Straightforward JavaScript: rules grouped by event type, closures, a Map of visitors.
import { decayTable, glob } from "../workload.mjs";

const PATHS = {
  exact: (text) => (path) => path === text,
  prefix: (text) => (path) => path.startsWith(text),
  suffix: (text) => (path) => path.endsWith(text),
  contains: (text) => (path) => path.includes(text),
};
const OPERATORS = {
  "==": (field, value) => (visitor) => visitor[field] === value,
  ">=": (field, value) => (visitor) => visitor[field] >= value,
  in: (field, value) => {
    const set = new Set(value);
    return (visitor) => set.has(visitor[field]);
  },
};

function compiled(rule, at) {
  const { kind, text } = rule.path ? glob(rule.path) : {};
  return {
    at,
    points: rule.points * 1_000,
    max: rule.max,
    keep: !!rule.keep,
    path: kind ? PATHS[kind](text) : null,
    where: (rule.where ?? []).map(([field, operator, value]) => OPERATORS[operator](field, value)),
  };
}

export function create(model, onCross) {
  const table = decayTable(model.halfLifeDays);
  const { stages, sessionGapMs: gap } = model;
  const count = model.rules.length;
  const visitors = new Map();
  const lists = new Map();
  model.rules.forEach((rule, at) => {
    if (!lists.has(rule.on)) lists.set(rule.on, []);
    lists.get(rule.on).push(compiled(rule, at));
  });
  return {
    push(event) {
      let visitor = visitors.get(event.visitor);
      if (visitor === undefined) {
        visitor = {
          fired: new Uint8Array(count),
          behaviour: 0,
          fit: 0,
          day: 0,
          last: 0,
          announced: 0,
          demo: false,
          active_seconds: 0,
          page_views: 0,
          sessions: 0,
          value: 0,
          company_size: 0,
          role: "",
          industry: "",
        };
        visitors.set(event.visitor, visitor);
      }
      const { t, type, path } = event;
      const day = Math.floor(t / 86_400_000);
      if (day > visitor.day) {
        visitor.behaviour = Math.floor((visitor.behaviour * table[Math.min(day - visitor.day, 255)]) / 65_536);
        visitor.day = day;
      }
      if (t - visitor.last > gap) visitor.sessions++;
      visitor.last = t;
      visitor.value = event.value;
      if (type === "page_view") visitor.page_views++;
      else if (type === "tick") visitor.active_seconds += event.value;
      else if (type === "demo_request") visitor.demo = true;
      else if (type === "identify") {
        visitor.company_size = event.company_size;
        visitor.role = event.role;
        visitor.industry = event.industry;
      }
      const list = lists.get(type);
      if (list !== undefined) {
        next: for (let k = 0; k < list.length; k++) {
          const rule = list[k];
          if (visitor.fired[rule.at] >= rule.max || (rule.path !== null && !rule.path(path))) continue;
          for (let w = 0; w < rule.where.length; w++) if (!rule.where[w](visitor)) continue next;
          visitor.fired[rule.at]++;
          if (rule.keep) visitor.fit += rule.points;
          else visitor.behaviour += rule.points;
        }
      }
      const score = Math.floor((visitor.behaviour + visitor.fit) / 1_000);
      for (let at = 0; at < stages.length; at++) {
        const stage = stages[at];
        if (score >= stage.min && !(visitor.announced & (1 << at)) && (!stage.requires || visitor.demo)) {
          visitor.announced |= 1 << at;
          onCross(event.visitor, at, t, score);
        }
      }
      return score;
    },
  };
}
