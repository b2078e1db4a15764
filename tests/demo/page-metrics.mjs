// `node tests/demo/page-metrics.mjs [PATH...]`: measures each page of the demo in Chromium on a processor slowed to a
// quarter, without a cache: the median first contentful paint of five loads, and the worst layout shift. The exit
// status is 1 if a page misses its target. The first line is a page with only a heading, the baseline of machine and
// browser.
import { launchChromium, newVisitor, startDemo } from "./harness.mjs";
import { ALL, isReady } from "./pages.mjs";

const LOADS = 5;
const SLOWDOWN = 4;
const WIDTHS = [390, 1440];
const BARE = "/bare-heading";
const HEADING = { contentType: "text/html", body: "<!doctype html><title>Bare</title><h1>Bare</h1>" };
const WANTED = { paint: 500, shift: 0 };

const paths = process.argv.length > 2 ? process.argv.slice(2) : ALL;
const demo = await startDemo();
const browser = await launchChromium();
let isMissed = false;
try {
  // The server's work for its first visitor must not count.
  await load("/", WIDTHS[0]);
  console.log(`first contentful paint, milliseconds (median of ${LOADS}, worst); layout shift (worst)\n`);
  console.log(["page".padEnd(34), ...WIDTHS.map((width) => `${width} px`.padEnd(22))].join(""));
  for (const path of [BARE, ...paths]) {
    const cells = [];
    for (const width of WIDTHS) cells.push(await measure(path, width));
    console.log([path.padEnd(34), ...cells.map((cell) => cell.padEnd(22))].join(""));
  }
} finally {
  await browser.close();
  await demo.stop();
}
if (isMissed) {
  console.error(`\nwanted: a paint under ${WANTED.paint} ms, a shift of ${WANTED.shift}`);
  process.exitCode = 1;
}

async function measure(path, width) {
  const loads = [];
  for (let at = 0; at < LOADS; at += 1) loads.push(await load(path, width));
  const paints = loads.map(({ paint }) => paint).sort((a, b) => a - b);
  const median = paints[LOADS >> 1];
  const shift = Math.max(...loads.map((each) => each.shift));
  isMissed ||= path !== BARE && (median >= WANTED.paint || shift > WANTED.shift);
  return `${median.toFixed(0)} (${paints.at(-1).toFixed(0)})  ${shift.toFixed(4)}`;
}

async function load(path, width) {
  const context = await newVisitor(browser, { viewport: { width, height: 900 } });
  try {
    const page = await context.newPage();
    const session = await context.newCDPSession(page);
    await session.send("Emulation.setCPUThrottlingRate", { rate: SLOWDOWN });
    await page.addInitScript(observe);
    if (path === BARE) await page.route(demo.origin + BARE, (route) => route.fulfill(HEADING));
    await page.goto(demo.origin + path);
    if (path !== BARE) await isReady(page, path);
    return await page.evaluate(measured);
  } finally {
    await context.close();
  }
}

// In the page, before anything else.
function observe() {
  window.metrics = { paint: 0, shift: 0 };
  const take = (type, add) =>
    new PerformanceObserver((list) => list.getEntries().forEach(add)).observe({ type, buffered: true });
  take("paint", ({ name, startTime }) => {
    if (name === "first-contentful-paint") window.metrics.paint = startTime;
  });
  take("layout-shift", ({ value, hadRecentInput }) => {
    if (!hadRecentInput) window.metrics.shift += value;
  });
}

// In the page: waits until paints have been reported.
async function measured() {
  const frame = () => new Promise((resolve) => requestAnimationFrame(() => setTimeout(resolve)));
  for (let frames = 0; frames < 3 || window.metrics.paint === 0; frames += 1) await frame();
  return window.metrics;
}
