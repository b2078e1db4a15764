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

/** A page that is left alone for as long as it takes to start: the milliseconds that its main thread has worked. */
async function load(path) {
  const { page, devtools, close } = await open(path);
  await new Promise((done) => setTimeout(done, PAUSE));
  const { metrics } = await devtools.send("Performance.getMetrics");
  if (path !== "/without") await started(page);
  await close();
  return 1000 * metrics.find(({ name }) => name === "TaskDuration").value;
}

async function start() {
  const withTag = [];
  const without = [];
  await load("/"); // so that all is compiled and cached once, for both
  for (let round = 0; round < LOADS; round += 1) {
    withTag.push(await load("/"));
    without.push(await load("/without"));
  }
  return median(withTag) - median(without);
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

/** Milliseconds that each click took, of this thread, to be dispatched to all listeners. */
async function click({ page }) {
  await page.tab.tracing.start({ categories: ["devtools.timeline"] });
  for (let n = 0; n < CLICKS; n += 1) await page.click("a");
  const { traceEvents } = JSON.parse(Buffer.from(await page.tab.tracing.stop()).toString());
  return traceEvents
    .filter(({ name, args }) => name === "EventDispatch" && args?.data?.type === "click")
    .map(({ dur, tdur = dur }) => tdur / 1000);
}

const startTime = await start();
const opened = await open("/");
await started(opened.page);
const calls = await opened.page.run(callMany, CALLS);
const clicks = await click(opened);
await opened.close();
await browser.close();
await site.close();

const row = (what, value, wanted) => ({ what, ms: Number(value.toFixed(3)), wanted, ok: value < wanted });
console.log(`Chromium, processor slowed down ${SLOWER} times`);
console.table([
  row("start: script, wasm, model, first events", startTime, 30),
  row(`track(): median of ${calls.length}`, median(calls), 1),
  row("track(): 95th percentile", percentile(calls, 0.95), 1),
  row(`a click: median of ${clicks.length}`, median(clicks), 1),
  row("a click: 95th percentile", percentile(clicks, 0.95), 1),
]);
