// `node benches/edge/million.mjs [--visits 1000000]`: one worker handles many visits. A tenth of them is dropped
// without `respond` or `free`. The first tenth warms up. After it, CPU time per visit and memory may grow by a quarter
// at most.
import { parseArgs } from "node:util";
import { setImmediate } from "node:timers/promises";
import { createEdge } from "../../pkg/edge-node.js";
import { random } from "./lib/random.mjs";
import { line, met, title } from "./lib/table.mjs";
import { BROWSER, cookieHeader, deed, fullPair, KEY, SITE, twenty } from "./lib/visitor.mjs";

const TENTHS = 10;
const MOST = 1.25;
/** Visits per turn of the event loop. Between turns a server reads its requests, and finalizers run. */
const TURN = 20;

/** @returns {Promise<{ micros: number[], rss: number[] }>} CPU time per visit and resident megabytes, for each tenth */
export async function million({ visits = 1_000_000, seed = 20261127 } = {}) {
  const { below, chance, pick } = random(seed);
  const now = Date.now();
  const model = twenty(25);
  const pairs = [];
  for (const deeds of [0, 20, 100, 600]) pairs.push(await fullPair(model, now, { deeds }));
  const headers = [{}, ...pairs.map((pair) => ({ cookie: cookieHeader(pair) }))].map((own) => ({ ...BROWSER, ...own }));
  const edge = createEdge({ model, keys: [KEY], source: SITE, consent: "granted", now: () => now });
  const page = () => new Response("<!doctype html><html>", { headers: { "content-type": "text/html" } });

  const one = async (i) => {
    const { url } = deed(i, now);
    const visit = await edge.visit(new Request(url, { headers: pick(headers) }));
    if (chance(0.2)) visit.track("form_submit", { form_id: "demo" });
    if (chance(0.5)) visit.segment;
    if (chance(0.1)) return;
    await visit.respond(page());
  };

  const micros = [];
  const rss = [];
  for (let tenth = 0; tenth < TENTHS; tenth++) {
    const before = process.cpuUsage();
    const first = below(1_000);
    const count = visits / TENTHS;
    let highest = 0;
    for (let i = 0; i < count; i++) {
      await one(first + i);
      if (i % TURN === 0) await setImmediate();
      if (i % 1_000 === 0) highest = Math.max(highest, process.memoryUsage.rss());
    }
    const { user, system } = process.cpuUsage(before);
    micros.push((user + system) / count);
    rss.push(highest / 2 ** 20);
  }
  return { micros, rss };
}

if (import.meta.url === `file://${process.argv[1]}`) {
  const { values } = parseArgs({ options: { visits: { type: "string" } } });
  const visits = Number(values.visits ?? 1_000_000);
  const { micros, rss } = await million({ visits });
  title(`${visits} visits of one worker, a tenth dropped without respond, by tenths`);
  for (const [name, list, unit] of [
    ["CPU of a visit", micros, "µs"],
    ["resident memory, at most", rss, "MB"],
  ]) {
    const growth = list.at(-1) / list[1];
    line(name, `${list.map((value) => value.toFixed(0)).join(", ")} ${unit}`);
    line("", `last to second: ${growth.toFixed(2)}x`, met(growth <= MOST, `${MOST}x`));
    if (growth > MOST) process.exitCode = 1;
  }
}
