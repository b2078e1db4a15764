// The program of every consumer of the package: its JSON output must be exactly the same in every runtime. It uses no
// runtime's own API.

const DAY = 86_400_000;
const START = 1_767_225_600_000; // 2026-01-01

const model = {
  name: "journey",
  version: 7,
  score: { max: 200 },
  dimensions: { engagement: { max: 60 }, intent: {} },
  rules: [
    {
      id: "pricing-view",
      event: "page_view",
      path: "/pricing/*",
      points: 15,
      limit: 3,
      per: "1d",
      decay: { half_life: "14d" },
    },
    { id: "long-read", event: "user_engagement", where: { engaged_seconds: { $gte: 60 } }, points: 12.345 },
    { id: "demo-request", event: "form_submit", where: { form_id: "demo" }, points: 50, dimension: "intent" },
  ],
  stages: [
    { id: "engaged", at: 20, signal: false },
    { id: "mql", at: 70, near: 20, requires: ["demo-request"] },
  ],
};

const events = [
  { type: "page_view", at: START, url: "https://site.example/pricing/?utm_source=mail" },
  { type: "page_view", at: START + 3 * DAY, url: "/pricing/team" },
  { type: "user_engagement", at: START + 3 * DAY + 90_000, url: "/pricing/team", props: { engaged_seconds: 75 } },
  { type: "form_submit", at: START + 5 * DAY, url: "/demo", props: { form_id: "demo", größe: "ümlaut 🦀" } },
];

const thrown = (action) => {
  try {
    return action();
  } catch (error) {
    return { isError: error instanceof Error, name: error.name, code: error.code, issues: error.issues };
  }
};

export function journey({ compile, check, Lead, Model, verify }) {
  const bytes = compile(model);
  const compiled = new Model(bytes);
  const lead = new Lead(compiled, { id: "v-1", source: "https://site.example" });
  const steps = events.map((event) => ({
    signals: lead.ingest(event, event.at),
    snapshot: lead.snapshot(event.at),
  }));
  const signals = steps.flatMap((step) => step.signals);
  const later = START + 30 * DAY;
  const other = new Lead(compiled, { id: "v-1", state: lead.toString() });
  other.merge(lead.encode());
  const result = {
    bytes: bytes.length,
    steps,
    verified: signals.map((signal) => verify(compiled, signal)),
    forged: signals.map((signal) => thrown(() => verify(compiled, { ...signal, data: null }))),
    state: lead.toString(),
    merged: other.toString() === lead.toString(),
    later: { snapshot: other.snapshot(later), receipt: other.explain(later) },
    badModel: thrown(() => compile({ name: "bad", rules: [{ id: "a", event: "x", pionts: 1 }] })),
    badText: check("{").errors.length > 0,
    cyclic: thrown(() => {
      const cycle = {};
      compile(Object.assign(cycle, { cycle }));
    }).code,
    badEvent: thrown(() => lead.ingest({ url: "/" }, later)),
    badBytes: thrown(() => new Model(new Uint8Array([1, 2, 3]))),
    disposable: Symbol.dispose === undefined || typeof lead[Symbol.dispose] === "function",
  };
  for (const owner of [other, lead, compiled]) owner.free();
  return JSON.stringify(result);
}
