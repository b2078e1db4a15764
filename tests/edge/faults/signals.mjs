// Sends signals to a receiver until they are accepted, while faults happen, and reports the result for each.
import { isDeepStrictEqual } from "node:util";
import { createServer } from "node:http";
import { client } from "../../../benches/edge/lib/client.mjs";
import { random } from "../../../benches/edge/lib/random.mjs";
import { signals } from "../../../benches/edge/lib/signals.mjs";
import { SITE, twenty } from "../../../benches/edge/lib/visitor.mjs";
import { migrate, start } from "../../../benches/edge/lib/workerd.mjs";

const LANES = 16;
const BATCH = 3;
const YEARS = 10 * 365 * 86_400_000;
/** The error of the worker's clock in each fifth of a run, in milliseconds. */
const CLOCKS = [0, YEARS, 0, -YEARS, 0];

const WORKER = `
  import { createReceiver, d1Store } from "./pkg/edge-workerd.js";
  import model from "./model.lsm";

  // Fails at random, before the write or after it.
  function failing(db, part) {
    const perhaps = (when) => {
      if (Math.random() < part) throw new Error("D1_ERROR: " + when);
    };
    return {
      prepare: (sql) => db.prepare(sql),
      async batch(statements) {
        perhaps("before the write");
        const results = await db.batch(statements);
        perhaps("after the write");
        return results;
      },
    };
  }

  let receiver;
  let skew = 0;
  export default {
    async fetch(request, env, ctx) {
      skew = Number(request.headers.get("x-skew") ?? skew);
      receiver ??= createReceiver({
        models: [model],
        store: d1Store(failing(env.DB, env.FAULTS)),
        origins: [env.SITE],
        address: () => null,
        forward: { to: env.SINK },
        limits: { visitor: { most: 1e9, per: 1 } },
        now: () => Date.now() + skew,
      });
      if (new URL(request.url).pathname === "/pending") return new Response(String(await receiver.forwardPending()));
      return receiver.handle(request, ctx);
    },
  };
`;

export const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

/** The target of forwarded signals. It sometimes fails or answers with Retry-After. */
async function sink(chance) {
  const got = new Map();
  let isFailing = true;
  const server = createServer((request, response) => {
    request.resume();
    if (isFailing && chance(0.2)) return response.writeHead(500).end();
    if (isFailing && chance(0.02)) return response.writeHead(429, { "retry-after": "1" }).end();
    const id = request.headers["webhook-id"];
    got.set(id, (got.get(id) ?? 0) + 1);
    response.writeHead(204).end();
  });
  await /** @type {Promise<void>} */ (new Promise((resolve) => server.listen(0, "127.0.0.1", resolve)));
  const url = `http://127.0.0.1:${/** @type {import("node:net").AddressInfo} */ (server.address()).port}/`;
  return { url, got, heal: () => (isFailing = false), close: () => server.close() };
}

/**
 * @param {object} run
 * @param {string} run.d1 the folder of the database
 * @param {number} run.seconds
 * @param {number} run.seed
 * @param {number} [run.faults] the share of writes that fail before they are done, and again of those that fail after
 * @param {boolean} [run.clocks] true if the worker's clock is ten years ahead, then ten years behind, for a while
 * @param {(control: { pid: () => number, restart: () => Promise<void>, see: (what: string) => void, seen: object }) =>
 * Promise<void>} run.disturb the faults during the run; the run does not end before they do
 * @returns {Promise<{ sent: number, rows: number, seen: Record<string, number>, failures: Record<string, number> }>}
 */
export async function run({ d1, seconds, seed, faults = 0, clocks = false, disturb }) {
  const { below, chance } = random(seed);
  const model = twenty();
  const make = signals(model, { run: `faults-${seed}` });
  const target = await sink(random(seed + 1).chance);
  /** @type {Record<string, number>} */
  const seen = {};
  const see = (what) => void (seen[what] = (seen[what] ?? 0) + 1);
  const sent = new Map();
  // How often the receiver reported an id as new: twice would mean that it was lost in between.
  const stored = new Map();
  const begin = (part) => {
    const bindings = { SITE, FAULTS: part, SINK: target.url };
    return start({ script: WORKER, model, d1, quiet: true, bindings });
  };
  const http = client(LANES * 2);
  let running = await begin(faults);
  await migrate(running.server);
  const begun = performance.now();
  const elapsed = () => (performance.now() - begun) / 1000 / seconds;
  const skew = () => (clocks ? CLOCKS[Math.min(CLOCKS.length - 1, Math.floor(elapsed() * CLOCKS.length))] : 0);

  async function attempt(list) {
    const isBatch = list.length > 1;
    const body = isBatch ? `[${list.map(({ text }) => text).join(",")}]` : list[0].text;
    const type = `application/cloudevents${isBatch ? "-batch" : ""}+json`;
    const headers = {
      origin: SITE,
      "content-type": type,
      "content-length": Buffer.byteLength(body),
      "x-skew": String(skew()),
    };
    // Some clients time out during the write.
    const timeout = chance(0.15) ? 1 + below(40) : 5_000;
    const { status, body: answer } = await http.send(running.url, { method: "POST", headers, body, timeout });
    see(`answer ${status}`);
    if (status === 201) stored.set(list[0].id, (stored.get(list[0].id) ?? 0) + 1);
    if (status === 200 && isBatch) {
      for (const result of JSON.parse(answer).results) {
        if (result.status === 201) stored.set(result.id, (stored.get(result.id) ?? 0) + 1);
      }
    }
    if (status >= 400 && status < 500) see("refused");
    return status < 300 && status !== 207;
  }

  async function deliver(list) {
    for (;;) {
      const tries = Array.from({ length: chance(0.1) ? 2 : 1 }, () =>
        attempt(list).catch((error) => {
          see(`no answer: ${error.message === "timeout" ? "client gave up" : error.code}`);
          return false;
        }),
      );
      if (tries.length > 1) see("sent twice at once");
      if ((await Promise.all(tries)).some(Boolean)) return;
      see("tried again");
      await pause(5 + below(50));
    }
  }

  let isDisturbed = true;
  const isOver = () => elapsed() >= 1 && !isDisturbed;
  let made = 0;
  const lane = async () => {
    while (!isOver()) {
      const list = Array.from({ length: chance(0.1) ? BATCH : 1 }, () => make(made++));
      for (const { id, text } of list) sent.set(id, JSON.parse(text));
      await deliver(list);
    }
  };
  const pending = (ahead) => http.send(new URL("/pending", running.url), { headers: { "x-skew": String(ahead) } });
  const cron = async () => {
    for (; !isOver(); await pause(500)) await pending(skew()).catch(() => {});
  };
  const restart = async () => {
    // Until the new process starts, the old address does not answer.
    await running.stop();
    running = await begin(faults);
  };
  try {
    const disturbed = disturb({ pid: () => running.pid, restart, see, seen }).finally(() => (isDisturbed = false));
    await Promise.all([disturbed, cron(), ...Array.from({ length: LANES }, lane)]);
    // A new process reads what is really on the disk.
    await running.stop();
    running = await begin(0);
    target.heal();
    const db = await running.server.getD1Database("DB");
    const count = async () =>
      (await db.prepare("SELECT count(*) AS n FROM leadscore_entries WHERE forward = 'pending'").first()).n;
    // The clock moves by 15 minutes per call, because retries wait for up to two hours.
    for (let i = 0; i < 20_000 && (await count()) > 0; i++) await pending(i * 900_000);
    const { results } = await db.prepare("SELECT id, verification, forward, signal FROM leadscore_entries").all();
    return { sent: sent.size, rows: results.length, seen, failures: judge(results) };
  } finally {
    http.close();
    target.close();
    await running.stop();
  }

  function judge(results) {
    const count = new Map();
    for (const { id } of results) count.set(id, (count.get(id) ?? 0) + 1);
    const number = (list, isWrong) => list.filter(isWrong).length;
    return {
      lost: number([...sent.keys()], (id) => !count.has(id)),
      "stored more than once": number([...count.values()], (times) => times > 1),
      "stored, but never sent": number([...count.keys()], (id) => !sent.has(id)),
      "stored otherwise than sent": number(results, ({ id, signal, verification }) => {
        return verification !== "verified" || !isDeepStrictEqual(JSON.parse(signal), sent.get(id));
      }),
      "said to be new more than once": number([...stored.values()], (times) => times > 1),
      "never forwarded": number([...sent.keys()], (id) => !target.got.has(id)),
      "forwarded, but not done": number(results, ({ forward }) => forward !== "done"),
      refused: seen.refused ?? 0,
    };
  }
}
