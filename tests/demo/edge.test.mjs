// The round trip: page → cookie → edge → personalised page → signal → list → decision of sales → page.
import assert from "node:assert/strict";
import { test } from "node:test";
import { demo, open, shows, storedBy, until, visit } from "./fixture.mjs";

const PLAIN = "Every van knows its round by six.";
const OFFER = "You know the rounds. See your own by Friday.";
const headline = (page) => page.locator("h1").innerText();
const segmentAtEdge = (page) => page.locator("html").getAttribute("data-leadscore-segment");
const cookie = async (page, wanted) => (await page.context().cookies(demo.origin)).find(({ name }) => name === wanted);
const ownCookie = (page) => cookie(page, "__Host-leadscore");
const mirrored = async (page) => (await cookie(page, "leadscore"))?.value;

test("a visitor near MQL sees another home page, and sales' word ends it", async () => {
  await visit(async (page, posts) => {
    await open(page, "/");
    assert.equal(await headline(page), PLAIN);
    assert.equal(await segmentAtEdge(page), "visitor");
    for (const path of ["/pricing", "/product/routing", "/product/forecasts", "/product/integrations"]) {
      await open(page, path);
    }
    await open(page, "/customers");
    await shows(page, { score: 80, segment: "near-mql" });
    await page.locator(".brand").click();
    await page.getByText(OFFER).waitFor();
    assert.equal(await segmentAtEdge(page), "near-mql");
    const own = await ownCookie(page);
    assert.ok(own.httpOnly && own.secure && own.sameSite === "Lax" && own.value.length < 700, JSON.stringify(own));
    // The page counts what the worker saw as the worker did: not one view twice.
    await shows(page, { score: 80 });
    assert.deepEqual(posts, []);

    await page.getByRole("link", { name: "Plan my depot’s day" }).click();
    await page.waitForURL("**/demo");
    await page.getByLabel("Your name").fill("Sam");
    await page.getByLabel("Work email").fill("sam@example.com");
    await page.getByLabel("Company").fill("Example Foods");
    await page.getByRole("button", { name: "Book a demo" }).click();
    await page.locator(".panel[data-signal=answered]").waitFor();
    const [row] = await storedBy(page);
    assert.deepEqual([row.stage, row.verification, row.provenance], ["mql", "verified", "client"]);
    await open(page, "/");
    assert.equal(await headline(page), PLAIN, "who has asked need not be asked");

    const [, token] = /Bearer (\S+?)'/.exec(demo.log());
    const decide = (authorization) =>
      fetch(`${demo.origin}/signals/lifecycle`, {
        method: "POST",
        headers: { authorization, "content-type": "application/json" },
        body: JSON.stringify({ visitor: row.visitor, stage: "customer" }),
      });
    assert.equal((await decide("Bearer guess")).status, 401);
    assert.equal((await decide(`Bearer ${token}`)).status, 201);
    await open(page, "/");
    assert.equal(await segmentAtEdge(page), "customer");
    await page.goto(`${demo.origin}/signals`);
    await page.locator(`[data-visitor="${row.visitor}"][data-lifecycle=customer]`).waitFor();
  });
});

test("a stage tripped by a page view is reported by the worker, even if the page cannot", async () => {
  await visit(async (page) => {
    await page.context().route("**/signals", (route) => route.abort());
    const paths = [
      "/pricing?utm_medium=cpc",
      "/product/routing",
      "/product/forecasts",
      "/product/integrations",
      "/demo",
    ];
    for (const path of paths) await open(page, path);
    const told = await mirrored(page);
    await page.getByLabel("Your name").fill("Sam");
    await shows(page, { score: 90, segment: "near-mql" });
    // The tag sets the worker's cookie a moment after the panel changes.
    await until(
      () => mirrored(page),
      (cookie) => cookie !== told,
    );
    assert.deepEqual(await storedBy(page), []);
    await open(page, "/customers");
    await shows(page, { score: 100, segment: "mql" });
    // The worker sends the signal after the response.
    const [row, ...more] = await until(
      () => storedBy(page),
      (rows) => rows.length > 0,
    );
    assert.deepEqual(more, []);
    // Fifteen of the points are what only the page could see.
    assert.deepEqual([row.stage, row.verification, row.provenance], ["mql", "verified", "client"]);
    assert.equal(row.visitor, (await ownCookie(page)).value.split(".")[4]);
  });
});

test("a forged cookie gets the default page", async () => {
  const cookie = "__Host-leadscore=1.demo.zzzzzz.v-1.AAAA.forged; leadscore=AA.v-1.forged";
  const headers = { cookie, accept: "text/html", "sec-fetch-dest": "document" };
  const response = await fetch(demo.origin, { headers });
  assert.equal(response.status, 200);
  assert.match(await response.text(), new RegExp(PLAIN));
});

test("a refusal by Sec-GPC leaves no cookie", async () => {
  await visit(async (page) => {
    await open(page, "/pricing");
    await page.reload();
    assert.ok(await ownCookie(page));
    await page.setExtraHTTPHeaders({ "sec-gpc": "1" });
    await page.goto(`${demo.origin}/pricing`);
    assert.equal(await ownCookie(page), undefined);
  });
});
