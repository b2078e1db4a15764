import assert from "node:assert/strict";
import { mock, test } from "node:test";
import {
  accountSignal,
  CURRENT,
  entries,
  FORMER,
  FUTURE,
  get,
  KEY,
  make,
  NOW,
  post,
  signal,
  signed,
  SITE,
  told,
} from "./make.mjs";
import { createReceiver, memoryStore, Model, verify } from "./runtime.mjs";

const DAY = 86_400_000;

test("stores a signal from a page once", async () => {
  const { handle, store, counts } = make();
  const sent = signal();
  const first = await handle(post(sent));
  assert.equal(first.headers.get("cache-control"), "no-store");
  assert.equal(await told(first), "201 stored");
  assert.equal(await told(await handle(post(sent))), "200 duplicate");

  const [entry, ...others] = await entries(store);
  assert.equal(others.length, 0);
  const { score, segment, label } = verify(new Model(CURRENT), sent);
  assert.deepEqual(entry, {
    id: sent.id,
    kind: "signal",
    visitor: "v-1",
    stage: "mql",
    score,
    segment,
    label,
    provenance: "client",
    witnessed: null,
    verification: "verified",
    happened: sent.time,
    received: new Date(NOW).toISOString(),
    forward: "none",
    attempts: 0,
    due: null,
    lifecycle: null,
    signal: sent,
  });
  assert.deepEqual(counts, { stored: 1, duplicate: 1 });
});

test("accepts signals under each of its models", async () => {
  const { handle, store } = make();
  for (const [i, bytes] of [CURRENT, FORMER, FORMER, CURRENT].entries()) {
    assert.equal(await told(await handle(post(signal({ visitor: `v-${i}`, bytes })))), "201 stored");
  }
  assert.deepEqual((await entries(store, { verification: "verified" })).length, 4);
});

test("accepts compiled models in any byte type", () => {
  const bytes = new Uint8Array(CURRENT);
  for (const model of [bytes, bytes.buffer, new DataView(bytes.buffer)]) make({ models: [model] });
});

test("marks a signal of an unknown version of an own model as unverified", async () => {
  const sent = signal({ bytes: FUTURE });
  const { handle, store, counts } = make({ names: ["acme-web"] });
  assert.equal(await told(await handle(post(sent))), "201 stored");
  const [entry] = await entries(store);
  assert.equal(entry.verification, "unverified");
  assert.equal(entry.score, sent.data.snapshot.score);
  assert.equal(counts.unverified, 1);
});

test("a version that is not deployed yet: nothing is stored, and the signal may be sent again", async () => {
  const { handle, store, counts } = make();
  const sent = signal({ bytes: FUTURE });
  const response = await handle(post(sent));
  assert.equal(response.headers.get("retry-after"), "300");
  assert.equal(await told(response), "503 model_unknown");
  assert.deepEqual(await entries(store), []);
  assert.deepEqual(counts, { model_unknown: 1 });
  // Without a model of that name there is no version to wait for.
  const foreign = { ...sent, data: { ...sent.data, model: { ...sent.data.model, name: "other" } } };
  assert.equal(await told(await handle(post(foreign))), "422 signal_model");
  assert.equal(await told(await make({ names: ["other"] }).handle(post(foreign))), "422 signal_model");
  const deployed = make({ models: [FUTURE, CURRENT] });
  assert.equal(await told(await deployed.handle(post(sent))), "201 stored");
});

test("stage, segment and label of an unverified signal must exist in the model", async () => {
  const { handle, store } = make({ names: ["acme-web"] });
  const { data } = signal({ bytes: FUTURE });
  const wrong = [
    { stage: "customer" },
    { stage: "mqa" },
    { snapshot: { ...data.snapshot, segment: "x" } },
    { snapshot: { ...data.snapshot, segment: "near-customer" } },
    { snapshot: { ...data.snapshot, label: "A1" } },
  ];
  for (const change of wrong) {
    const sent = { ...signal({ bytes: FUTURE }), data: { ...data, ...change } };
    assert.equal(await told(await handle(post(sent))), "422 signal_model", JSON.stringify(change));
  }
  assert.deepEqual(await entries(store), []);
});

test("an unverified signal does not take another's place, whatever its id", async () => {
  const { handle, store } = make({ names: ["acme-web"] });
  const account = await accountSignal();
  for (const [squatted, request] of [
    [signal(), post(signal())],
    [account, await signed(account)],
  ]) {
    const forged = { ...signal({ bytes: FUTURE }), id: squatted.id };
    assert.equal(await told(await handle(post(forged))), "201 stored");
    assert.equal(await told(await handle(post(forged))), "200 duplicate");
    assert.equal(await told(await handle(request)), "201 stored");
  }
  const stored = (await entries(store)).map(({ id, verification }) => `${verification} ${id}`);
  assert.deepEqual(
    stored.sort(),
    [
      `unverified unverified:${account.id}`,
      `unverified unverified:${signal().id}`,
      `verified ${signal().id}`,
      `verified account:${account.id}`,
    ].sort(),
  );
});

test("a page cannot take an account's place, even where both name a stage alike", async () => {
  const { handle, store } = make();
  const account = await accountSignal();
  // A page can only create signals about visitors, with any name and id.
  assert.equal(await told(await handle(post(signal({ visitor: "acme" })))), "201 stored");
  assert.equal(await told(await handle(await signed(account))), "201 stored");
  assert.deepEqual((await entries(store)).map(({ kind, visitor }) => `${kind} ${visitor}`).sort(), [
    "account acme",
    "signal acme",
  ]);
});

test("the edge's word takes the place of a page's, once", async () => {
  const made = make();
  const { handle, store, counts, clock } = made;
  const [told1, told2] = [signal(), signal({ provenance: "edge", at: NOW })];
  assert.equal(told1.id, told2.id);
  assert.equal(await told(await handle(post(told1))), "201 stored");
  const [before] = await entries(store);
  clock.now += 60_000;
  assert.equal(await told(await handle(await signed(told2, { at: clock.now }))), "200 upgraded");
  assert.equal(await told(await handle(await signed(told2, { at: clock.now }))), "200 duplicate");
  assert.equal(await told(await handle(post(told1))), "200 duplicate");
  const after = await entries(store);
  assert.deepEqual(after, [{ ...before, provenance: "edge", witnessed: 80, signal: told2 }]);
  assert.deepEqual(counts, { stored: 1, upgraded: 1, duplicate: 2 });

  // A store of somebody's own, without `upgrade`, keeps what came first.
  const { upgrade: _, ...plain } = memoryStore();
  const old = make({ store: plain });
  await old.handle(post(told1));
  assert.equal(await told(await old.handle(await signed(told2))), "200 duplicate");
  assert.equal((await entries(plain))[0].provenance, "client");
});

test("only a signed request may report witnessed points", async () => {
  const { handle, store } = make();
  const edge = signal({ provenance: "edge" });
  assert.equal(await told(await handle(await signed(edge))), "201 stored");
  assert.equal((await entries(store))[0].witnessed, 80);
  const witnessing = (witnessed, options = {}) => {
    const own = signal({ visitor: "v-2", ...options });
    return { ...own, data: { ...own.data, witnessed } };
  };
  assert.equal(await told(await handle(post(witnessing(30)))), "422 foreign_signal");
  for (const wrong of [1e300, "30", null, {}]) {
    assert.equal(
      await told(await handle(await signed(witnessing(wrong)))),
      "422 signal_mismatch",
      JSON.stringify(wrong),
    );
  }
  const edges = witnessing(30, { provenance: "edge" });
  assert.equal(await told(await handle(await signed(edges))), "422 signal_mismatch", "it is all of the score");
  assert.equal(await told(await handle(await signed(witnessing(30)))), "201 stored");
  const { witnessed, provenance, score } = (await entries(store, { visitor: "v-2" }))[0];
  assert.deepEqual([witnessed, provenance, score], [30, "client", 80]);
  const { signals } = await (await handle(get("?witnessed=30.5"))).json();
  assert.deepEqual(
    signals.map(({ visitor }) => visitor),
    ["v-1"],
  );
});

test("an unverified signal must be complete to its last member", async () => {
  const { handle, store } = make({ names: ["acme-web"] });
  const { data } = signal({ bytes: FUTURE });
  const { snapshot } = data;
  const wrong = [
    { more: 1 },
    { state: undefined },
    { state: "not base64!" },
    { state: 7 },
    { reasons: {} },
    { reasons: [{ rule: "a", points: "1", hits: 1, last: "2026-11-22T10:00:00Z" }] },
    { reasons: [null] },
    { touchpoints: [{ rule: "a", time: "yesterday" }] },
    { touchpoints: Array(51).fill({ rule: "a", time: "2026-11-22T10:00:00Z" }) },
    { model: { ...data.model, version: -1 } },
    { model: { ...data.model, version: 1.5 } },
    { model: { ...data.model, hash: "?" } },
    { snapshot: null },
    { snapshot: { ...snapshot, score: 1e300 } },
    { snapshot: { ...snapshot, score: null } },
    { snapshot: { ...snapshot, score: "9" } },
    { snapshot: { ...snapshot, dimensions: { "not an id": 1 } } },
    { snapshot: { ...snapshot, dimensions: [] } },
    { snapshot: { ...snapshot, next: {} } },
    { snapshot: { ...snapshot, segment: "" } },
    { snapshot: { ...snapshot, label: 1 } },
    { snapshot: { ...snapshot, disqualified: "no" } },
    { snapshot: { ...snapshot, more: true } },
  ];
  for (const change of wrong) {
    const sent = { ...signal({ bytes: FUTURE }), data: { ...data, ...change } };
    assert.equal(await told(await handle(post(sent))), "422 signal_model", JSON.stringify(change));
  }
  assert.deepEqual(await entries(store), []);
});

test("rejects a signal that does not follow from its state, with the code of the runtime's error", async () => {
  const { handle, store, counts } = make();
  const { data } = signal();
  /** @type {[object, string][]} */
  const cases = [
    [{ data: { ...data, snapshot: { ...data.snapshot, score: 1000 } } }, "signal_mismatch"],
    [{ data: { ...data, stage: "sql" } }, "signal_mismatch"],
    [{ data: { ...data, state: data.state.slice(0, -4) } }, "state_corrupt"],
    [{ subject: "v-2" }, "signal_mismatch"],
    [{ id: "another-id" }, "signal_mismatch"],
    [{ time: "2026-11-22T10:00:00Z" }, "signal_syntax"],
  ];
  for (const [change, code] of cases) {
    assert.equal(await told(await handle(post({ ...signal(), ...change }))), `422 ${code}`, JSON.stringify(change));
  }
  assert.deepEqual(await entries(store), []);
  assert.equal(counts.rejected, cases.length);
});

test("rejects members of a wrong type or length", async () => {
  const { handle } = make({ names: ["acme-web"] });
  const deep = JSON.parse("[".repeat(100) + "]".repeat(100));
  const wrong = {
    specversion: [undefined, "2.0", 1],
    id: [undefined, "", "x".repeat(65), "a b", 5, null, ["a"]],
    source: [undefined, "", 3, {}],
    type: [undefined, "leadscore.stage.left", "__proto__"],
    subject: [undefined, "", "x".repeat(1025), "a\u0000b", "a\nb", "\ud800", 3],
    time: [undefined, 5, "", "2026-11-22", "2026-02-30T00:00:00.000Z", "2026-11-22T11:00:00.000+01:00"],
    datacontenttype: [undefined, "text/plain"],
    data: [undefined, null, [], "x", { ...signal().data, deep }, { ...signal().data, stage: "MQL" }],
  };
  for (const [name, values] of Object.entries(wrong)) {
    for (const value of values) {
      const answer = await told(await handle(post({ ...signal(), [name]: value })));
      assert.equal(answer, "422 signal_syntax", `${name} ${JSON.stringify(value)?.slice(0, 40)}`);
    }
  }
});

test("keeps CloudEvents' own members and data only", async () => {
  const { handle, store } = make();
  const sent = JSON.stringify(signal()).replace(/^{/, '{"__proto__":{"a":1},"traceparent":"x","email":"a@b.example",');
  assert.equal(await told(await handle(post(sent))), "201 stored");
  assert.deepEqual((await entries(store))[0].signal, signal());
});

test("a visitor with a wrong clock is still a lead", async () => {
  for (const at of [NOW + 3_650 * DAY, NOW - 3_650 * DAY]) {
    const { handle, store } = make();
    assert.equal(await told(await handle(post(signal({ at })))), "201 stored");
    const [{ happened, received }] = await entries(store);
    assert.deepEqual([happened, received], [new Date(at).toISOString(), new Date(NOW).toISOString()]);
  }
});

test("accepts signals from its own sites only", async () => {
  const { handle } = make();
  for (const origin of ["https://evil.example", "null", "http://acme.example", `${SITE}.evil.example`]) {
    assert.equal(await told(await handle(post(signal(), { headers: { origin } }))), "403 origin", origin);
  }
  const without = post(signal());
  without.headers.delete("origin");
  assert.equal(await told(await handle(without)), "403 origin");
  const foreign = [
    signal({ source: "https://evil.example" }),
    signal({ source: "https://www.acme.example" }),
    signal({ provenance: "edge" }),
    await accountSignal(),
    { ...signal(), data: { ...signal().data, provenance: undefined } },
  ];
  for (const sent of foreign) assert.equal(await told(await handle(post(sent))), "422 foreign_signal");
});

test("accepts exact content types", async () => {
  const { handle } = make();
  const takes = [
    ...["application/cloudevents+json", "application/json", "text/plain", "Text/Plain; charset=UTF-8"],
    // RFC 9110, 5.6.6: a parameter may be missing after its semicolon.
    ...[
      "application/json;",
      "application/json; charset=utf-8;",
      "text/plain;charset=UTF8",
      "application/json ;; ;charset=utf-8 ; ",
    ],
    ...['application/json; charset="utf-8"', 'application/json;CHARSET="UTF\\-8"'],
  ];
  for (const [i, type] of takes.entries()) {
    assert.equal(await told(await handle(post(signal({ visitor: `v-${i}` }), { type }))), "201 stored", type);
  }
  const refuses = [
    "",
    "application/jsonp",
    "application/json; charset=latin1",
    "text/html",
    "text/plain; a=b",
    "json",
    "application/json charset=utf-8",
    "application/json, text/plain",
    "application/json;charset",
    "application/json;charset=",
    'application/json;charset="utf-8',
    "application/json; charset = utf-8",
    "application/json; charset=utf-8 x",
  ];
  for (const type of [...refuses, "application/cloudevents-batch+json; charset=utf-16"]) {
    assert.equal(await told(await handle(post(signal(), { type }))), "415 content_type", type);
  }
});

test("rejects a body that is too large before reading it to the end", async () => {
  const { handle } = make();
  const large = JSON.stringify(signal()).padEnd(16 * 1024 + 1);
  assert.equal(await told(await handle(post(large))), "413 too_large");
  assert.equal(await told(await handle(post(signal(), { headers: { "content-length": "999999" } }))), "413 too_large");

  let pulled = 0;
  const endless = new ReadableStream({
    pull(controller) {
      pulled++;
      controller.enqueue(new Uint8Array(1024).fill(32));
    },
  });
  const options = { duplex: /** @type {const} */ ("half"), headers: { "content-length": "10" } };
  assert.equal(await told(await handle(post(endless, options))), "413 too_large");
  assert.ok(pulled < 30, `${pulled} chunks`);

  const small = JSON.stringify(signal()).padEnd(16 * 1024);
  assert.equal(await told(await handle(post(small))), "201 stored");
});

test("rejects anything but a JSON object in UTF-8", async () => {
  const { handle } = make();
  const bytes = new TextEncoder().encode(JSON.stringify(signal({ visitor: "vé" })));
  const broken = bytes.filter((byte) => byte !== 0xa9);
  for (const body of ["", "{", "null", "7", '"x"', "[]", "undefined", "[".repeat(16_000), broken]) {
    assert.equal(await told(await handle(post(body))), "400 not_json", String(body).slice(0, 20));
  }
  const torn = new ReadableStream({ pull: (controller) => controller.error(new Error("gone")) });
  assert.equal(await told(await handle(post(torn, { duplex: "half" }))), "400 cut_off");
});

test("a failing store means status 503, and the log contains no visitor ids", async () => {
  const logged = mock.method(console, "error", () => {});
  const fails = () => Promise.reject(new Error("D1_ERROR: no such table, see https://x.example/?q=1 of a@b.example"));
  const { handle, counts } = make({ store: { insert: fails, update: fails, list: fails } });
  const response = await handle(post(signal()));
  assert.equal(response.headers.get("retry-after"), "30");
  assert.equal(await told(response), "503 unavailable");
  logged.mock.restore();
  assert.deepEqual(
    logged.mock.calls.map((call) => call.arguments),
    [["leadscore: store: D1_ERROR: no such table, see … of …"]],
  );
  assert.deepEqual(counts, { failed: 1 });
});

test("calls the counter of the site, and survives its errors", async () => {
  const logged = mock.method(console, "error", () => {});
  const names = [];
  const count = (name) => {
    names.push(name);
    throw new Error("no metrics today");
  };
  const { handle } = make({ count });
  await handle(post(signal()));
  await handle(post("{}"));
  logged.mock.restore();
  assert.deepEqual(names, ["stored", "rejected"]);
});

test("other methods are rejected with a list of the allowed ones", async () => {
  const { handle } = make();
  for (const method of ["PUT", "DELETE", "PATCH"]) {
    const response = await handle(new Request("https://a.example/signals", { method }));
    assert.equal(response.headers.get("allow"), "GET, HEAD, OPTIONS, POST");
    assert.equal(await told(response), "405 method");
  }
  const response = await handle(new Request("https://a.example/signals/lifecycle"));
  assert.equal(response.headers.get("allow"), "OPTIONS, POST");
});

test("a mistake in the options is thrown at once", () => {
  const good = { models: [CURRENT], store: memoryStore(), origins: [SITE] };
  /** @type {any[]} */
  const wrong = [
    { models: [] },
    { store: {} },
    { origins: [] },
    { origins: ["https://acme.example/"] },
    { origins: ["acme.example"] },
    { tokens: [""] },
    { tokens: [undefined] },
    { tokens: ["fifteen letters"] },
    { keys: [{ id: "a", secret: "" }] },
    { keys: [{ id: "a", secret: undefined }] },
    { keys: [{ id: "a", secret: "31 bytes, one fewer than needed" }] },
    { keys: [KEY, { id: "a", secret: "a" }] },
    { keys: [{ id: "a", secret: "whsec_%" }] },
    { keys: [{ id: "a", secret: "whsec_YQ==" }] },
    { forward: { to: "https://acme.example/hook", secret: "a" } },
    { forward: {} },
    { forward: { to: "http://acme.example/hook" } },
    { forward: { to: "/hook" } },
    { forward: { to: "https://acme.example/hook", attempts: 0 } },
  ];
  createReceiver(good);
  for (const options of wrong) assert.throws(() => createReceiver({ ...good, ...options }), /^TypeError: /);
  assert.throws(() => createReceiver({ ...good, models: [new Uint8Array(3)] }), { code: "model_corrupt" });
});
