// Runs the golden journeys on any runtime: one line of JSON for each, like tests/golden.rs.
export function run({ Model, Lead, verify }, compile, { models, journeys }) {
  return journeys.map((journey) => {
    const model = new Model(compile(models[journey.model]));
    const leads = {};
    const lead = (id) => (leads[id] ??= new Lead(model, { id, source: "https://acme.example" }));
    let now = 0;
    const steps = journey.steps.map((step) => {
      if (step.merge) {
        lead("a").merge(lead(step.merge).encode());
        return {};
      }
      now = step.now;
      const signals = lead(step.lead ?? "a").ingest(step.event, now);
      for (const signal of signals) verify(model, signal);
      return { signals, snapshot: lead(step.lead ?? "a").snapshot(now) };
    });
    const receipt = lead("a").explain(now);
    return JSON.stringify({ journey: journey.name, steps, receipt, state: [...lead("a").encode()] });
  });
}
