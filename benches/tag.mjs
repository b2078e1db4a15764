// The tag's cost on the page's main thread, on a processor slowed four times, compared with the previous tag and with
// no tag: node benches/tag.mjs [ROUNDS]
//
// All three alternate in each round, because times on a busy machine can double within minutes.
/* global leadscore -- in the page */
import { readFile } from "node:fs/promises";
import launch from "../tests/browser/lib/chromium.mjs";
import { serveFormerTag } from "../tests/browser/lib/former-tag.mjs";
import { serve } from "../tests/browser/lib/site.mjs";
import { started } from "../tests/browser/lib/tag.mjs";

const SLOWER = 4;
const ROUNDS = Number(process.argv[2] ?? 5);
const PAUSE = 1500;
const CALLS = 1000;
const CLICKS = 60;

const percentile = (values, share) => [...values].sort((a, b) => a - b)[Math.ceil(values.length * share) - 1];
const median = (values) => percentile(values, 0.5);

const site = await serve();
// The former tag reads only models that its own compiler wrote.
const models = JSON.parse(await readFile(new URL("../tests/fixtures/tag-1/models.json", import.meta.url), "utf8"));
const { model } = models.sort((a, b) => b.compiled.length - a.compiled.length)[0];
site.model(model);
// Such pages have clocks of five microseconds.
const headers = { "cross-origin-opener-policy": "same-origin", "cross-origin-embedder-policy": "require-corp" };
const body = '<a href="https://partner.example/" class="big">Partner</a> <b>Nothing</b>';
site.pages({ headers, before: ["stay"], body });
site.page("/blank", { tag: null, before: [] });
site.page("/without", { tag: null });
site.page("/former", { tag: null, head: await serveFormerTag(site, model), policy: null });

const browser = await launch();

async function open() {
  const visitor = await browser.visitor();
  const page = await visitor.open(`${site.origin}/blank`);
  const devtools = await page.tab.createCDPSession();
  await devtools.send("Emulation.setCPUThrottlingRate", { rate: SLOWER });
  return { page, close: () => visitor.close() };
}

/** Records the browser's trace of its threads with their own CPU time, which excludes other processes. */
async function traced({ tab }, run) {
  await tab.tracing.start({ categories: ["devtools.timeline", "v8"] });
  await run();
  const { traceEvents } = JSON.parse(Buffer.from(await tab.tracing.stop()).toString());
  return traceEvents.filter(({ ph }) => ph === "X").sort((a, b) => a.ts - b.ts);
}

const milliseconds = ({ dur, tdur = dur }) => tdur / 1000;

/** Milliseconds of work of the main thread from the evaluation of the tag until it runs; the page has no other script then. */
async function start(path) {
  const { page, close } = await open();
  const events = await traced(page, async () => {
    await page.goto(`${site.origin}${path}`);
    await new Promise((done) => setTimeout(done, PAUSE));
  });
  if (path !== "/without") await started(page);
  await close();
  const { pid, tid } = events.find(
    ({ name, args }) => name === "EvaluateScript" && args?.data?.url?.endsWith("/before/stay.js?"),
  );
  const names = ["v8.evaluateModule", "v8.compileModule", "FireIdleCallback", "FunctionCall", "RunMicrotasks"];
  let end = 0;
  let sum = 0;
  let longest = 0;
  for (const event of events.filter((event) => event.pid === pid && event.tid === tid && names.includes(event.name))) {
    if (event.ts < end) continue; // within the one before
    end = event.ts + event.dur;
    sum += milliseconds(event);
    longest = Math.max(longest, milliseconds(event));
  }
  return { sum, longest };
}

function callMany(calls) {
  const times = [];
  for (let n = 0; n < calls; n += 1) {
    const since = performance.now();
    leadscore.track("form_start", { form_id: "demo", n });
    times.push(performance.now() - since);
  }
  return times;
}

/** Milliseconds that each click took to be dispatched to all listeners. */
async function clicks(page, selector) {
  const events = await traced(page, async () => {
    for (let n = 0; n < CLICKS; n += 1) await page.click(selector);
  });
  return events.filter(({ name, args }) => name === "EventDispatch" && args?.data?.type === "click").map(milliseconds);
}

const sides = { "no tag": "/without", "the former tag": "/former", "this tag": "/" };
const rounds = Object.fromEntries(Object.keys(sides).map((side) => [side, []]));
for (let round = 0; round < ROUNDS; round += 1) {
  for (const [side, path] of Object.entries(sides)) {
    const { sum, longest } = await start(path);
    const { page, close } = await open();
    await page.goto(`${site.origin}${path}`);
    if (path !== "/without") await started(page);
    const calls = path === "/without" ? [0] : await page.run(callMany, CALLS);
    const nothing = await clicks(page, "b");
    const link = await clicks(page, "a");
    await close();
    const p95 = (values) => percentile(values, 0.95);
    rounds[side].push([sum, longest, p95(calls), p95(nothing), p95(link)]);
  }
}
await browser.close();
await site.close();

console.log(`Chromium, processor slowed down ${SLOWER} times, medians of ${ROUNDS} rounds, milliseconds`);
console.table(
  Object.fromEntries(
    Object.entries(rounds).map(([side, runs]) => {
      const [sum, longest, track, nothing, link] = [0, 1, 2, 3, 4].map((at) => median(runs.map((run) => run[at])));
      const row = {
        start: sum,
        "its longest task": longest,
        "track(), p95": track,
        "a click on nothing, p95": nothing,
        "a click on a link, p95": link,
      };
      return [side, Object.fromEntries(Object.entries(row).map(([what, value]) => [what, Number(value.toFixed(3))]))];
    }),
  ),
);
