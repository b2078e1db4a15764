// `node tests/demo/playground-speed.mjs`: how long an edit takes to show, from the key to the painted score and curve,
// with a model of 200 rules and a journey of 10,000 events.
import { launchChromium, newVisitor, startDemo } from "./harness.mjs";
import { openPlayground, settled } from "./playground-fixture.mjs";

const RULES = 200;
const EVENTS = 10_000;
const EDITS = 24;

const demo = await startDemo();
const browser = await launchChromium();
try {
  const page = await (await newVisitor(browser, { viewport: { width: 1440, height: 900 } })).newPage();
  await openPlayground(page, demo.origin);
  await page.locator("#file").setInputFiles({
    name: "journey.ndjson",
    mimeType: "application/x-ndjson",
    buffer: Buffer.from(journey()),
  });
  await page.getByText(/10,000 events of 1 visitor/).waitFor({ timeout: 30_000 });
  await page.evaluate(
    (text) => {
      const editor = document.querySelector("model-editor");
      editor.replace(0, editor.value.length, text);
    },
    JSON.stringify(model(), null, 2),
  );
  await page.getByText("The model is valid.").waitFor();
  await settled(page);

  for (const [name, pattern] of [
    ["points", '"points": '],
    ["a half-life", '"half_life": "'],
    ["a path", '"path": "/section-'],
  ]) {
    const times = [];
    for (let edit = 0; edit < EDITS; edit += 1) {
      times.push(await page.evaluate(measure, { pattern, edit }));
      await settled(page);
    }
    times.sort((a, b) => a - b);
    const median = (times[EDITS / 2 - 1] + times[EDITS / 2]) / 2;
    console.log(
      `an edit of ${name} of one rule in ${RULES}, ${EVENTS} events: ` +
        `median ${median.toFixed(0)} ms, worst ${times.at(-1).toFixed(0)} ms of ${EDITS}`,
    );
  }
} finally {
  await browser.close();
  await demo.stop();
}

// In the page: changes one rule by a character, as a key does, and waits until score and curve are new and painted.
async function measure({ pattern, edit }) {
  const editor = document.querySelector("model-editor");
  const curve = () => document.querySelector(".chart-line")?.getAttribute("d");
  const text = editor.value;
  const places = [...text.matchAll(new RegExp(pattern.replace(/[/$]/g, "\\$&"), "g"))];
  const at = places[(edit * 7) % places.length].index + pattern.length;
  const before = curve();
  // Another first digit: 1 becomes 9, all others 1.
  const begun = performance.now();
  editor.replace(at, at + 1, text[at] === "1" ? "9" : "1");
  await new Promise((resolve) => {
    const look = () => {
      if (curve() !== before) return resolve();
      requestAnimationFrame(look);
    };
    requestAnimationFrame(look);
  });
  // A message comes after the frame that shows it.
  await new Promise((resolve) => requestAnimationFrame(() => setTimeout(resolve)));
  return performance.now() - begun;
}

// Rules of all kinds, each of which the journey hits; half of them fade, as scoring costs most then.
function model() {
  const rules = Array.from({ length: RULES - 10 }, (_, index) => ({
    id: `rule-${index}`,
    ...(index % 3 === 0
      ? { event: "click", where: { link_id: `link-${index}` } }
      : { event: "page_view", path: `/section-${index}/*` }),
    points: 1 + (index % 7),
    ...(index % 2 === 0 ? { decay: { half_life: `${5 + (index % 30)}d` } } : { expires: "90d" }),
    ...(index % 4 === 0 && { per: "1d", limit: 5 }),
  }));
  const combinations = Array.from({ length: 10 }, (_, index) => ({
    id: `both-${index}`,
    all: [`rule-${index}`, `rule-${index + 20}`],
    points: 5,
  }));
  const stages = [
    { id: "mql", at: 300, near: 20, rearm: "30d" },
    { id: "sql", at: 600 },
  ];
  return { name: "two-hundred", rules: [...rules, ...combinations], stages };
}

function journey() {
  const lines = [];
  for (let index = 0; index < EVENTS; index += 1) {
    const rule = (index * 7919) % (RULES - 10);
    const at = Date.UTC(2026, 0, 1) + index * 300_000;
    const event =
      rule % 3 === 0
        ? { type: "click", url: "https://site.example/", props: { link_id: `link-${rule}` } }
        : { type: "page_view", url: `https://site.example/section-${rule}/page`, props: { page_title: "A page" } };
    lines.push(JSON.stringify({ visitor: "one", at, ...event }));
  }
  return lines.join("\n");
}
