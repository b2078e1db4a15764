import assert from "node:assert/strict";
import { test } from "node:test";
import { ADDRESS, make, post, signal, SITE } from "./make.mjs";

const preflight = (origin) =>
  new Request(ADDRESS, { method: "OPTIONS", headers: { origin, "access-control-request-method": "POST" } });

test("own sites may send from another origin, and read the response", async () => {
  const { handle } = make();
  const allowed = await handle(preflight(SITE));
  assert.equal(allowed.status, 204);
  const { headers } = allowed;
  assert.equal(headers.get("access-control-allow-origin"), SITE);
  assert.equal(headers.get("access-control-allow-methods"), "POST");
  assert.equal(headers.get("access-control-allow-headers"), "content-type");
  assert.ok(Number(headers.get("access-control-max-age")) > 0);
  assert.equal(headers.get("vary"), "origin");

  for (const body of [signal(), "{}"]) {
    const answer = await handle(post(body));
    assert.equal(answer.headers.get("access-control-allow-origin"), SITE);
    assert.equal(answer.headers.get("access-control-expose-headers"), "retry-after");
    assert.equal(answer.headers.get("vary"), "origin");
  }
});

test("other sites may not", async () => {
  const { handle } = make();
  const refused = await handle(preflight("https://evil.example"));
  assert.equal(refused.status, 403);
  assert.equal(refused.headers.get("access-control-allow-origin"), null);
  const answer = await handle(post(signal(), { headers: { origin: "https://evil.example" } }));
  assert.equal(answer.headers.get("access-control-allow-origin"), null);
  assert.equal(answer.headers.get("vary"), "origin");
});

test("the response to a failure of the store can be read too", async () => {
  const { error } = console;
  console.error = () => {};
  /** @type {any} */
  const nothing = null;
  const { handle } = make({ store: { insert: async () => nothing.x, update() {}, list() {} } });
  const answer = await handle(post(signal()));
  console.error = error;
  assert.equal(answer.status, 503);
  assert.equal(answer.headers.get("access-control-allow-origin"), SITE);
  assert.equal(answer.headers.get("access-control-expose-headers"), "retry-after");
});
