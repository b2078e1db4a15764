import assert from "node:assert/strict";
import { test } from "node:test";
import { sign, verify } from "../../../pkg-config/edge/lib/webhook.js";

// The example that the libraries of Standard Webhooks share.
const SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
const ID = "msg_p5jXN8AQM9LWM0D4loKWxJek";
const TIMESTAMP = 1614265330;
const BODY = '{"test": 2432232314}';
const SIGNATURE = "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=";

const headers = (changes = {}) =>
  new Headers({ "webhook-id": ID, "webhook-timestamp": String(TIMESTAMP), "webhook-signature": SIGNATURE, ...changes });
const now = TIMESTAMP * 1000;

test("signs as in the specification", async () => {
  assert.equal(await sign(SECRET, ID, TIMESTAMP, BODY), SIGNATURE);
  assert.equal(await sign(SECRET, ID, TIMESTAMP, new TextEncoder().encode(BODY)), SIGNATURE);
});

test("accepts requests signed with any of the secrets", async () => {
  assert.equal(await verify([SECRET], headers(), BODY, now), true);
  assert.equal(await verify(["another", SECRET], headers(), new TextEncoder().encode(BODY), now), true);
  for (const signatures of [`v1,AAAA ${SIGNATURE}`, `v1a,AAAA ${SIGNATURE}`, `${SIGNATURE} v2,x`]) {
    assert.equal(await verify([SECRET], headers({ "webhook-signature": signatures }), BODY, now), true, signatures);
  }
});

test("a secret may be any string", async () => {
  const signature = await sign("sécret", ID, TIMESTAMP, BODY);
  assert.equal(await verify(["sécret"], headers({ "webhook-signature": signature }), BODY, now), true);
  assert.equal(await verify(["secret"], headers({ "webhook-signature": signature }), BODY, now), false);
  await assert.rejects(sign("", ID, TIMESTAMP, BODY), TypeError);
  await assert.rejects(sign("whsec_", ID, TIMESTAMP, BODY), TypeError);
});

test("rejects everything else", async () => {
  const changes = [
    { "webhook-id": "msg_other" },
    { "webhook-id": "" },
    { "webhook-timestamp": String(TIMESTAMP + 1) },
    { "webhook-timestamp": "now" },
    { "webhook-timestamp": "" },
    { "webhook-signature": "" },
    { "webhook-signature": SIGNATURE.slice(3) },
    { "webhook-signature": SIGNATURE.replace("v1", "v2") },
    { "webhook-signature": SIGNATURE.replace("g", "h") },
    { "webhook-signature": "v1,Ceo5qEr07ixe2NLpvHk3FH9bwy/WavXrAFQ/9tdO6mc=" },
  ];
  for (const change of changes) {
    assert.equal(await verify([SECRET], headers(change), BODY, now), false, JSON.stringify(change));
  }
  assert.equal(await verify([SECRET], headers(), `${BODY} `, now), false);
  assert.equal(await verify([], headers(), BODY, now), false);
  assert.equal(await verify([SECRET], new Headers(), BODY, now), false);
});

test("rejects timestamps outside the tolerance", async () => {
  for (const [ahead, isTaken] of /** @type {[number, boolean][]} */ ([
    [300, true],
    [301, false],
    [-300, true],
    [-301, false],
  ])) {
    assert.equal(await verify([SECRET], headers(), BODY, now + ahead * 1000), isTaken, `${ahead}`);
  }
  assert.equal(await verify([SECRET], headers(), BODY, now + 301_000, 600), true);
});
