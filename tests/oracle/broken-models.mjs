// Ways to break a valid model, each an error by the design: the command must exit with 2.

const SPARE_RULE = { id: "spare", event: "spare", points: 1 };

// Each way takes a model it may change, with at least one rule and one stage.
const WAYS = {
  "unknown field on the model": (model) => (model.extra = 1),
  "unknown field on a rule": (model) => (model.rules[0].extra = 1),
  "unknown field on a stage": (model) => (model.stages[0].extra = 1),
  "duplicate rule id": (model) => model.rules.push({ ...model.rules[0] }),
  "one id for a rule and a dimension": (model) => model.rules.push({ ...SPARE_RULE, id: "engagement" }),
  "unknown dimension": (model) => (model.rules[0].dimension = "nowhere"),
  "unknown rule in all": (model) => model.rules.push({ id: "spare", all: [model.rules[0].id, "nowhere"] }),
  "unknown rule in auto": (model) => (model.stages[0].auto = ["nowhere"]),
  "unknown rule in requires": (model) => (model.stages[0].requires = ["nowhere"]),
  "rule twice in requires": (model) => (model.stages[0].requires = [model.rules[0].id, model.rules[0].id]),
  "unknown dimension in min": (model) => (model.stages[0].min = { nowhere: 1 }),
  "unknown dimension in label": (model) => (model.label = [{ dimension: "nowhere", cutoffs: { A: 1 } }]),
  "two cutoffs at one value": (model) => (model.label = [{ dimension: "engagement", cutoffs: { A: 1, B: 1 } }]),
  "rule of no kind": (model) => model.rules.push({ id: "spare", points: 1 }),
  "rule of two kinds": (model) => model.rules.push({ ...SPARE_RULE, trait: { plan: "pro" } }),
  "combination of combinations": (model) =>
    model.rules.push(
      SPARE_RULE,
      { ...SPARE_RULE, id: "spare_2" },
      { id: "inner", all: ["spare", "spare_2"] },
      { id: "outer", all: ["inner", "spare"] },
    ),
  "bad rule id": (model) => model.rules.push({ ...SPARE_RULE, id: "Spare" }),
  "empty rule id": (model) => model.rules.push({ ...SPARE_RULE, id: "" }),
  "limit with at_least": (model) => model.rules.push({ ...SPARE_RULE, limit: 2, at_least: 2 }),
  "per with distinct": (model) => model.rules.push({ ...SPARE_RULE, per: "1d", distinct: "url.path" }),
  "limit above 100": (model) => model.rules.push({ ...SPARE_RULE, limit: 101 }),
  "limit 0": (model) => model.rules.push({ ...SPARE_RULE, limit: 0 }),
  "points beyond 10,000": (model) => (model.rules[0].points = 10000.001),
  "points with four decimals": (model) => (model.rules[0].points = 0.0001),
  "points as text": (model) => (model.rules[0].points = "5"),
  "bad duration": (model) => model.rules.push({ ...SPARE_RULE, expires: "1y" }),
  "duration of zero": (model) => model.rules.push({ ...SPARE_RULE, expires: "0s" }),
  "duration beyond 3650d": (model) => model.rules.push({ ...SPARE_RULE, expires: "3651d" }),
  "fractional step": (model) => model.rules.push({ ...SPARE_RULE, decay: { step: 1.5, every: "1d" } }),
  "custom regular expression": (model) => model.rules.push({ ...SPARE_RULE, path: "/(a|b)" }),
  "pattern without a name": (model) => model.rules.push({ ...SPARE_RULE, path: "/:/a" }),
  "pattern with an open group": (model) => model.rules.push({ ...SPARE_RULE, path: "/{a" }),
  "pattern with one name twice": (model) => model.rules.push({ ...SPARE_RULE, path: "/:a/:a" }),
  "pattern too long": (model) => model.rules.push({ ...SPARE_RULE, path: `/${"a".repeat(1024)}` }),
  "unknown operator": (model) => model.rules.push({ ...SPARE_RULE, where: { plan: { $regex: "a" } } }),
  "unknown part of the URL": (model) => model.rules.push({ ...SPARE_RULE, where: { "url.port": "80" } }),
  "trait without a field": (model) => model.rules.push({ id: "spare", trait: { $or: [] } }),
  "trait on a part of the URL": (model) => model.rules.push({ id: "spare", trait: { "url.path": "/" } }),
  "duplicate stage id": (model) => model.stages.push({ ...model.stages[0] }),
  "stage id visitor": (model) => (model.stages[0].id = "visitor"),
  "stage id disqualified": (model) => (model.stages[0].id = "disqualified"),
  "stage id near-": (model) => (model.stages[0].id = "near-mql"),
  "near as large as at": (model) => (model.stages[0].near = model.stages[0].at),
  "at decreases": (model) => model.stages.push({ id: "spare", at: model.stages.at(-1).at - 0.001 }),
  "lifecycle names out of order": (model) => {
    const { at } = model.stages.at(-1);
    model.stages = [
      { id: "sql", at },
      { id: "mql", at },
    ];
  },
  "at above the score's max": (model) => {
    model.score = { max: 10 };
    model.stages = [{ id: "mql", at: 10.001 }];
  },
  "min above its dimension's max": (model) => {
    model.dimensions = { ...model.dimensions, roof: { max: 10 } };
    model.stages[0].min = { roof: 11 };
  },
  "cutoff above its dimension's max": (model) => {
    model.dimensions = { ...model.dimensions, roof: { max: 10 } };
    model.label = [{ dimension: "roof", cutoffs: { A: 11 } }];
  },
};

// A broken copy of the model with the name of what is wrong.
export function breakModel(random, modelJson) {
  const model = JSON.parse(modelJson);
  if (!model.stages?.length) model.stages = [{ id: "mql", at: 0.001 }];
  const [name, apply] = random.pick(Object.entries(WAYS));
  apply(model);
  return { name, model: JSON.stringify(model) };
}

export const WAYS_TO_BREAK = Object.keys(WAYS);
