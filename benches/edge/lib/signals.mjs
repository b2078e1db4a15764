// Signals as from pages: of distinct visitors who viewed some pages and requested a demo.
import { Lead, Model } from "../../../pkg/edge-node.js";
import { deed, SITE } from "./visitor.mjs";

/**
 * `make(i)`: the signal of visitor i, as text. Seeded by `run`, so that two runs' visitors differ.
 *
 * @param {Uint8Array} model
 * @param {{ run?: string, deeds?: number, provenance?: "edge" | "client" }} [options]
 */
export function signals(model, { run = "0", deeds = 12, provenance } = {}) {
  const loaded = new Model(model);
  return (i) => {
    const now = Date.now();
    const lead = new Lead(loaded, { id: `${run}-${i}`, source: SITE, provenance });
    const demo = { type: "form_submit", url: `${SITE}/demo`, props: { form_id: "demo" } };
    const events = [...Array.from({ length: deeds }, (_, k) => deed(i + k, now - (deeds - k) * 60_000)), demo];
    const signal = events.flatMap((event) => lead.ingest(event, now)).find(({ data }) => data.stage === "mql");
    lead.free();
    return { id: signal.id, text: JSON.stringify(signal) };
  };
}
