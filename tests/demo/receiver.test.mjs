// The demo's backend: signals that it accepts, signals that it rejects, and access to its data.
import assert from "node:assert/strict";
import { test } from "node:test";
import { demo, madeSignal, post, stored } from "./fixture.mjs";

/** The content type of a string that is sent by `sendBeacon`. */
const BEACON = "text/plain;charset=UTF-8";

test("a demo request alone is an MQL, and a replayed signal is dropped", async () => {
  const { signal, visitor } = await madeSignal();
  const answer = await post(signal);
  assert.deepEqual([answer.status, answer.code], [200, "duplicate"]);
  assert.equal((await stored()).filter((row) => row.visitor === visitor).length, 1);
});

test("the receiver believes only what it can recompute", async () => {
  // Held back by the page, so that only the untouched signal can be the first of its id.
  const { signal, visitor } = await madeSignal({ isDelivered: false });
  const changed = (change) => {
    const copy = structuredClone(signal);
    change(copy);
    return copy;
  };
  const flipped = (state) => {
    const bytes = Buffer.from(state, "base64url");
    bytes[bytes.length >> 1] ^= 0x01;
    return bytes.toString("base64url");
  };
  const cases = [
    ["a higher score", changed((copy) => (copy.data.snapshot.score += 15)), "signal_mismatch"],
    ["a later stage", changed((copy) => (copy.data.stage = "sql")), "signal_mismatch"],
    ["another reason", changed((copy) => (copy.data.reasons[0].points += 1)), "signal_mismatch"],
    ["another id", changed((copy) => (copy.id = `${copy.id}x`)), "signal_mismatch"],
    ["another visitor", changed((copy) => (copy.subject = "somebody-else")), "signal_mismatch"],
    [
      "another model",
      changed((copy) => (copy.data.model.name = copy.data.model.hash = "0".repeat(22))),
      "signal_model",
    ],
    ["a state with a flipped bit", changed((copy) => (copy.data.state = flipped(copy.data.state))), "state_corrupt"],
    ["an empty state", changed((copy) => (copy.data.state = "")), "state_corrupt"],
    ["an empty object", {}, "signal_syntax"],
    ["another site", changed((copy) => (copy.source = "https://elsewhere.example")), "foreign_signal"],
    ["a page that says it is the edge", changed((copy) => (copy.data.provenance = "edge")), "foreign_signal"],
  ];
  for (const [name, tampered, code] of cases) {
    const answer = await post(tampered);
    assert.deepEqual([answer.status, answer.code], [422, code], name);
    assert.equal(typeof answer.message, "string", name);
  }
  const rows = async () => (await stored()).filter((row) => row.visitor === visitor);
  assert.deepEqual(await rows(), []);

  const answer = await post({ ...signal, note: "a member that nobody vouches for" });
  assert.deepEqual([answer.status, answer.code], [201, "stored"]);
  assert.deepEqual(
    (await rows()).map((row) => row.signal),
    [signal],
  );
});

test("anything but a signal is rejected before it is parsed", async () => {
  const { signal } = await madeSignal();
  const body = JSON.stringify(signal);
  const large = "x".repeat(16 * 1024 + 1);
  /** @type {[string, any, Record<string, string>, number, string][]} */
  const cases = [
    ["a foreign origin", body, { origin: "https://elsewhere.example" }, 403, "origin"],
    ["an opaque origin", body, { origin: "null" }, 403, "origin"],
    ["no origin", body, { origin: undefined }, 403, "origin"],
    ["a beacon from elsewhere", body, { origin: "https://elsewhere.example", "content-type": BEACON }, 403, "origin"],
    ["a form", body, { "content-type": "application/x-www-form-urlencoded" }, 415, "content_type"],
    ["another charset", body, { "content-type": "application/json; charset=utf-16" }, 415, "content_type"],
    ["a longer name of the type", body, { "content-type": "application/jsonp" }, 415, "content_type"],
    ["markup", body, { "content-type": "text/html" }, 415, "content_type"],
    ["a beacon in another charset", body, { "content-type": "text/plain;charset=latin1" }, 415, "content_type"],
    ["too much, before it is parsed", large, {}, 413, "too_large"],
    ["too much of a beacon", large, { "content-type": BEACON }, 413, "too_large"],
    ["too much, of unknown length", new Blob([large]).stream(), {}, 413, "too_large"],
    ["no JSON", "{", {}, 400, "not_json"],
    ["a beacon without JSON", "hello", { "content-type": BEACON }, 400, "not_json"],
    ["nothing", "", {}, 400, "not_json"],
    ["a list", "[]", {}, 400, "not_json"],
    ["no UTF-8", Buffer.from([0x22, 0xff, 0x22]), {}, 400, "not_json"],
  ];
  for (const [name, content, headers, status, code] of cases) {
    const answer = await post(content, headers);
    assert.deepEqual([answer.status, answer.code], [status, code], name);
  }

  const accepted = await post(body, { "content-type": "application/json; charset=utf-8" });
  assert.equal(accepted.code, "duplicate", "the same content, sent as it should be, is known");
  const put = await fetch(`${demo.origin}/signals`, { method: "PUT", body });
  assert.deepEqual([put.status, put.headers.get("allow")], [405, "GET, HEAD, OPTIONS, POST"]);
});

test("a beacon is stored once, and the same signal again is a duplicate", async () => {
  const { signal, visitor } = await madeSignal({ isDelivered: false });
  const beacon = await post(JSON.stringify(signal), { "content-type": BEACON });
  assert.deepEqual([beacon.status, beacon.code], [201, "stored"]);
  for (const type of ["application/cloudevents+json", BEACON]) {
    const again = await post(signal, { "content-type": type });
    assert.deepEqual([again.status, again.code], [200, "duplicate"], type);
  }
  assert.equal((await stored()).filter((row) => row.visitor === visitor).length, 1);
});

test("logs hold no query string and no visitor", async () => {
  const { signal, visitor } = await madeSignal();
  await post(signal, {}, "/signals?email=sam@example.com");
  assert.match(demo.log(), /POST \/signals 200/);
  assert.doesNotMatch(demo.log(), new RegExp(`email|sam|${visitor}`));
});
