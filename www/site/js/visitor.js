// The visitor of this page: the lead's state with the id it belongs to, shared by all tabs through localStorage.
import { Lead } from "/leadscore/index.js";
import { forget, load, save } from "./storage.js";

export const VISITOR_KEY = "wayfold.visitor";

export class Visitor {
  #model;
  #lead;
  #id;
  #isStored = false;

  constructor(model) {
    this.#model = model;
    this.restore();
  }

  // Begins from what is stored. A page that comes back from the back/forward cache heard nothing of other tabs, and
  // may hold what the visitor has had forgotten since.
  restore() {
    this.#start(crypto.randomUUID());
    this.join();
  }

  // Scores one event. The outbox has the signals before the state says that they were made: a page that ends between
  // the two makes them again, under the same ids.
  take(event, outbox) {
    this.join();
    const now = Date.now();
    const signals = this.#lead.ingest({ ...event, at: now }, now);
    outbox.add(signals);
    this.store();
  }

  // Takes in what other tabs have stored. Their state and this one are joined, never replaced, so no tab loses a hit.
  join() {
    const stored = load(VISITOR_KEY);
    if (typeof stored?.id !== "string" || typeof stored.state !== "string") {
      // It was there and is gone: the visitor was forgotten, here or in another tab.
      if (this.#isStored) this.#start(crypto.randomUUID());
      return;
    }
    try {
      if (stored.id !== this.#id) this.#start(stored.id, this.#lead.toString());
      this.#lead.merge(stored.state);
      this.#isStored = true;
    } catch (error) {
      // Damaged, or from a newer version: this page's own state takes its place at the next write.
      console.warn("leadscore: the stored state is not usable", error.code);
    }
  }

  store() {
    this.#isStored = save(VISITOR_KEY, { id: this.#id, state: this.#lead.toString() });
  }

  forget() {
    forget(VISITOR_KEY);
    this.#start(crypto.randomUUID());
  }

  snapshot() {
    return this.#lead.snapshot(Date.now());
  }

  receipt() {
    return this.#lead.explain(Date.now());
  }

  #start(id, state) {
    const lead = new Lead(this.#model, { id, state, source: location.origin, provenance: "client" });
    this.#lead?.free();
    this.#lead = lead;
    this.#id = id;
    this.#isStored = false;
  }
}
