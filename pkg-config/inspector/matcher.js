// Finds the rules that an event hits, and the reason why others do not match. The runtime decides: it adds the event
// under variants of the model with fewer requirements. The reason is the first requirement whose removal makes a
// difference.

/** Counts once, immediately, regardless of earlier events. */
const ONCE = { key: 0, keyOf: 0, limit: 1, atLeast: 0, expires: 0, decay: 0 };
const NO_WHERE = { condition: [] };
const NO_PATH = { paths: [] };

/** From the least to the most that is asked for. The last is what counts. */
const STEPS = [
  ["type", () => ({ ...ONCE, ...NO_WHERE, ...NO_PATH })],
  ["path", () => ({ ...ONCE, ...NO_WHERE })],
  ["where", () => ONCE],
  ["distinct", ({ key, keyOf }) => ({ ...ONCE, key, keyOf })],
];

export class Matcher {
  #Lead;
  #rules;
  #steps;

  constructor({ Lead, Model }, compiled) {
    this.#Lead = Lead;
    this.#rules = compiled.rules;
    this.#steps = STEPS.map(([name, change]) => ({ name, model: new Model(compiled.with(change)) }));
  }

  /**
   * `{ hit, missed }`: rules that the event hits; those of its type that it does not, each with the part that fails.
   */
  match(event, now) {
    const passed = this.#steps.map(({ model }) => this.#live(model, event, now));
    const hit = [];
    const missed = [];
    this.#rules.forEach((rule, position) => {
      if (rule.kind === "combination" || !passed[0].has(position)) return;
      const failed = passed.findIndex((live) => !live.has(position));
      if (failed < 0) hit.push(rule);
      else missed.push({ rule, part: this.#steps[failed].name });
    });
    // A trait rule is live if its condition is true; if it is false, only its type is known.
    if (event.type === "identify") {
      for (const rule of this.#rules)
        if (rule.kind === "trait" && !hit.includes(rule)) missed.push({ rule, part: "where" });
    }
    return { hit, missed };
  }

  #live(model, event, now) {
    const lead = new this.#Lead(model, { id: "inspector" });
    try {
      lead.ingest(event, now);
      return new Set(lead.explain(now).rules.flatMap(({ live }, position) => (live ? [position] : [])));
    } finally {
      lead.free();
    }
  }
}
