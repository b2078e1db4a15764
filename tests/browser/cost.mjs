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
site.page("/without", { tag: null });

const browser = await launch();

async function open(path) {
  const visitor = await browser.visitor();
  const page = await visitor.open();
  const devtools = await page.tab.createCDPSession();
  await devtools.send("Emulation.setCPUThrottlingRate", { rate: SLOWER });
  // Of its own work only, not of what other processes have done meanwhile.
  await devtools.send("Performance.enable", { timeDomain: "threadTicks" });
  await page.goto(site.origin + path);
  return { page, devtools, close: () => visitor.close() };
}

const CATEGORIES = ["devtools.timeline", "v8", "v8.wasm", "disabled-by-default-v8.wasm.detailed"];

/** What the main thread did meanwhile, as complete events in their order, nested ones after those around them. */
async function trace({ page }, work) {
  await page.tab.tracing.start({ categories: CATEGORIES });
  await work();
  const { traceEvents } = JSON.parse(Buffer.from(await page.tab.tracing.stop()).toString());
  const main = traceEvents.find(({ name, args }) => name === "thread_name" && args.name === "CrRendererMain");
  return traceEvents
    .filter(({ ph, tid }) => ph === "X" && tid === main.tid)
    .sort((a, b) => a.ts - b.ts || b.dur - a.dur);
}

const took = ({ dur, tdur = dur }) => tdur / 1000;

/** The tag's own work: its script's, that of its functions, and that on its wasm. */
const isOwn = ({ name, args }) =>
  name.startsWith("wasm.") || /tag\.js/.test(args?.data?.url ?? args?.fileName ?? "") || name === "FireIdleCallback";

/** Milliseconds of the tag's own work on the main thread while a page loads and is left alone. */
async function load() {
  const opened = await open("/without");
  const events = await trace(opened, async () => {
    await opened.page.goto(`${site.origin}/`);
    await started(opened.page);
    await new Promise((done) => setTimeout(done, PAUSE));
  });
  await opened.close();
  let sum = 0;
  let end = 0;
  for (const event of events.filter(isOwn)) {
    if (event.ts < end) continue;
    end = event.ts + event.dur;
    sum += took(event);
  }
  return sum;
}

async function start() {
  await load(); // so that all is compiled and cached once
  const times = [];
  for (let round = 0; round < LOADS; round += 1) times.push(await load());
  return median(times);
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
async function clicks(path) {
  const opened = await open(path);
  if (path === "/") await started(opened.page);
  const events = await trace(opened, async () => {
    for (let n = 0; n < CLICKS; n += 1) await opened.page.click("a");
  });
  await opened.close();
  return events.filter(({ name, args }) => name === "EventDispatch" && args?.data?.type === "click").map(took);
}

const startTime = await start();
const opened = await open("/");
await started(opened.page);
const calls = await opened.page.run(callMany, CALLS);
await opened.close();
const [withTag, without] = [await clicks("/"), await clicks("/without")];
await browser.close();
await site.close();

const row = (what, value, wanted) => ({ what, ms: Number(value.toFixed(3)), wanted, ok: value < wanted });
console.log(`Chromium, processor slowed down ${SLOWER} times`);
console.table([
  row(`start: the tag's own work, median of ${LOADS}`, startTime, 30),
  row(`track(): median of ${CALLS}`, median(calls), 1),
  row("track(): 95th percentile", percentile(calls, 0.95), 1),
  row(`a click: median of ${CLICKS}`, median(withTag), 1),
  row("a click: 95th percentile", percentile(withTag, 0.95), 1),
  row("the same without the tag: median", median(without), 1),
  row("the same without the tag: 95th percentile", percentile(without, 0.95), 1),
]);
