// Makes a failing case smaller while it keeps failing: fewer events, then fewer rules, stages and options.

const MAX_ATTEMPTS = 600;

// `fails(case)` returns true if a case `{ model, events, at }` still fails.
export function shrink(failing, fails) {
  let attempts = 0;
  const stillFails = (candidate) => attempts++ < MAX_ATTEMPTS && fails(candidate);
  let smallest = failing;
  for (let size = Infinity; size > sizeOf(smallest);) {
    size = sizeOf(smallest);
    smallest = shrinkEvents(smallest, stillFails);
    smallest = shrinkModel(smallest, stillFails);
    smallest = shrinkEventFields(smallest, stillFails);
  }
  return smallest;
}

function sizeOf({ model, events }) {
  return model.length + events.length;
}

// Drops runs of lines, long ones first.
function shrinkEvents(failing, stillFails) {
  let lines = failing.events.split("\n");
  for (let run = Math.ceil(lines.length / 2); run >= 1; run = Math.floor(run / 2)) {
    for (let start = 0; start < lines.length;) {
      const fewer = [...lines.slice(0, start), ...lines.slice(start + run)];
      if (stillFails({ ...failing, events: fewer.join("\n") })) lines = fewer;
      else start += run;
    }
  }
  return { ...failing, events: lines.join("\n") };
}

function shrinkEventFields(failing, stillFails) {
  let current = failing;
  const count = failing.events.split("\n").length;
  for (let index = 0; index < count; index++) {
    for (let again = true; again;) {
      again = false;
      const lines = current.events.split("\n");
      for (const smaller of smallerEvents(lines[index])) {
        const candidate = { ...current, events: lines.with(index, smaller).join("\n") };
        if (!stillFails(candidate)) continue;
        current = candidate;
        again = true;
        break;
      }
    }
  }
  return current;
}

function smallerEvents(line) {
  let event;
  try {
    event = JSON.parse(line);
  } catch {
    return [];
  }
  if (event === null || typeof event !== "object") return [];
  const optional = ["url", "props", "extra"].filter((key) => key in event);
  const smaller = optional.map((key) => JSON.stringify(without(event, key)));
  for (const key of Object.keys(event.props ?? {})) {
    smaller.push(JSON.stringify({ ...event, props: without(event.props, key) }));
  }
  return smaller;
}

function shrinkModel(failing, stillFails) {
  let current = failing;
  for (let again = true; again;) {
    again = false;
    for (const smaller of smallerModels(JSON.parse(current.model))) {
      const candidate = { ...current, model: JSON.stringify(smaller) };
      if (!stillFails(candidate)) continue;
      current = candidate;
      again = true;
      break;
    }
  }
  return current;
}

// Every model that is one step smaller and still valid: what refers to a dropped thing goes too.
function* smallerModels(model) {
  for (const key of ["label", "score", "stages", "$schema", "description"]) {
    if (key in model) yield without(model, key);
  }
  for (const { id } of model.rules) if (model.rules.length > 1) yield withoutRule(model, id);
  for (const index of (model.stages ?? []).keys()) yield { ...model, stages: model.stages.toSpliced(index, 1) };
  for (const index of (model.label ?? []).keys()) {
    if (model.label.length > 1) yield { ...model, label: model.label.toSpliced(index, 1) };
  }
  for (const id of Object.keys(model.dimensions ?? {})) {
    if (!isUsed(model, id)) yield { ...model, dimensions: without(model.dimensions, id) };
    for (const bound of Object.keys(model.dimensions[id])) {
      yield { ...model, dimensions: { ...model.dimensions, [id]: without(model.dimensions[id], bound) } };
    }
  }
  for (const key of ["rules", "stages"]) {
    for (const [index, entry] of (model[key] ?? []).entries()) {
      for (const smaller of smallerEntries(entry)) yield { ...model, [key]: model[key].with(index, smaller) };
    }
  }
}

function* smallerEntries(entry) {
  const needed = ["id", "event", "trait", "all", "at"];
  // Only a stage with `auto` may be beyond the maximum score.
  for (const key of Object.keys(entry)) if (!needed.includes(key) && key !== "auto") yield without(entry, key);
  for (const key of ["event", "path"]) {
    if (Array.isArray(entry[key]) && entry[key].length > 1) {
      for (const one of entry[key]) yield { ...entry, [key]: one };
    }
  }
  for (const key of ["where", "trait"]) {
    for (const smaller of smallerConditions(entry[key])) yield { ...entry, [key]: smaller };
  }
}

// Drops one field of a condition that keeps another. Never empties it.
function* smallerConditions(condition) {
  if (condition === undefined) return;
  const names = Object.keys(condition).filter((key) => !key.startsWith("$"));
  for (const key of Object.keys(condition)) {
    if (names.length > (names.includes(key) ? 1 : 0)) yield without(condition, key);
    const operand = condition[key];
    if (Array.isArray(operand)) {
      for (const index of operand.keys())
        if (key.startsWith("$")) yield { ...condition, [key]: operand.toSpliced(index, 1) };
    } else if (operand !== null && typeof operand === "object" && Object.keys(operand).length > 1) {
      for (const inner of Object.keys(operand)) yield { ...condition, [key]: without(operand, inner) };
    }
  }
}

function withoutRule(model, id) {
  const droppedIds = new Set([id]);
  for (const rule of model.rules) if (rule.all?.includes(id) && rule.all.length <= 2) droppedIds.add(rule.id);
  const kept = (ids) => ids.filter((other) => !droppedIds.has(other));
  const rules = model.rules
    .filter((rule) => !droppedIds.has(rule.id))
    .map((rule) => (rule.all ? { ...rule, all: kept(rule.all) } : rule));
  if (!model.stages) return { ...model, rules };
  const stages = model.stages.flatMap((stage) => {
    if (stage.auto && kept(stage.auto).length === 0 && stage.at > (model.score?.max ?? Infinity)) return [];
    const lists = { auto: kept(stage.auto ?? []), requires: kept(stage.requires ?? []) };
    const filled = Object.entries(lists).filter(([, ids]) => ids.length > 0);
    return [{ ...without(without(stage, "auto"), "requires"), ...Object.fromEntries(filled) }];
  });
  return { ...model, rules, stages };
}

function isUsed(model, dimension) {
  return (
    model.rules.some((rule) => rule.dimension === dimension) ||
    (model.stages ?? []).some((stage) => dimension in (stage.min ?? {})) ||
    (model.label ?? []).some((entry) => entry.dimension === dimension)
  );
}

function without(object, key) {
  const { [key]: _, ...rest } = object;
  return rest;
}
