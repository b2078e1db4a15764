// The cost of a call when many leads share one memory, which wasm never gives back: alive, dropped without `free`, and
// with free gaps between them. An allocator with a free list would become slower with each of them.
import { readFileSync } from "node:fs";
import { visits } from "./lib/events.mjs";
import { line, median, met, ratio, title } from "./lib/measure.mjs";

const ALIVE = 10_000;
const DROPPED = 100_000;
const HOLED = 20_000;
/** Calls of one sample. */
const CALLS = 10_000;
const SAMPLES = 15;
/** Leads that are dropped before the garbage collector gets its turn. */
const BATCH = 1_000;

/** The events of one visitor, with their times. Ingested again, they cost the same and change nothing. */
function journey() {
  const next = visits(20, 1);
  return Array.from({ length: 20 }, () => {
    const { visitor: _, ...event } = next();
    return event;
  });
}

/** @param {any} leadscore @param {(model: object) => Uint8Array} compile */
export async function memory(leadscore, compile) {
  title("ingest through JavaScript where many leads share one memory");
  const base = JSON.parse(readFileSync(new URL("twenty.json", import.meta.url), "utf8"));
  const model = new leadscore.Model(compile(base));
  const events = journey();
  const now = events.at(-1).at;
  const begin = (_, id) => {
    const lead = new leadscore.Lead(model, { id: `v-${id}` });
    for (const event of events) lead.ingest(event, now);
    return lead;
  };
  const sample = (leads) => {
    const start = process.cpuUsage();
    for (let call = 0; call < CALLS; call++) {
      leads[Math.floor(call / events.length) % leads.length].ingest(events[call % events.length], now);
    }
    const { user, system } = process.cpuUsage(start);
    return (1_000 * (user + system)) / CALLS;
  };
  const measure = (leads) => median(Array.from({ length: SAMPLES }, () => sample(leads)));
  const free = (leads) => leads.forEach((lead) => lead.free());

  const one = [begin(0, 0)];
  sample(one); // warms up
  const alone = measure(one);
  line("one lead", `${alone.toFixed(0)} ns`);
  /** One lead is measured again each time: the machine may have become slower meanwhile. */
  const compare = (name, leads) => {
    const [each, again] = [measure(leads), measure(one)];
    const figures = `${each.toFixed(0)} ns, one lead beside them ${again.toFixed(0)} ns: ${ratio(each, again)}`;
    line(name, figures, met(Math.max(each, again) <= 1.25 * Math.min(alone, again), "at most 1.25x of one lead"));
  };

  const alive = Array.from({ length: ALIVE }, begin);
  compare(`${ALIVE} alive`, alive);
  free(alive);

  for (let made = 0; made < DROPPED; made += BATCH) {
    Array.from({ length: BATCH }, begin);
    await new Promise((resolve) => setTimeout(resolve));
  }
  compare(`${DROPPED} dropped without free`, [begin(0, 1)]);

  const holed = Array.from({ length: HOLED }, begin);
  free(holed.filter((_, at) => at % 2 === 1));
  compare(`${HOLED}, every other one freed`, [begin(0, 2)]);
  free(holed.filter((_, at) => at % 2 === 0));
}
