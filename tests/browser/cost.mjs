// What the tag costs the page's main thread, on a processor four times as slow: node tests/browser/cost.mjs
import { readFile } from "node:fs/promises";
import launch from "./lib/chromium.mjs";
import { serve } from "./lib/site.mjs";
import { started } from "./lib/tag.mjs";

const SLOWER = 4;
const LOADS = 9;
const PAUSE = 1500;
const CALLS = 1000;
const CLICKS = 60;

const percentile = (values, share) => values.sort((a, b) => a - b)[Math.ceil(values.length * share) - 1];
const median = (values) => percentile(values, 0.5);

const site = await serve();
site.model(JSON.parse(await readFile(new URL("../../www/model.json", import.meta.url))));
// Such pages have clocks of five microseconds.
const headers = { "cross-origin-opener-policy": "same-origin", "cross-origin-embedder-policy": "require-corp" };
const link = '<a href="https://partner.example/" class="big">Partner</a>';
site.pages({ headers, before: ["stay"], body: link });
site.page("/blank", { tag: null, before: [] });
site.page("/without", { tag: null });

const browser = await launch();

async function open() {
  const visitor = await browser.visitor();
  const page = await visitor.open(`${site.origin}/blank`);
  const devtools = await page.tab.createCDPSession();
  await devtools.send("Emulation.setCPUThrottlingRate", { rate: SLOWER });
  return { page, close: () => visitor.close() };
}

/** What the browser notes of what its threads do meanwhile, with their own time: what other processes do is not in it. */
async function traced({ tab }, run) {
  await tab.tracing.start({ categories: ["devtools.timeline", "v8"] });
  await run();
  const { traceEvents } = JSON.parse(Buffer.from(await tab.tracing.stop()).toString());
  return traceEvents.filter(({ ph }) => ph === "X").sort((a, b) => a.ts - b.ts);
}

const milliseconds = ({ dur, tdur = dur }) => tdur / 1000;

/** Milliseconds of work of the main thread from the evaluation of the tag until it runs; the page has no other script then. */
async function start() {
  const { page, close } = await open();
  const events = await traced(page, async () => {
    await page.goto(`${site.origin}/`);
    await new Promise((done) => setTimeout(done, PAUSE));
  });
  await started(page);
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
async function clicks(page) {
  const events = await traced(page, async () => {
    for (let n = 0; n < CLICKS; n += 1) await page.click("a");
  });
  return events.filter(({ name, args }) => name === "EventDispatch" && args?.data?.type === "click").map(milliseconds);
}

const starts = [];
for (let round = 0; round < LOADS; round += 1) starts.push(await start());

const { page, close } = await open();
await page.goto(`${site.origin}/without`);
const without = await clicks(page);
await page.goto(`${site.origin}/`);
await started(page);
const calls = await page.run(callMany, CALLS);
const withTag = await clicks(page);
await close();
await browser.close();
await site.close();

const row = (what, value, wanted) => ({ what, ms: Number(value.toFixed(3)), wanted, ok: !wanted || value < wanted });
console.log(`Chromium, processor slowed down ${SLOWER} times`);
console.table([
  row(`start: the tag's own work, median of ${LOADS}`, median(starts.map(({ sum }) => sum)), 30),
  row("start: its longest task", median(starts.map(({ longest }) => longest)), 30),
  row(`track(): median of ${CALLS}`, median(calls), 1),
  row("track(): 95th percentile", percentile(calls, 0.95), 1),
  row(`a click: median of ${CLICKS}`, median(withTag), 1),
  row("a click: 95th percentile", percentile(withTag, 0.95), 1),
  row("the same without the tag: median", median(without)),
  row("the same without the tag: 95th percentile", percentile(without, 0.95)),
]);
