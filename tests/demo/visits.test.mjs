// The demo for a visitor, in a real Chromium and workerd, with the built package and the tag as on any site.
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { test } from "node:test";
import { compile } from "../../pkg/compile-node.js";
import init, { Model, verify } from "../../pkg/node.js";
import {
  cutOff,
  demo,
  fillForm,
  open,
  sendForm,
  shows,
  storedBy,
  timeOfOneDay,
  until,
  visit,
  visitorOf,
} from "./fixture.mjs";

// The scores of the site's model on the walk from the prices to the demo form, page by page.
const WALK = [
  { path: "/pricing", score: 20, segment: "visitor" },
  { path: "/product/routing", score: 30, segment: "engaged" },
  { path: "/product/forecasts", score: 40, segment: "engaged" },
  { path: "/product/integrations", score: 70, segment: "engaged" },
  { path: "/demo", score: 75, segment: "engaged" },
];
// All that the tag asks for, and the site for itself.
const FILES = ["/leadscore/tag.js", "/leadscore/browser.wasm", "/model.lsm"];
const SITE = /^\/(css|js)\/[a-z-]+\.(css|js)$|^\/favicon\.svg$/;

test("the walk to the demo form stores one verified MQL, and sends nothing before it", async () => {
  await visit(async (page, posts, asked) => {
    for (const { path, score, segment } of WALK) {
      await open(page, path);
      await shows(page, { score, segment });
      assert.match(await page.locator(".panel").innerText(), new RegExp(`^${score}\\n`));
    }
    await page.getByLabel("Your name").fill("Sam");
    await shows(page, { score: 85, segment: "near-mql" });
    const paths = WALK.map(({ path }) => path);
    const others = asked.filter((path) => !SITE.test(path) && !paths.includes(path));
    assert.deepEqual([...new Set(others)].sort(), FILES.toSorted(), "nothing but the tag's files before a stage trips");
    assert.deepEqual(posts, []);

    await sendForm(page);
    await shows(page, { score: 125, segment: "mql" });
    assert.equal(posts.length, 1);

    // Recomputed here, in a third runtime, from the state that the signal carries.
    const [row, ...more] = await storedBy(page);
    assert.deepEqual(more, []);
    assert.equal(row.stage, "mql");
    await init();
    const model = new Model(compile(await readFile(new URL("../../www/model.json", import.meta.url), "utf8")));
    const snapshot = verify(model, row.signal);
    assert.equal(snapshot.stage, "mql");
    assert.equal(snapshot.score, row.score);
    assert.ok(Math.abs(row.score - 125) < 0.1);
    assert.doesNotMatch(JSON.stringify(row), /Sam|sam@|Example Foods|\/pricing/, "no form value, no address");

    await page.reload();
    await shows(page, { segment: "mql" });
    await fillForm(page);
    await open(page, "/pricing");
    assert.equal(posts.length, 1, "a stage that has tripped stays silent");
    assert.equal((await storedBy(page)).length, 1);
  });
});

test("the receipt adds up, and its runtime is loaded only when it is opened", async () => {
  await visit(async (page, posts, asked) => {
    for (const { path } of WALK.slice(0, 4)) await open(page, path);
    assert.ok(!asked.includes("/leadscore/leadscore.wasm"));
    await page.locator(".panel summary").click();
    await page.locator(".panel tbody th").first().waitFor();
    assert.ok(asked.includes("/leadscore/leadscore.wasm"));
    const points = await page.locator(".panel tbody td").allInnerTexts();
    const sum = points.reduce((total, text) => total + Number(text.replace("−", "-")), 0);
    assert.ok(Math.abs(sum - 70) < 0.5, points.join(" "));
    assert.equal(await page.locator(".panel tfoot td").innerText(), "70");
  });
});

test("a visitor's interactions count, as the tag collects them", async () => {
  await visit(async (page, posts) => {
    await page.clock.install({ time: timeOfOneDay(2) });
    await open(page, "/pricing?utm_source=google&utm_medium=cpc");
    await shows(page, { score: 25 });
    const downloaded = page.waitForEvent("download");
    await page.getByRole("link", { name: "price list" }).click();
    assert.equal((await downloaded).suggestedFilename(), "wayfold-prices.csv");
    await shows(page, { score: 35 });

    for (const seconds of [25, 25, 15]) {
      await page.mouse.move(100 + seconds, 100);
      await page.clock.runFor(1000 * seconds);
    }
    await shows(page, { score: 45 });

    // It leads to another page, which has the form.
    await page.getByRole("link", { name: "Talk to us" }).click();
    await page.waitForURL("**/demo");
    await shows(page, { score: 55 });
    assert.deepEqual(posts, []);
  });
});

test("a returning lead causes a second signal", async () => {
  await visit(async (page, posts) => {
    await page.clock.install({ time: timeOfOneDay(35) });
    for (const { path } of WALK) await open(page, path);
    await sendForm(page);
    await open(page, "/customers");
    await shows(page, { score: 135, segment: "near-sql" });

    await page.clock.fastForward("31:00");
    await open(page, "/pricing");
    await shows(page, { score: 145, segment: "near-sql" });
    await page.getByRole("link", { name: "price list" }).click();
    await shows(page, { score: 155, segment: "sql" });
    await page.locator(".panel[data-signal=answered]").waitFor();
    assert.equal(posts.length, 2);
    assert.deepEqual((await storedBy(page)).map((row) => row.stage).sort(), ["mql", "sql"]);
  });
});

test("a signal waits for an unreachable backend, and is sent from the next page", async () => {
  await visit(async (page, posts) => {
    const reconnect = await cutOff(page);
    await open(page, "/demo");
    await sendForm(page, "waiting");
    await reconnect();
    await open(page, "/customers");
    await page.locator(".panel[data-signal=answered]").waitFor();
    assert.equal((await storedBy(page)).length, 1);
    const { length } = posts;
    await open(page, "/pricing");
    assert.equal(posts.length, length, "what was answered is not sent again");
  });
});

test("an unsent signal goes as a beacon when the page closes, is stored, and recognised when it is sent again", async () => {
  await visit(async (page, posts) => {
    await open(page, "/demo");
    // As if another tab were sending.
    await page.evaluate(() => void navigator.locks.request("leadscore.outbox", () => new Promise(() => {})));
    await sendForm(page, "waiting");
    await page.goto(`${demo.origin}/signals`);
    const isStored = (rows) => rows.length > 0;
    const [row] = await until(() => storedBy(page), isStored);
    assert.equal(row.stage, "mql");
    const fetched = () => posts.filter((request) => request.resourceType() === "fetch").length;
    assert.equal(fetched(), 0);

    const answer = page.waitForResponse((response) => response.request().method() === "POST");
    await open(page, "/customers");
    assert.equal((await answer).status(), 200, "not 201: known already");
    await page.locator(".panel[data-signal=answered]").waitFor();
    assert.equal(fetched(), 1);
    assert.equal((await storedBy(page)).length, 1);
  });
});

test("two tabs lose no hit, and forget together", async () => {
  await visit(async (page) => {
    const other = await page.context().newPage();
    await Promise.all([open(page, "/pricing"), open(other, "/product/routing")]);
    await open(page, "/customers");
    await shows(page, { score: 40 });
    await shows(other, { score: 40 });

    await startOver(page);
    await shows(page, { score: 0 });
    await shows(other, { score: 0 });
    await other.reload();
    await shows(other, { score: 10 });
  });
});

test("starting over deletes the visit", async () => {
  await visit(async (page) => {
    await open(page, "/pricing");
    const first = await visitorOf(page);
    await startOver(page);
    await shows(page, { score: 0 });
    await page.getByText("you are a new visitor").waitFor();
    await open(page, "/customers");
    await shows(page, { score: 10 });
    assert.notEqual(await visitorOf(page), first);
  });
});

test("an applicant is not a lead", async () => {
  await visit(async (page) => {
    await open(page, "/pricing");
    await open(page, "/careers");
    await shows(page, { score: 0, segment: "visitor" });
  });
});

test("a page whose storage is blocked scores what it sees", async () => {
  await visit(async (page, posts) => {
    await page.addInitScript(() => {
      Object.defineProperty(globalThis, "localStorage", {
        get() {
          throw new DOMException("blocked", "SecurityError");
        },
      });
    });
    await open(page, "/demo");
    await shows(page, { score: 5 });
    await sendForm(page, "unseen");
    await until(
      () => posts.length,
      (count) => count === 1,
    );
    await page.locator(".panel summary").click();
    await page.getByText("is not available").waitFor();
  });
});

test("damaged storage is replaced", async () => {
  await visit(async (page, posts) => {
    await page.goto(`${demo.origin}/signals`);
    await page.evaluate(() => {
      for (const name of ["lead", "session", "retry", "out.x"]) localStorage.setItem(`leadscore.${name}`, "{.!");
    });
    await open(page, "/pricing");
    await shows(page, { score: 20 });
    await open(page, "/customers");
    await shows(page, { score: 30 });
    assert.deepEqual(posts, []);
  });
});

test("global privacy control keeps the visit unscored", async () => {
  await visit(async (page, posts) => {
    await page.addInitScript(() => Object.defineProperty(navigator, "globalPrivacyControl", { value: true }));
    await page.goto(`${demo.origin}/demo`);
    await page.getByText("this visit is not scored").waitFor();
    await page.waitForFunction(() => window.leadscore?.snapshot);
    await fillForm(page);
    assert.deepEqual(posts, []);
    assert.equal(await page.evaluate(() => localStorage.length), 0);
  });
});

test("a site without its model works, without a score", async () => {
  await visit(async (page, posts) => {
    await page.route("**/model.lsm", (route) => route.fulfill({ status: 404 }));
    await page.goto(`${demo.origin}/demo`);
    await page.getByText("Scoring could not start").waitFor();
    await fillForm(page);
    assert.deepEqual(posts, []);
  });
});

test("an automated browser is scored, but is never a lead", async () => {
  const newContext = (browser) => browser.newContext();
  await visit(
    async (page, posts) => {
      await open(page, "/demo");
      await fillForm(page);
      await shows(page, { score: 55, segment: "mql" });
      await open(page, "/pricing");
      assert.deepEqual(posts, []);
    },
    { newContext },
  );
});

async function startOver(page) {
  await page.locator(".panel summary").click();
  await page.getByRole("button", { name: "Start over" }).click();
}
