// Links to the playground that are too large: the page says so at once, and does not create links that it could not
// open.
import assert from "node:assert/strict";
import { test } from "node:test";
import { fromFragment, pack, toFragment } from "../../www/site/playground/page/share.js";
import { TooLarge } from "../../www/site/playground/page/limits.js";
import { level } from "../lib/level.mjs";
import { demo, visit } from "./fixture.mjs";
import { model, notice, openPlayground, settled, write } from "./playground-fixture.mjs";

/**
 * Milliseconds for which the page may work without an answer; a crafted link made it silent for more than 100 seconds.
 * It is CPU time, because other processes may use the machine.
 */
const PATIENCE = 5_000;
/**
 * Milliseconds for which it is asked after it has shown what it says of the model: the editor may lay out text later.
 */
const AFTERWARDS = 1_500;
/** The others take long, and are opened before a release. */
const SHORTLY = ["20 MB of spaces", "lines of combining marks", "texts of events"];

const AT = Date.UTC(2026, 0, 5);
const SMALL = { name: "small", rules: [{ id: "view", event: "page_view", points: 1 }] };
const json = (more) => JSON.stringify({ ...SMALL, ...more });
const events = (count) =>
  Array.from({ length: count }, (_, n) => ({ type: "page_view", at: AT + n * 1000, url: `/${n}` }));
const rules = (count) => Array.from({ length: count }, (_, n) => ({ id: `r${n}`, event: "page_view", points: 1 }));

/** @type {[string, { model: string, events: object[] }, RegExp][]} */
const TOO_LARGE = [
  ["20 MB of spaces", { model: " ".repeat(20_000_000) + json(), events: [] }, /at most 8,388,608 bytes in all/],
  ["3 MB of lines", { model: "\n".repeat(3_000_000) + json(), events: [] }, /at most 2,000,000 characters of a model/],
  ["a long line", { model: "\t".repeat(1_000_000) + json(), events: [] }, /100,000 characters in a line/],
  [
    "combining marks",
    { model: json({ description: "\u0301".repeat(50_000) }), events: [] },
    /2,000 .*outside of ASCII/,
  ],
  ["many events", { model: json(), events: events(20_001) }, /at most 20,000 events/],
  [
    "rules × events",
    { model: JSON.stringify({ ...SMALL, rules: rules(4000) }, null, 1), events: events(3000) },
    /at most 5,000,000 rules × events/,
  ],
];
/** @type {Record<string, { model: string, events?: object[] }>} */
const LARGE = {
  "10,000 errors": {
    model: JSON.stringify({ ...SMALL, rules: rules(10_000).map((rule) => ({ ...rule, points: "x" })) }, null, 2),
  },
  "10,000 rules": { model: JSON.stringify({ ...SMALL, rules: rules(10_000) }, null, 1) },
  "5,000 stages": {
    model: JSON.stringify({ ...SMALL, stages: rules(5000).map(({ id }, at) => ({ id, at })) }, null, 2),
  },
  "100,000 brackets": { model: "[".repeat(99_000) },
  "lines of combining marks": { model: `${"\u0301".repeat(2_000)}\n`.repeat(300) },
  "20,000 events": { model: json(), events: events(20_000) },
  "1,600 rules that each of 3,000 events fires": {
    model: JSON.stringify({ ...SMALL, rules: rules(1_600) }, null, 1),
    events: events(3_000),
  },
  "texts of events": {
    model: json({ rules: [{ id: "x", event: "page_view", path: "/*a*b*c", points: 1 }] }),
    events: events(12).map((event) => ({
      ...event,
      url: `/${"a".repeat(60_000)}`,
      props: { "\u0301": "\u0301".repeat(30_000) },
    })),
  },
};

test("a link beyond the limits can neither be created nor opened", async () => {
  for (const [name, content, says] of TOO_LARGE) {
    const whole = { moment: null, ...content };
    await assert.rejects(toFragment(whole), (error) => error instanceof TooLarge, name);
    const forged = await pack(new TextEncoder().encode(JSON.stringify(whole)));
    await assert.rejects(fromFragment(forged), says, name);
  }
  for (const [name, content] of Object.entries(LARGE)) {
    const whole = { moment: null, events: [], ...content };
    assert.deepEqual(await fromFragment(await toFragment(whole)), whole, name);
  }
});

/** Returns a function that gives the CPU time in milliseconds that the page's main thread has worked. */
async function workOf(page) {
  const session = await page.context().newCDPSession(page);
  await session.send("Performance.enable", { timeDomain: "threadTicks" });
  return async () => {
    const { metrics } = await session.send("Performance.getMetrics");
    return metrics.find(({ name }) => name === "TaskDuration").value * 1000;
  };
}

test("the page stays responsive, whatever link is opened", async () => {
  /** @type {(readonly [string, object, boolean?])[]} */
  const all = [
    ...TOO_LARGE.map(([name, content]) => /** @type {const} */ ([name, content, true])),
    ...Object.entries(LARGE),
  ];
  const crafted = level === "all" ? all : all.filter(([name]) => SHORTLY.includes(name));
  assert.ok(crafted.length >= SHORTLY.length);
  for (const [name, content, isRefused] of crafted) {
    const fragment = await pack(new TextEncoder().encode(JSON.stringify({ events: [], ...content })));
    await visit(async (page) => {
      await page.goto(`${demo.origin}/playground${fragment}`, { waitUntil: "commit" });
      const worked = await workOf(page);
      let longest = 0;
      let before = 0;
      for (let shown = Infinity; performance.now() < shown + AFTERWARDS;) {
        const [said, summary] = await page.evaluate(() =>
          ["#notice", "#issues [data-show=summary]"].map((selector) => document.querySelector(selector)?.textContent),
        );
        const work = await worked();
        longest = Math.max(longest, work - before);
        before = work;
        const isShown = isRefused ? /too large to be opened/.test(said) : /valid|error|warning/.test(summary);
        if (isShown && shown === Infinity) shown = performance.now();
      }
      if (process.env.SHOW_TIMES) console.log(`${name}: ${Math.round(longest)} ms`);
      assert.ok(longest < PATIENCE, `${name}: no answer for ${longest} ms of CPU`);
    });
  }
});

test("a link that could not be opened is not created", async () => {
  await visit(async (page) => {
    await openPlayground(page, demo.origin);
    const text = json({ description: "\u0301".repeat(2_001) });
    await write(page, text);
    await page.locator("#share").click();
    await notice(page).getByText("No link was made: a link contains at most 2,000 characters").waitFor();
    assert.equal(new URL(page.url()).hash, "");
    assert.equal(await model(page), text);
    await settled(page);
  });
});
