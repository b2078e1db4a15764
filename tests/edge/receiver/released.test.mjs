// Pages, workers and accounts of the last release are still open when a receiver is deployed: their signals are
// accepted, each stored once.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { entries, make, post, signed, told } from "./make.mjs";

const { models, states, accounts } = JSON.parse(
  readFileSync(new URL("../../fixtures/states-1.json", import.meta.url), "utf8"),
);
const compiled = Object.values(models).map((text) => Buffer.from(text, "base64"));
const sent = [...states, ...accounts].flatMap(({ signals }) => signals);

test("the signals of the last release are verified", async () => {
  const { handle, store } = make({
    models: compiled,
    origins: [...new Set(sent.map(({ source }) => source))],
    limits: { visitor: { per: 60, most: 1000 }, signed: { per: 60, most: 1000 } },
  });
  const ids = new Set();
  for (const made of sent) {
    const isOwn = made.type === "leadscore.account.reached" || made.data.provenance === "edge";
    const request = async () => (isOwn ? signed(made) : post(made, { headers: { origin: made.source } }));
    const key = `${made.type} ${made.id}`;
    assert.equal(
      await told(await handle(await request())),
      ids.has(key) ? "200 duplicate" : "201 stored",
      made.subject,
    );
    ids.add(key);
    assert.equal(await told(await handle(await request())), "200 duplicate", made.subject);
  }
  assert.ok(ids.size >= 10, `${ids.size}`);
  const stored = await entries(store, { limit: 500 });
  assert.equal(stored.length, ids.size);
  assert.deepEqual(new Set(stored.map(({ verification }) => verification)), new Set(["verified"]));
});
