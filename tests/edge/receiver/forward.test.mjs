import assert from "node:assert/strict";
import { mock, test } from "node:test";
import { verify } from "../../../pkg-config/edge/lib/webhook.js";
import { context, hook } from "./hook.mjs";
import { accountSignal, batch, decide, entries, KEY, make, NOW, post, signal, signed, SITE, told } from "./make.mjs";
import { compile, Lead, memoryStore, Model } from "./runtime.mjs";

const SECRET = KEY.secret;

mock.method(console, "error", () => {});

async function send({ handle }, request) {
  const ctx = context();
  const answer = await told(await handle(request, ctx));
  await ctx.settled();
  return answer;
}

const states = async ({ store }) =>
  (await entries(store, { kind: "signal" })).map(({ forward, attempts }) => `${forward} ${attempts}`);

test("a new signal is forwarded once, signed as Standard Webhooks specifies", async () => {
  const { url, got } = await hook();
  const made = make({ forward: { to: `${url}/leads`, secret: SECRET } });
  assert.equal(await send(made, post(signal())), "201 stored");
  assert.equal(await send(made, post(signal())), "200 duplicate");
  assert.deepEqual(await states(made), ["done 1"]);
  assert.deepEqual(made.counts, { stored: 1, duplicate: 1, forwarded: 1 });

  const [{ url: path, headers, body }, ...others] = got;
  assert.equal(others.length, 0);
  assert.equal(path, "/leads");
  const { why, ...rest } = JSON.parse(body);
  assert.deepEqual(rest, { ...signal(), verification: "verified" });
  assert.match(why, /^Demo request today/);
  assert.equal(headers["content-type"], "application/cloudevents+json");
  assert.equal(headers["webhook-id"], signal().id);
  assert.equal(headers["leadscore-verification"], "verified");
  assert.equal(await verify([SECRET], new Headers(headers), body, NOW), true);
});

test("without waitUntil it is forwarded too", async () => {
  const { url, got } = await hook();
  const made = make({ forward: { to: url } });
  assert.equal(await told(await made.handle(post(signal()))), "201 stored");
  while (got.length === 0) await new Promise((resolve) => setTimeout(resolve, 5));
  assert.equal(got[0].headers["webhook-signature"], undefined);
});

test("decisions, and signals that were refused, are not forwarded", async () => {
  const { url, got } = await hook();
  const made = make({ forward: { to: url } });
  await send(made, post({ ...signal(), subject: "other" }));
  await send(made, decide({ visitor: "v-1", stage: "lead" }));
  assert.equal(await made.forwardPending(), 0);
  assert.deepEqual(got, []);
  assert.equal((await entries(made.store))[0].forward, "none");
});

test("a failure is retried at once, with the same id", async () => {
  const { url, got, answer } = await hook();
  answer({ status: 500 }, { status: 204 });
  const made = make({ forward: { to: url } });
  await send(made, post(signal()));
  assert.deepEqual(await states(made), ["done 2"]);
  assert.equal(got[0].headers["webhook-id"], got[1].headers["webhook-id"]);
  assert.equal(made.counts.undelivered, 1);
});

test("a signal that keeps failing stays pending, then is dead", async () => {
  const { url, got, answer } = await hook();
  answer({ status: 500 });
  const made = make({ forward: { to: url, attempts: 5 } });
  await send(made, post(signal()));
  assert.deepEqual(await states(made), ["pending 3"]);

  assert.equal(await made.forwardPending(), 0);
  assert.deepEqual(await states(made), ["pending 4"]);
  // Not before its time.
  assert.equal(await made.forwardPending(), 0);
  assert.deepEqual(await states(made), ["pending 4"]);
  made.clock.now += 240_000;
  assert.equal(await made.forwardPending(), 1);
  assert.deepEqual(await states(made), ["dead 5"]);
  assert.equal(made.counts.dead, 1);

  made.clock.now += 86_400_000;
  assert.equal(await made.forwardPending(), 0);
  assert.equal(got.length, 5);
});

test("repeated signals do not use up attempts", async () => {
  const { url, got, answer } = await hook();
  answer({ status: 500, headers: { "retry-after": "60" } });
  const made = make({ forward: { to: url } });
  for (let i = 0; i < 8; i++) await send(made, post(signal()));
  assert.deepEqual(await states(made), ["pending 1"]);
  assert.equal(got.length, 1);
});

test("waits ten seconds for a response", async () => {
  const limited = mock.method(AbortSignal, "timeout", () => AbortSignal.abort());
  const { url, got } = await hook();
  const made = make({ forward: { to: url, attempts: 1 } });
  await send(made, post(signal()));
  limited.mock.restore();
  assert.deepEqual(limited.mock.calls[0].arguments, [10_000]);
  assert.deepEqual(await states(made), ["dead 1"]);
  assert.equal(got.length, 0);
});

test("after a Retry-After, it waits for the next run", async () => {
  const { url, got, answer } = await hook();
  answer({ status: 429, headers: { "retry-after": "30" } });
  const made = make({ forward: { to: url } });
  await send(made, post(signal()));
  assert.equal(got.length, 1);
  answer({ status: 200 });
  made.clock.now += 29_000;
  assert.equal(await made.forwardPending(), 0);
  made.clock.now += 1_000;
  assert.equal(await made.forwardPending(), 1);
  assert.deepEqual(await states(made), ["done 2"]);
});

test("neither a redirect nor a partial response is a success", async () => {
  const { url, got, answer } = await hook();
  for (const [i, refused] of [{ status: 307, headers: { location: "/elsewhere" } }, { status: 207 }].entries()) {
    answer(refused);
    const made = make({ forward: { to: url, attempts: 1 } });
    await send(made, post(signal({ visitor: `v-${i}` })));
    assert.deepEqual(await states(made), ["dead 1"]);
  }
  assert.deepEqual(
    got.map((request) => request.url),
    ["/", "/"],
  );
});

test("a refused connection is a failure too", async () => {
  const made = make({ forward: { to: "http://127.0.0.1:9", attempts: 1 } });
  assert.equal(await send(made, post(signal())), "201 stored");
  assert.deepEqual(await states(made), ["dead 1"]);
});

test("a worker that is killed loses nothing: a sender's retry finds it pending", async () => {
  const { url, got } = await hook();
  const store = memoryStore();
  const killed = make({ store, forward: { to: () => new Promise(() => {}) } });
  await killed.handle(post(signal()), context());
  assert.deepEqual(await states(killed), ["pending 0"]);

  const made = make({ store, forward: { to: url } });
  assert.equal(await send(made, post(signal())), "200 duplicate");
  assert.deepEqual(await states(made), ["done 1"]);
  assert.equal(got.length, 1);
});

test("an attempt that the platform ended silently is retried by the same worker", async () => {
  const { url, got } = await hook();
  let isStuck = true;
  const made = make({ forward: { to: () => (isStuck ? new Promise(() => {}) : new Request(url)) } });
  await made.handle(post(signal()), context());
  isStuck = false;
  assert.equal(await made.forwardPending(), 0, "it may be under way");
  made.clock.now += 61_000;
  assert.equal(await made.forwardPending(), 1);
  assert.equal(got.length, 1);
});

test("forwardPending finds it, oldest first and not all at once", async () => {
  const { url, got } = await hook();
  const store = memoryStore();
  const killed = make({ store, forward: { to: () => new Promise(() => {}) } });
  for (let i = 0; i < 60; i++) {
    killed.clock.now = NOW + i;
    await killed.handle(post(signal({ visitor: `v-${i}` })), context());
  }
  const made = make({ store, forward: { to: url } });
  assert.equal(await made.forwardPending(), 50);
  assert.deepEqual(
    got.map(({ body }) => JSON.parse(body).subject),
    Array.from({ length: 50 }, (_, i) => `v-${i}`),
  );
  assert.equal(await made.forwardPending(), 10);
  assert.equal(await made.forwardPending(), 0);
});

for (const [
  name,
  open,
] of /** @type {[string, (store: import("leadscore/edge").Store) => import("leadscore/edge").Store][]} */ ([
  ["a store that keeps `due`", (store) => store],
  // It also ignores `rests`.
  [
    "a store without `due`",
    (store) => ({
      ...store,
      update: (id, { forward, attempts }) => store.update(id, { forward, attempts }),
      list: ({ rests: _, ...query }) => store.list(query),
    }),
  ],
])) {
  test(`${name}: any number that rests holds back nothing that is due`, async () => {
    const { url, got, answer } = await hook();
    const made = make({ store: open(memoryStore()), forward: { to: url } });
    answer({ status: 500, headers: { "retry-after": "3600" } });
    for (let i = 0; i < 620; i++) await send(made, post(signal({ visitor: `v-${i}` })));
    assert.deepEqual(new Set(await states(made)), new Set(["pending 1"]));
    // An entry that was stored before the process was killed, and never forwarded.
    const entry = (await entries(made.store, { limit: 1 }))[0];
    const last = { ...entry, id: "last", visitor: "last", received: new Date(NOW + 1_000).toISOString() };
    await made.store.insert([{ ...last, attempts: 0, due: null, signal: signal({ visitor: "last" }) }]);
    answer({ status: 204 });
    const before = got.length;
    made.clock.now += 60_000;
    const settled = (await made.forwardPending()) + (await made.forwardPending());
    assert.equal(settled, 1);
    assert.deepEqual(
      got.slice(before).map(({ body }) => JSON.parse(body).subject),
      ["last"],
    );
    // All others follow when they are due.
    made.clock.now += 3_600_000;
    let all = 0;
    for (let calls = 0; calls < 20; calls++) all += await made.forwardPending();
    assert.equal(all, 620);
  });
}

test("a signal received twice during forwarding is forwarded once", async () => {
  const { url, got } = await hook();
  const made = make({ forward: { to: url } });
  const ctx = context();
  await Promise.all([made.handle(post(signal()), ctx), made.handle(post(signal()), ctx), made.forwardPending()]);
  await ctx.settled();
  assert.ok(got.length <= 2, "at least once, and not by every request");
  assert.match((await states(made))[0], /^done/);
});

test("a signal for a stage that sales confirmed is withheld, until the lead is recycled", async () => {
  /** @type {[[string, number][], string, string][]} */
  const cases = [
    [[["customer", 0]], "mql", "withheld 0"],
    [[["mql", 0]], "mql", "withheld 0"],
    [[["lead", 0]], "mql", "done 1"],
    [[["mql", 0]], "sql", "done 1"],
    [[["accepted", 0]], "sql", "done 1"],
    [[["lead", 0]], "warm", "done 1"],
    [[["mql", 0]], "warm", "withheld 0"],
    [
      [
        ["customer", 0],
        ["recycled", 1],
      ],
      "mql",
      "done 1",
    ],
    [
      [
        ["recycled", 0],
        ["customer", 1],
      ],
      "mql",
      "withheld 0",
    ],
    [
      [
        ["customer", 0],
        ["recycled", 0],
      ],
      "mql",
      "done 1",
    ],
    [
      [
        ["recycled", 5],
        ["customer", 3],
      ],
      "mql",
      "done 1",
    ],
    [
      [
        ["customer", 0],
        ["lead", 1],
      ],
      "mql",
      "done 1",
    ],
    [[["recycled", 0]], "mql", "done 1"],
  ];
  for (const [decisions, stage, expected] of cases) {
    const { url } = await hook();
    const made = make({ forward: { to: url } });
    for (const [decided, minute] of decisions) {
      await send(made, decide({ visitor: "v-1", stage: decided, at: NOW - 3_600_000 + minute * 60_000 }));
    }
    await send(made, decide({ visitor: "v-2", stage: "evangelist" }));
    await send(made, post(signal({ stage })));
    assert.deepEqual(await states(made), [expected], JSON.stringify(decisions));
  }
});

test("a stage of the model's own ranks where the core has it: just before the next lifecycle stage", async () => {
  const bytes = compile({
    name: "hot",
    rules: [{ id: "demo-request", event: "form_submit", points: 50 }],
    stages: [
      { id: "mql", at: 40 },
      { id: "hot", at: 50 },
      { id: "sql", at: 90 },
    ],
  });
  for (const [decided, expected] of [
    ["mql", "done 1"],
    ["sal", "done 1"],
    ["sql", "withheld 0"],
  ]) {
    const { url } = await hook();
    const made = make({ models: [bytes], forward: { to: url } });
    await send(made, decide({ visitor: "v-1", stage: decided, at: NOW - 1000 }));
    const lead = new Lead(new Model(bytes), { id: "v-1", source: SITE });
    const hot = lead.ingest({ type: "form_submit", url: `${SITE}/demo` }, NOW).find(({ data }) => data.stage === "hot");
    await send(made, post(hot));
    assert.deepEqual(await states(made), [expected], decided);
  }
});

test("a decision between two attempts counts", async () => {
  const { url, got, answer } = await hook();
  answer({ status: 503, headers: { "retry-after": "60" } });
  const made = make({ forward: { to: url } });
  await send(made, post(signal()));
  await send(made, decide({ visitor: "v-1", stage: "customer" }));
  made.clock.now += 60_000;
  assert.equal(await made.forwardPending(), 1);
  assert.deepEqual(await states(made), ["withheld 1"]);
  assert.equal(got.length, 1);
});

test("each signal of a batch is forwarded", async () => {
  const { url, got } = await hook();
  const made = make({ forward: { to: url } });
  const ctx = context();
  await made.handle(batch([signal(), signal({ visitor: "v-2" }), {}]), ctx);
  await ctx.settled();
  assert.deepEqual(got.map(({ body }) => JSON.parse(body).subject).sort(), ["v-1", "v-2"]);
});

test("a function creates the request, or none", async () => {
  const { url, got } = await hook();
  const to = async (sent, entry) =>
    sent.type === "leadscore.stage.reached" ? new Request(`${url}/${entry.verification}`, { method: "PUT" }) : null;
  const made = make({ forward: { to } });
  await send(made, post(signal()));
  await send(made, await signed(await accountSignal()));
  assert.deepEqual(await states(made), ["done 1"]);
  assert.equal((await entries(made.store, { kind: "account" }))[0].forward, "none");
  assert.deepEqual(
    got.map((request) => request.url),
    ["/verified"],
  );
});

test("a function that fails, or returns an address without encryption, sends nothing", async () => {
  const functions = [
    () => {
      throw new Error("no");
    },
    () => Promise.reject(new Error("no")),
    () => new Request("http://plain.example/"),
    () => "https://acme.example/",
  ];
  for (const to of functions) {
    const made = make({ forward: { to, attempts: 1 } });
    assert.equal(await send(made, post(signal())), "201 stored");
    assert.deepEqual(await states(made), ["dead 1"]);
  }
});

test("a failing store during forwarding does not fail the response", async () => {
  const { url } = await hook();
  const store = memoryStore();
  const fails = () => Promise.reject(new Error("gone"));
  const made = make({ store: { ...store, update: fails, list: fails }, forward: { to: url } });
  assert.equal(await send(made, post(signal())), "201 stored");
  assert.equal(await send(made, post(signal())), "200 duplicate");
  await assert.rejects(made.forwardPending(), /gone/);
});
