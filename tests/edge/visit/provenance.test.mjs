// Signals with the provenance `edge` follow from the worker's own observations: no page can add to them, suppress them,
// or read decisions about others.
import assert from "node:assert/strict";
import { test } from "node:test";
import { browser, lead, make, mirrored, NOW, viewOf } from "./make.mjs";

const told = (stage, at) => ({ type: "lifecycle", at, props: { stage } });
/** Decisions of sales, as in a receiver's store. */
const decisions = (entries) => ({
  asked: [],
  async list({ visitor }) {
    this.asked.push(visitor);
    const of = entries.filter((entry) => entry.visitor === visitor);
    return { entries: of.map(({ stage, at }) => ({ stage, happened: new Date(at).toISOString() })), next: null };
  },
});
const qualify = async ({ go }) => {
  for (const path of ["/pricing", "/product/a", "/product/b"]) await go(path);
};

test("a page's decisions, recycling and trips neither silence nor arm the worker, nor show in its signals", async () => {
  const expected = make();
  const alone = browser(expected.edge);
  alone.jar.page = mirrored("v-1", lead("v-1"));
  await qualify(alone);
  const [own] = expected.sent;
  assert.deepEqual([own.signal.data.provenance, own.signal.data.snapshot.lifecycle], ["edge", null]);

  const demo = { type: "form_submit", at: NOW - 90_000 };
  const pages = {
    "a customer": [told("customer", NOW - 120_000)],
    "a subscriber": [told("subscriber", NOW - 120_000)],
    "recycled before": [told("recycled", NOW - 120_000)],
    "recycled, in the future": [told("mql", NOW - 120_000), told("recycled", NOW + 9_000_000)],
    "tripped before": [viewOf("/pricing"), demo],
  };
  for (const [name, events] of Object.entries(pages)) {
    const { edge, sent } = make();
    const visitor = browser(edge);
    const page = lead("v-1");
    for (const event of events) page.ingest(event, NOW + 10_000_000);
    visitor.jar.page = mirrored("v-1", page);
    await qualify(visitor);
    for (let i = 0; i < 5; i++) await visitor.go("/pricing");
    const edges = sent.map(({ signal }) => signal).filter(({ data }) => data.provenance === "edge");
    assert.deepEqual(edges.slice(0, 1), [own.signal], name);
    // Each visit of the last ones adds to what the worker saw, but trips nothing again.
    assert.equal(new Set(edges.map(({ data }) => data.stage)).size, edges.length, name);
  }
});

test("a visitor who takes on an id does not learn the decisions of sales about it", async () => {
  const entries = [{ visitor: "victim", stage: "customer", at: NOW }];
  const known = async (visitor) => {
    /** @type {any} */
    let snapshot;
    await visitor.go("/product/z", { during: (visit) => (snapshot = visit.snapshot) });
    return [snapshot.segment, snapshot.lifecycle];
  };
  const victim = lead("victim", viewOf("/pricing"), { type: "form_submit" });
  // With data from the page alone, with a trip of its own, and with a new id for a browser that the worker knows.
  const ways = {
    "a page's word": (visitor) => (visitor.jar.page = mirrored("victim", victim)),
    "trips of one's own": async (visitor) => {
      visitor.jar.page = mirrored("victim", victim);
      await qualify(visitor);
    },
    "a seal of one's own": async (visitor) => {
      visitor.clock.now -= 3_600_000;
      await qualify(visitor);
      visitor.clock.now += 3_600_000;
      visitor.jar.page = mirrored("victim", victim);
      await visitor.go("/blog");
    },
  };
  for (const [name, way] of Object.entries(ways)) {
    const lifecycle = decisions(entries);
    const made = make({ lifecycle });
    made.clock.now += 60_000;
    const visitor = Object.assign(browser(made.edge), { clock: made.clock });
    await way(visitor);
    made.clock.now += 60_000;
    const [segment, confirmed] = await known(visitor);
    assert.deepEqual([segment === "customer", confirmed], [false, null], name);
  }
  // Whom the worker knew before is a customer from then on.
  const lifecycle = decisions(entries);
  const { edge, clock } = make({ lifecycle });
  clock.now -= 60_000;
  const visitor = browser(edge);
  visitor.jar.page = mirrored("victim", lead("victim"));
  await qualify(visitor);
  clock.now += 120_000;
  assert.deepEqual(await known(visitor), ["customer", "customer"]);
});

test("after the clock was ten years ahead, lifecycle stages from sales still count", async () => {
  const entries = [];
  const { edge, clock } = make({ lifecycle: decisions(entries) });
  const YEARS = 10 * 365 * 86_400_000;
  const visitor = browser(edge);
  clock.now += YEARS;
  await qualify(visitor);
  clock.now -= YEARS;
  // Sealed again, with the correct clock.
  assert.ok((await visitor.go("/blog")).set);
  await qualify(visitor);
  clock.now += 120_000;
  entries.push({ visitor: (await visitor.go("/blog")).visitor, stage: "customer", at: clock.now - 60_000 });
  let lifecycle;
  await visitor.go("/blog", { during: (visit) => ({ lifecycle } = visit.snapshot) });
  assert.equal(lifecycle, "customer");
});
