import assert from "node:assert/strict";
import { mock, test } from "node:test";
import { hook } from "./hook.mjs";
import { decide, entries, make, post, signal, told } from "./make.mjs";
import { memoryStore } from "./runtime.mjs";

mock.method(console, "error", () => {});

// A queue like Cloudflare's: the sent messages, and the consumer's result for each.
function fakeQueue() {
  const sent = [];
  const consume = async (receiver, bodies = sent) => {
    const done = [];
    const messages = bodies.map((body, i) => ({
      body,
      ack: () => void (done[i] = "ack"),
      retry: ({ delaySeconds }) => void (done[i] = `retry ${delaySeconds}`),
    }));
    await receiver.queue({ messages });
    return done;
  };
  return { sent, consume, send: async (body) => void sent.push(structuredClone(body)) };
}

const states = async ({ store }) =>
  (await entries(store, { kind: "signal" })).map(({ forward, attempts }) => `${forward} ${attempts}`);

test("with a queue, its consumer forwards", async () => {
  const { url, got } = await hook();
  const queue = fakeQueue();
  const made = make({ forward: { to: url, queue } });
  assert.equal(await told(await made.handle(post(signal()))), "201 stored");
  assert.deepEqual(queue.sent, [{ id: signal().id, signal: signal() }]);
  assert.deepEqual(await states(made), ["pending 0"]);
  assert.deepEqual(got, []);

  assert.deepEqual(await queue.consume(made), ["ack"]);
  assert.deepEqual(await states(made), ["done 1"]);
  // Queues deliver at least once.
  assert.deepEqual(await queue.consume(made), ["ack"]);
  assert.equal(got.length, 1);
});

test("a repeated message is forwarded once, also within one batch", async () => {
  const { url, got } = await hook();
  const queue = fakeQueue();
  const made = make({ forward: { to: url, queue } });
  await made.handle(post(signal()));
  await made.handle(post(signal()));
  assert.equal(queue.sent.length, 2);
  assert.deepEqual((await queue.consume(made)).sort(), ["ack", "retry 30"]);
  assert.equal(got.length, 1);
});

test("failures are retried with growing delays, then are dead", async () => {
  const { url, got, answer } = await hook();
  const queue = fakeQueue();
  const made = make({ forward: { to: url, queue, attempts: 4 } });
  await made.handle(post(signal()));
  answer({ status: 500 });
  assert.deepEqual(await queue.consume(made), ["retry 30"]);
  assert.deepEqual(await states(made), ["pending 1"]);
  assert.deepEqual(await queue.consume(made), ["retry 60"]);
  answer({ status: 429, headers: { "retry-after": "200" } });
  assert.deepEqual(await queue.consume(made), ["retry 200"]);
  assert.deepEqual(await queue.consume(made), ["retry 200"], "it came back before its time");
  made.clock.now += 200_000;
  assert.deepEqual(await queue.consume(made), ["ack"]);
  assert.deepEqual(await states(made), ["dead 4"]);
  assert.equal(made.counts.dead, 1);
  assert.equal(got.length, 4);
});

test("delays stay within the maximum of a queue", async () => {
  const { url, got, answer } = await hook();
  const queue = fakeQueue();
  const made = make({ forward: { to: url, queue } });
  await made.handle(post(signal()));
  for (const after of ["999999999", new Date(Date.now() + 86_400_000 * 90).toUTCString()]) {
    answer({ status: 503, headers: { "retry-after": after } });
    assert.deepEqual(await queue.consume(made), ["retry 43200"]);
    made.clock.now += 43_200_000;
    assert.deepEqual(await queue.consume(made), ["retry 43200"], "the rest of a day");
    made.clock.now += 43_200_000;
  }
  assert.equal(got.length, 2);
});

test("a signal that the queue rejected stays pending, until a retry or forwardPending", async () => {
  const { url, got } = await hook();
  const store = memoryStore();
  const broken = { send: () => Promise.reject(new Error("over the limit")) };
  const failing = make({ store, forward: { to: url, queue: broken } });
  assert.equal(await told(await failing.handle(post(signal()))), "201 stored");
  assert.deepEqual(await states(failing), ["pending 0"]);

  const queue = fakeQueue();
  const made = make({ store, forward: { to: url, queue } });
  assert.equal(await told(await made.handle(post(signal()))), "200 duplicate");
  assert.equal(queue.sent.length, 1);

  // It may only be waiting in the queue.
  assert.equal(await made.forwardPending(), 0);
  made.clock.now += 3_600_000;
  assert.equal(await made.forwardPending(), 1);
  assert.deepEqual(await states(made), ["done 1"]);
  assert.deepEqual(await queue.consume(made), ["ack"]);
  assert.equal(got.length, 1);
});

test("the consumer withholds signals, and acknowledges foreign messages", async () => {
  const { url, got } = await hook();
  const queue = fakeQueue();
  const made = make({ forward: { to: url, queue } });
  await made.handle(post(signal()));
  await made.handle(decide({ visitor: "v-1", stage: "customer" }));
  const strange = [null, undefined, 7, {}, { id: 7 }, { id: "unknown", signal: signal() }];
  assert.deepEqual(await queue.consume(made, [...queue.sent, ...strange]), Array(7).fill("ack"));
  assert.deepEqual(await states(made), ["withheld 0"]);
  assert.deepEqual(got, []);
  assert.deepEqual(await queue.consume(make(), [{ id: "a" }]), ["ack"]);
});

test("if the store fails, the message is delivered again", async () => {
  const { url } = await hook();
  const queue = fakeQueue();
  const store = memoryStore();
  const made = make({ store, forward: { to: url, queue } });
  await made.handle(post(signal()));
  const fails = () => Promise.reject(new Error("gone"));
  const failing = make({ store: { ...store, update: fails }, forward: { to: url, queue } });
  assert.deepEqual(await queue.consume(failing), ["retry 30"]);
  assert.deepEqual(await states(made), ["pending 0"]);
});
