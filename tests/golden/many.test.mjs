// More leads than the wasm keeps decoded (see `src/wasm/leads.rs`): taking turns changes none of their results.
import assert from "node:assert/strict";
import { test } from "node:test";
import init, { Lead, Model } from "../../pkg/node.js";
import { compile } from "../../pkg/compile-node.js";

const HOUR = 3_600_000;
const START = Date.UTC(2026, 10, 21);
const LEADS = 700;
const EVENTS = 15;

const json = {
  name: "many",
  rules: [
    { id: "view", event: "page_view", points: 5, limit: 10, decay: { half_life: "7d" } },
    { id: "pricing", event: "page_view", path: "/pricing", points: 15, per: "1h", limit: 5 },
    { id: "pages", event: "page_view", distinct: "url.path", points: 2, limit: 6 },
    { id: "company", trait: { "props.size": { $gte: 50 } }, points: 20 },
    { id: "both", all: ["pricing", "company"], within: "30d", points: 10 },
  ],
  stages: [
    { id: "engaged", at: 30, rearm: "1d" },
    { id: "sql", at: 60, requires: ["company"] },
  ],
};

/** The event of a lead at a turn. Some are dated more than a day ahead, so they are set aside. */
function event(lead, turn) {
  const at = START + turn * 7 * HOUR + ((lead + turn) % 11 === 0 ? 30 * HOUR : 0);
  if ((lead + turn) % 9 === 4) return { type: "identify", props: { size: (lead * 7 + turn * 13) % 120 }, at };
  const pages = ["/pricing", "/", `/docs/${lead % 3}`, `/blog/${turn % 8}`];
  return { type: "page_view", url: pages[(lead * turn + turn) % pages.length], at };
}

const results = (lead, now) => [lead.encode(), lead.snapshot(now), lead.explain(now)].map((own) => JSON.stringify(own));

test("leads that take turns have the results of leads on their own", async () => {
  await init();
  const model = new Model(compile(json));
  const begin = (number) => new Lead(model, { id: `v-${number}`, source: "https://shop.example" });
  const clock = (turn) => START + turn * 7 * HOUR;
  const together = Array.from({ length: LEADS }, (_, number) => begin(number));
  const signals = together.map(() => []);
  for (let turn = 0; turn < EVENTS; turn++) {
    together.forEach((lead, number) => signals[number].push(...lead.ingest(event(number, turn), clock(turn))));
    // A number that is free again is given to another lead, which may be asleep or not.
    together[turn].free();
    together[turn] = begin(turn);
    signals[turn] = [];
  }
  together.forEach((lead, number) => {
    const alone = begin(number);
    const own = [];
    for (let turn = number < EVENTS ? number + 1 : 0; turn < EVENTS; turn++) {
      own.push(...alone.ingest(event(number, turn), clock(turn)));
    }
    assert.deepEqual(results(lead, clock(EVENTS)), results(alone, clock(EVENTS)), `lead ${number}`);
    assert.equal(JSON.stringify(signals[number]), JSON.stringify(own), `signals of lead ${number}`);
    alone.free();
  });
  assert.ok(signals.flat().length > LEADS / 2, `${signals.flat().length} signals`);
});
