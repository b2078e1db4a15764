// A copy of the tracker's lead: the stored state, and every event that the tracker reports. The receipt and scores at
// other times are computed from this copy, because the tracker's own lead is not accessible.

const ID = { id: "inspector" };

export class Mirror {
  #Lead;
  #model;
  #counting;
  #lead;
  #seen = "";
  #consent;
  #isEmpty = true;

  constructor({ Lead, Model }, compiled) {
    this.#Lead = Lead;
    this.#model = new Model(compiled.bytes);
    // Rules that count several hits, as if they counted one, to determine the number of hits.
    this.#counting = new Model(compiled.with(() => ({ atLeast: 0 })));
    this.#lead = new Lead(this.#model, ID);
  }

  /** Takes over what the tracker has stored, as `RESETS.VISITOR.STATE`, and forgets where the tracker forgot. */
  sync(stored, consent) {
    const before = this.#consent;
    this.#consent = consent;
    if (consent !== "granted") {
      if (consent === "denied" ? !this.#isEmpty : before === "granted") this.#forget();
      return;
    }
    if (stored === this.#seen) return;
    const [resets, , state] = stored.split(".");
    if (this.#seen && resets !== this.#seen.split(".")[0]) this.#forget();
    this.#seen = stored;
    if (!state) return;
    try {
      this.#lead.merge(state);
      this.#isEmpty = false;
    } catch {
      // Damaged: the tracker passes it over too.
    }
  }

  #forget() {
    this.#lead.free();
    this.#lead = new this.#Lead(this.#model, ID);
    this.#seen = "";
    this.#isEmpty = true;
  }

  /** Takes an event in; gives each rule whose points it changed, with the difference. */
  ingest(event, now) {
    const points = () => new Map(this.#lead.explain(now).rules.map(({ rule, points }) => [rule, points]));
    const before = points();
    this.#lead.ingest(event, now);
    this.#isEmpty = false;
    return new Map(
      [...points()]
        .map(
          ([rule, points]) =>
            /** @type {[string, number]} */ ([rule, Math.round((points - (before.get(rule) ?? 0)) * 1000) / 1000]),
        )
        .filter(([, difference]) => difference),
    );
  }

  snapshot = (now) => this.#lead.snapshot(now);
  explain = (now) => this.#lead.explain(now);

  /** The state's bytes. */
  encode = () => this.#lead.encode();

  /** Returns the number of live hits of each rule, even if it is below `at_least`. */
  hits(now) {
    const lead = new this.#Lead(this.#counting, { ...ID, state: this.#lead.encode() });
    try {
      return new Map(lead.explain(now).rules.map(({ rule, hits }) => [rule, hits]));
    } finally {
      lead.free();
    }
  }
}
