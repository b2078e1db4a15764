// The native program and `npx leadscore` write reports with the same bytes. The pages work in a browser, on a phone, in
// dark mode and on paper, also with hostile names in the models.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { pathToFileURL } from "node:url";
import { chromium } from "playwright-core";
import { args, executablePath } from "../lib/chromium.mjs";
import { violations } from "../demo/axe.mjs";
import { consumer, native } from "./lib/consumer.mjs";

const HOSTILE = '</title><script>document.title="taken"</script><img src=x onerror=alert(1)>';
const START = 1_767_225_600_000;
const DAY = 86_400_000;

const model = (name, points) => ({
  name,
  rules: [
    { id: "pricing", event: "page_view", path: "/pricing", points, decay: { half_life: "14d" } },
    {
      id: "x".repeat(64),
      event: "page_view",
      path: "/blog",
      points: 5,
    },
    { id: "demo", event: "form_submit", points: 40 },
  ],
  stages: [
    { id: "engaged", at: 5, signal: false },
    { id: "mql", at: 15 },
  ],
});

/** 600 visitors. Those who view the pricing win more often. */
function visits() {
  const [events, outcomes] = [[], []];
  for (let n = 0; n < 600; n++) {
    const visitor = n === 7 ? HOSTILE : `v${n}`;
    const at = START + n * (DAY / 8);
    const view = (page, later) =>
      events.push({ visitor, type: "page_view", at: at + later, url: `https://x.example${page}` });
    view("/", 0);
    if (n % 3 === 0) view("/pricing", 60_000);
    if (n % 4 === 1) view("/blog", 90_000);
    if (n % 50 === 0) events.push({ visitor, type: "form_submit", at: at + 120_000 });
    if (n % 3 === 0 ? n % 2 === 0 : n % 11 === 0) outcomes.push({ visitor, at: at + 10 * DAY, outcome: "won" });
  }
  const lines = (rows) => rows.map((row) => `${JSON.stringify(row)}\n`).join("");
  return [lines(events), lines(outcomes)];
}

let folder, browser;
before(async () => {
  const [events, outcomes] = visits();
  folder = consumer("reports", {
    "old.json": JSON.stringify(model(HOSTILE, 10)),
    "new.json": JSON.stringify(model(HOSTILE, 20)),
    "events.ndjson": events,
    "outcomes.ndjson": outcomes,
  });
  browser = await chromium.launch({ executablePath, args });
});
after(() => browser?.close());

/** @type {[number, "light" | "dark"][]} */
const LOOKS = [
  [1280, "light"],
  [390, "dark"],
];
const recorded = ["events.ndjson", "--outcomes", "outcomes.ndjson"];
const REPORTS = {
  backtest: ["backtest", "old.json", "new.json", ...recorded, "--capacity", "20/w", "--fail-on", "auc < 0.1"],
  calibrate: ["calibrate", "old.json", ...recorded, "-o", "calibrated.json"],
  diff: ["diff", "old.json", "new.json", "events.ndjson", "--fail-on", "mql > 100000/w"],
};

for (const [name, words] of Object.entries(REPORTS)) {
  test(`${name}: one page, the same from both programs, that works everywhere`, async () => {
    const made = [native, join(folder, "node_modules/.bin/leadscore")].map((program, at) => {
      const out = join(folder, `${name}-${at}`);
      mkdirSync(out);
      const options = ["--html", join(out, "report.html"), "--markdown", join(out, "report.md")];
      const { status, stderr } = spawnSync(program, [...words, ...options], { cwd: folder, encoding: "utf8" });
      assert.equal(status, 0, stderr);
      return ["report.html", "report.md"].map((file) => readFileSync(join(out, file), "utf8"));
    });
    assert.deepEqual(made[1], made[0]);
    const [html, markdown] = made[0];
    assert.ok(!markdown.includes("<script") && !markdown.includes("<img"), markdown);
    const file = join(folder, `${name}.html`);
    writeFileSync(file, html);
    for (const [width, colorScheme] of LOOKS) {
      const page = await browser.newPage({ viewport: { width, height: 900 }, colorScheme });
      const asked = [];
      page.on("request", (request) => asked.push(request.url()));
      const address = pathToFileURL(file).href;
      await page.goto(address);
      assert.deepEqual(asked, [address]);
      assert.notEqual(await page.title(), "taken");
      assert.equal(await page.getByRole("heading", { level: 1 }).count(), 1);
      assert.deepEqual(await violations(page), [], `${width} ${colorScheme}`);
      const over = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
      assert.ok(over <= 0, `${over} px too wide at ${width}`);
      await page.emulateMedia({ media: "print", colorScheme });
      const paper = await page.evaluate(() => getComputedStyle(document.documentElement).backgroundColor);
      assert.equal(paper, "rgb(255, 255, 255)");
      await page.close();
    }
  });
}
