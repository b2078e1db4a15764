// Random valid models. Rules come first; stages and labels are added afterwards, at scores that the visits reach, so
// that thresholds are met exactly or missed by a thousandth.

import { generateCondition } from "./generate-condition.mjs";
import { generatePattern } from "./generate-path.mjs";
import { LIFECYCLE } from "./model.mjs";
import { DURATIONS, FIELD_NAMES, SITE_TYPES, URL_FIELDS } from "./pools.mjs";

const CUSTOM_DIMENSIONS = ["intent", "fit", "reach_2", "a-b"];
const CUSTOM_STAGES = ["engaged", "hot", "s-3", "warm_up", "0"];
const CUTOFF_NAMES = ["A", "B", "C", "1", "2", "3", "hot", "é"];

export function generateRules(random, quirks) {
  const model = { name: random.pick(["acme-web", "Acme é", "m"]), version: random.int(1, 9) };
  if (random.chance(0.1)) model.$schema = "./schema.json";
  if (random.chance(0.1)) model.description = "a generated model";
  if (random.chance(0.3)) model.utc_offset = random.pick(["-12:00", "-08:00", "+05:30", "+14:00", "+00:00"]);
  const dimensions = random.sample(
    CUSTOM_DIMENSIONS,
    random.weighted([
      [2, 0],
      [3, 1],
      [3, 2],
      [1, 3],
    ]),
  );
  if (random.chance(0.4)) dimensions.splice(random.int(0, dimensions.length), 0, "engagement");
  if (dimensions.length > 0) model.dimensions = Object.fromEntries(dimensions.map((id) => [id, {}]));
  const usable = [...new Set(["engagement", ...dimensions])];

  const rules = [];
  for (let i = random.int(1, 6); i > 0; i--) rules.push(eventRule(random, quirks, `e${i}`));
  for (
    let i = random.weighted([
      [4, 0],
      [3, 1],
      [2, 2],
      [1, 3],
    ]);
    i > 0;
    i--
  )
    rules.push(traitRule(random, quirks, `t${i}`));
  const basics = rules.map(({ id }) => id);
  const combinations =
    basics.length > 1
      ? random.weighted([
          [5, 0],
          [4, 1],
          [2, 2],
        ])
      : 0;
  for (let i = combinations; i > 0; i--) rules.push(combinationRule(random, basics, `all_${i}`));
  model.rules = random.sample(rules, rules.length);
  for (const rule of model.rules) commonOptions(random, rule, usable);
  return model;
}

function commonOptions(random, rule, dimensions) {
  if (random.chance(0.95)) rule.points = generatePoints(random);
  if (dimensions.length > 1 && random.chance(0.6)) rule.dimension = random.pick(dimensions);
  if (random.chance(0.05)) rule.disqualify = random.chance(0.85);
  if (random.chance(0.03)) rule.description = "a generated rule";
  if (random.chance(0.03)) rule.locked = random.chance(0.85);
  if (random.chance(0.03)) rule.title = random.pick(["A rule", { en: "A rule", "pt-BR": "Uma regra" }]);
}

function generatePoints(random) {
  return random.weighted([
    [5, random.pick([5, 10, 15, 20, 30, 50])],
    [2, random.int(-20, 100)],
    [2, random.int(-10000, 100000) / 1000],
    [1, random.pick([0.001, 0.003, 0.005, 12.345, 33.333, 7.125, -0.001, -12.345])],
    [1, random.pick([0, 10000, -10000, 9999.999])],
  ]);
}

function eventRule(random, quirks, id) {
  const rule = { id, event: eventTypes(random) };
  if (random.chance(0.6)) {
    const patterns = [
      ...new Set(
        random.times(
          random.weighted([
            [5, 1],
            [2, 2],
          ]),
          () => generatePattern(random, quirks),
        ),
      ),
    ];
    rule.path = patterns.length > 1 || random.chance(0.1) ? patterns : patterns[0];
  }
  if (random.chance(0.4)) rule.where = generateCondition(random, "event", quirks);
  const key = random.weighted([
    [5, "none"],
    [3, "per"],
    [3, "distinct"],
  ]);
  if (key === "per") rule.per = random.pick(DURATIONS);
  if (key === "distinct") rule.distinct = distinctField(random, quirks);
  const count = random.weighted([
    [3, "none"],
    [5, "limit"],
    [2, "at_least"],
  ]);
  if (count !== "none")
    rule[count] = random.weighted([
      [1, 1],
      [6, random.int(2, 4)],
      [1, random.int(5, 100)],
    ]);
  if (random.chance(0.35)) rule.expires = random.pick(DURATIONS);
  if (random.chance(0.5)) rule.decay = generateDecay(random);
  return rule;
}

function eventTypes(random) {
  const type = () =>
    random.weighted([
      [8, "page_view"],
      [5, random.pick(SITE_TYPES)],
      [1, "identify"],
      [1, "lifecycle"],
    ]);
  if (random.chance(0.75)) return type();
  return [...new Set(random.times(random.int(1, 3), type))];
}

function distinctField(random, quirks) {
  const urlFields = Object.keys(URL_FIELDS).filter((name) => name !== "url.hash" || quirks.has("no-hash"));
  return random.weighted([
    [4, "url.path"],
    [3, random.pick(FIELD_NAMES)],
    [2, random.pick(urlFields)],
  ]);
}

function generateDecay(random) {
  switch (random.pick(["half_life", "half_life", "linear", "step"])) {
    case "half_life":
      return { half_life: random.pick(DURATIONS) };
    case "linear":
      return { linear: random.pick(DURATIONS) };
    default:
      return { step: random.pick([1, 10, 25, 33, 50, 100, random.int(1, 100)]), every: random.pick(DURATIONS) };
  }
}

function traitRule(random, quirks, id) {
  return { id, trait: generateCondition(random, "trait", quirks) };
}

function combinationRule(random, basics, id) {
  const rule = {
    id,
    all: random.sample(
      basics,
      random.weighted([
        [4, 2],
        [1, 3],
      ]),
    ),
  };
  if (random.chance(0.6)) rule.within = random.pick(DURATIONS);
  return rule;
}

// `rearms` are the durations to choose from; `observed` is `{ scores, dimensions }`: values that the visits reach under
// the rules alone.
export function placeThresholds(random, quirks, model, observed, rearms) {
  placeBounds(random, model, observed);
  const count = random.weighted([
    [1, 0],
    [2, 1],
    [4, 2],
    [4, 3],
    [2, 4],
    [1, 6],
  ]);
  if (count > 0 || random.chance(0.5)) model.stages = generateStages(random, quirks, model, observed, rearms, count);
  if (random.chance(0.5)) model.label = generateLabel(random, model, observed);
}

// A value next to one that was observed: the very one, or a thousandth beside it, or somewhere near.
function beside(random, values) {
  const value = random.pick(values);
  return thousandths(
    value +
      random.weighted([
        [5, 0],
        [2, 0.001],
        [2, -0.001],
        [2, random.int(-20, 20)],
      ]),
  );
}

function positiveOf(random, values) {
  const positive = values.filter((value) => value > 0);
  return positive.length > 0 ? positive : [random.int(1, 60)];
}

function thousandths(value) {
  return Math.round(value * 1000) / 1000 + 0;
}

function placeBounds(random, model, observed) {
  for (const [id, bounds] of Object.entries(model.dimensions ?? {})) {
    const values = observed.dimensions[id];
    if (random.chance(0.35)) bounds.max = Math.max(1, beside(random, positiveOf(random, values)));
    if (random.chance(0.35))
      bounds.min = random.chance(0.9) ? Math.min(0, beside(random, values)) : Math.min(1, bounds.max ?? 1);
  }
  if (random.chance(0.3)) return;
  model.score = {};
  if (random.chance(0.4)) model.score.min = random.pick([0, -50, -10000, -0.5]);
  if (random.chance(0.6)) model.score.max = Math.max(1, beside(random, positiveOf(random, observed.scores)));
}

function generateStages(random, quirks, model, observed, rearms, count) {
  const ids = stageIds(random, count);
  const lowest = quirks.has("zero-threshold") && random.chance(0.2) ? 0 : 0.001;
  const positive = positiveOf(random, observed.scores);
  const ats = random.times(count, () => Math.max(lowest, beside(random, positive))).sort((a, b) => a - b);
  if (count > 1 && random.chance(0.15)) ats[1] = ats[0];
  const max = model.score?.max ?? Infinity;
  const ruleIds = model.rules.map(({ id }) => id);
  return ats
    .map((at, index) => {
      const stage = { id: ids[index], at };
      if (random.chance(0.15))
        stage.auto = random.sample(
          ruleIds,
          random.weighted([
            [4, 1],
            [1, 2],
          ]),
        );
      // Only a stage with `auto` may be beyond the maximum score.
      if (at > max && !stage.auto) stage.at = max;
      if (random.chance(0.2))
        stage.requires = random.sample(
          ruleIds,
          random.weighted([
            [3, 1],
            [2, 2],
          ]),
        );
      if (random.chance(0.2)) stage.min = stageMinimums(random, model, observed);
      if (random.chance(0.6)) addNear(random, stage);
      if (random.chance(0.5)) stage.rearm = random.pick(rearms);
      if (random.chance(0.15)) stage.signal = random.chance(0.2);
      if (random.chance(0.05)) stage.description = "a generated stage";
      return stage;
    })
    .sort((a, b) => a.at - b.at)
    .map((stage, index) => ({ ...stage, id: ids[index] }));
}

// Lifecycle names in their order, the model's own names in between.
function stageIds(random, count) {
  const lifecycle = random.sample(LIFECYCLE, random.int(0, Math.min(count, 4)));
  lifecycle.sort((a, b) => LIFECYCLE.indexOf(a) - LIFECYCLE.indexOf(b));
  const ids = [...lifecycle];
  for (const own of random.sample(CUSTOM_STAGES, count - ids.length)) ids.splice(random.int(0, ids.length), 0, own);
  while (ids.length < count) ids.push(`x${ids.length}`);
  return ids;
}

function stageMinimums(random, model, observed) {
  const ids = Object.keys(observed.dimensions);
  return Object.fromEntries(
    random
      .sample(
        ids,
        random.weighted([
          [3, 1],
          [1, 2],
        ]),
      )
      .map((id) => [id, reachable(random, model, observed, id)]),
  );
}

function reachable(random, model, observed, id) {
  return Math.min(beside(random, observed.dimensions[id]), model.dimensions?.[id]?.max ?? Infinity);
}

function addNear(random, stage) {
  const near = thousandths(
    random.chance(0.5) ? stage.at * random.next() : random.pick([0.001, 1, 5, 20, stage.at - 0.001]),
  );
  if (near > 0 && near < stage.at) stage.near = near;
}

function generateLabel(random, model, observed) {
  const ids = random.sample(
    Object.keys(observed.dimensions),
    random.weighted([
      [3, 1],
      [2, 2],
    ]),
  );
  return ids.map((dimension) => {
    const count = random.int(1, 4);
    const values = [...new Set(random.times(count, () => reachable(random, model, observed, dimension)))];
    const names = random.sample(CUTOFF_NAMES, values.length);
    return { dimension, cutoffs: Object.fromEntries(values.map((value, index) => [names[index], value])) };
  });
}
