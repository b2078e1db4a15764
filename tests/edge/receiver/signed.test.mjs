import assert from "node:assert/strict";
import { test } from "node:test";
import {
  accountSignal,
  contribution,
  CURRENT,
  durable,
  entries,
  FUTURE,
  KEY,
  make,
  NOW,
  PLAIN_KEY,
  post,
  signal,
  signed,
  SITE,
  told,
} from "./make.mjs";
import { createAccount } from "./runtime.mjs";

test("a signed request may come from the edge, and from no page", async () => {
  const { handle, store } = make();
  const edge = signal({ provenance: "edge" });
  assert.equal(await told(await handle(await signed(edge))), "201 stored");
  assert.equal(await told(await handle(await signed(signal({ visitor: "v-2" })))), "201 stored");
  assert.equal((await entries(store, { provenance: "edge" })).length, 1);
});

test("each of the keys is accepted", async () => {
  const { handle } = make();
  for (const secret of [PLAIN_KEY.secret, KEY.secret]) {
    const request = await signed(signal({ provenance: "edge", visitor: secret }), { secret });
    assert.equal(await told(await handle(request)), "201 stored");
  }
});

test("a wrong signature is rejected, from any origin", async () => {
  const { handle, store } = make();
  const edge = signal({ provenance: "edge" });
  const header = (name, value) => signed(edge, { headers: { [name]: value } });
  const wrong = [
    await signed(edge, { secret: "another" }),
    await signed(edge, { at: NOW - 301_000 }),
    await signed(edge, { at: NOW + 301_000 }),
    await header("webhook-id", "request-2"),
    await header("webhook-timestamp", "1e9"),
    await header("webhook-timestamp", ""),
    await header("webhook-signature", "v1,"),
    await header("webhook-signature", "v1,%%%"),
    await header("webhook-signature", `v2,${"A".repeat(44)}`),
    await header("webhook-signature", "v1,AAAA ".repeat(500)),
    post(edge, { headers: { "webhook-signature": "x" } }),
  ];
  for (const request of wrong) assert.equal(await told(await handle(request)), "401 signature");
  const body = await signed(edge);
  const changed = new Request(body, { body: JSON.stringify(signal({ provenance: "edge", visitor: "v-2" })) });
  assert.equal(await told(await handle(changed)), "401 signature");
  const { handle: without } = make({ keys: [] });
  assert.equal(await told(await without(await signed(edge))), "401 signature");
  assert.deepEqual(await entries(store), []);
});

test("a signed signal must be from an own site, and from the page that sends it", async () => {
  const { handle } = make();
  const foreign = signal({ provenance: "edge", source: "https://evil.example" });
  assert.equal(await told(await handle(await signed(foreign))), "422 foreign_signal");
  const request = await signed(signal({ provenance: "edge" }));
  request.headers.set("origin", "https://www.acme.example");
  assert.equal(await told(await handle(request)), "422 foreign_signal");
  request.headers.set("origin", SITE);
});

test("an account's signal is recomputed from its people and stored as the account's", async () => {
  const { handle, store } = make();
  const sent = await accountSignal();
  assert.equal(await told(await handle(await signed(sent))), "201 stored");
  const [entry] = await entries(store, { kind: "account" });
  assert.equal(entry.visitor, "acme");
  assert.equal(entry.verification, "verified");
  assert.deepEqual([entry.stage, entry.score, entry.provenance], ["mqa", 120, "edge"]);

  const forged = structuredClone(sent);
  forged.data.people.pop();
  assert.equal(await told(await handle(await signed(forged))), "422 signal_mismatch");
  const future = await accountSignal({ bytes: FUTURE });
  assert.equal(await told(await handle(await signed(future))), "503 model_unknown");
  const { handle: named } = make({ names: ["acme-web"] });
  assert.equal(await told(await named(await signed(future))), "201 stored");
});

test("an account with the maximum number of people fits into one request", async () => {
  const { handle } = make();
  const sent = await accountSignal({ people: 60 });
  // The second person made it trip; a repeated signal with all of them is the same.
  assert.equal(sent.data.people.length, 2);
  assert.equal(await told(await handle(await signed(sent, { headers: { "x-padding": "0" } }))), "201 stored");
});

test("what workers witnessed of an account replaces what its visitors' pages reported", async () => {
  const sent = [];
  const endpoint = async (request) => {
    sent.push(await request.json());
    return new Response(null, { status: 201 });
  };
  const ctx = durable();
  const account = new (createAccount({ model: CURRENT, keys: [KEY], endpoint, now: () => NOW }))(ctx);
  await ctx.loaded;
  for (const isTold of [true, false])
    for (const visitor of ["v-1", "v-2"]) await account.fetch(contribution(visitor, { isTold }));
  await account.alarm();
  assert.deepEqual([sent[0].data.provenance, sent[1].data.provenance, sent[1].id], ["client", "edge", sent[0].id]);
  const { handle, store } = make();
  const outcomes = [];
  for (const one of [...sent, ...sent]) outcomes.push(await told(await handle(await signed(one))));
  assert.deepEqual(outcomes, ["201 stored", "200 upgraded", "200 duplicate", "200 duplicate"]);
  const [entry] = await entries(store);
  assert.deepEqual([entry.kind, entry.provenance, entry.signal], ["account", "edge", sent[1]]);
});
