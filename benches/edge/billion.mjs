// `node benches/edge/billion.mjs [--stored RATE]`: simulates a day with a billion page views, second by second (see
// docs/edge.md). The rate of a database is measured first, with a receiver in workerd and D1 on disk, like in
// benches/edge/receiver.mjs; `--stored` gives the rate of another machine instead. Signals are distributed by
// examples/edge/sharded; one database is down for ten minutes at the peak, and senders repeat like the tag.
import { parseArgs } from "node:util";
import { sharded } from "../../examples/edge/sharded/sharded.js";
import { random } from "./lib/random.mjs";
import { flood } from "./lib/receiving.mjs";
import { line, title } from "./lib/table.mjs";
import { twenty } from "./lib/visitor.mjs";
import { temporary } from "./lib/workerd.mjs";

const VIEWS = 1e9;
const DAY = 86_400;
/** The peak is three times the mean, at noon (von Mises). */
const PEAK = 1.77;
/** Signals that a database stores in a second, one a request. */
const STORED = await rate(parseArgs({ options: { stored: { type: "string" } } }).values.stored);
/** Bytes of a signal with its columns and indexes, and of a database at most. */
const [BYTES, LIMIT] = [2_000, 10e9];
/** Messages per second of a queue, and requests per second of the CRM. */
const [QUEUE, CRM] = [5_000, 100];
const OUTAGE = [DAY / 2, DAY / 2 + 600];

const shape = Array.from({ length: DAY }, (_, t) => Math.exp(PEAK * Math.cos((2 * Math.PI * (t - DAY / 2)) / DAY)));
const mean = shape.reduce((sum, value) => sum + value, 0) / DAY;

async function rate(given) {
  const rate = given ? Number(given) : await measured();
  if (!(rate >= 1)) throw new Error(`--stored ${given}: give signals per second`);
  return Math.floor(rate);
}

async function measured() {
  const { rate, failures } = await temporary((d1) => flood(twenty(), { d1, most: 25_000 }));
  if (failures.length > 0) throw new Error(failures.join("; "));
  return rate;
}

/** Returns a function that looks up a visitor's database in the store itself. */
function placing(count) {
  let place;
  const stores = Array.from({ length: count }, (_, at) => ({ list: () => (place = at) }));
  const store = sharded(stores);
  return (visitor) => {
    void store.list({ visitor });
    return place;
  };
}

function poisson(expected, next) {
  if (expected > 50) return Math.max(0, Math.round(expected + Math.sqrt(expected) * normal(next)));
  let [count, product] = [0, next()];
  for (const least = Math.exp(-expected); product > least; product *= next()) count++;
  return count;
}
const normal = (next) => Math.sqrt(-2 * Math.log(1 - next())) * Math.cos(2 * Math.PI * next());

/** Simulates a day, given the page views per signal and the number of databases. */
function day(views, databases, seed = 1) {
  const { next, below } = numbers(seed);
  const placeOf = placing(databases);
  const [peak, stored] = [0, 1].map(() => new Float64Array(databases));
  // Signals by the second in which they are sent next: when they were made, where they go, how often they were tried.
  const due = new Map();
  const waits = [];
  let [queued, longest, arrived, tries] = [0, 0, 0, 0];
  for (let t = 0; t < DAY || due.size > 0 || queued > 0; t++) {
    const load = new Float64Array(databases);
    const sent = due.get(t) ?? [];
    due.delete(t);
    const fresh = t < DAY ? poisson((VIEWS / views / DAY) * (shape[t] / mean), next) : 0;
    for (let i = 0; i < fresh; i++) sent.push([t, placeOf(`v-${below(1e9).toString(36)}`), 0]);
    arrived += fresh;
    let accepted = 0;
    for (const [made, place, tried] of sent) {
      tries++;
      const isDown = place === 0 && t >= OUTAGE[0] && t < OUTAGE[1];
      if (!isDown && load[place] < STORED) {
        load[place]++;
        stored[place]++;
        accepted++;
        if (t > made) waits.push(t - made);
        continue;
      }
      // Half a second, doubled up to a minute, and as much again at most by chance.
      const pause = Math.min(60, 0.5 * 2 ** tried) * (1 + next());
      const at = t + Math.max(1, Math.round(pause));
      const then = due.get(at) ?? [];
      due.set(at, then);
      then.push([made, place, tried + 1]);
    }
    load.forEach((value, place) => (peak[place] = Math.max(peak[place], value)));
    queued = Math.max(0, queued + accepted - CRM);
    longest = Math.max(longest, queued / CRM);
    if (accepted > QUEUE) throw new Error("more than one queue takes");
  }
  waits.sort((a, b) => a - b);
  return { arrived, tries, waited: waits.length, longest_wait: waits.at(-1) ?? 0, peak, stored, longest };
}

function numbers(seed) {
  const { below } = random(seed);
  return { below, next: () => below(2 ** 30) / 2 ** 30 };
}

title("a database");
line("signals that it stores in a second", STORED);
for (const [views, databases] of [
  [1_000, 1],
  [1_000, 4],
  [100, 1],
  [100, 4],
]) {
  title(`a signal in ${views} page views, ${databases} ${databases === 1 ? "database" : "databases"}`);
  // Repeats would grow without end for hours, and so would the simulation.
  const busiest = (VIEWS / views / DAY) * (shape[DAY / 2] / mean);
  if (busiest > STORED * databases) {
    line("more than is stored", `${busiest.toFixed(0)} signals in the busiest second; not simulated`);
    continue;
  }
  const of = day(views, databases);
  const most = (list) => Math.max(...list);
  line("signals", `${of.arrived}, ${of.tries} requests`);
  line("busiest second of a database", `${most(of.peak)} of ${STORED}`);
  line("fullest against emptiest", (most(of.stored) / Math.min(...of.stored)).toFixed(3));
  line("days until the fullest is full", (LIMIT / (most(of.stored) * BYTES)).toFixed(1));
  line("did not get through at once", `${of.waited}, ${of.longest_wait} s at most`);
  line(`wait for a CRM of ${CRM} a second`, `${(of.longest / 60).toFixed(0)} min at most`);
}
