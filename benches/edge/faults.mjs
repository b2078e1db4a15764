// `node benches/edge/faults.mjs`: nothing is lost and nothing is stored twice while the receiver's process is killed,
// its database fails before and after it has written, and clients give up waiting and send again.
import { isDeepStrictEqual, parseArgs } from "node:util";
import { client } from "./lib/client.mjs";
import { random } from "./lib/random.mjs";
import { signals } from "./lib/signals.mjs";
import { line, title } from "./lib/table.mjs";
import { SITE, twenty } from "./lib/visitor.mjs";
import { migrate, start, temporary } from "./lib/workerd.mjs";

const SECONDS = 20;
const KILLS = 5;
const LANES = 16;
const BATCH = 3;
const FAULTS = 0.1;

const WORKER = `
  import { createReceiver, d1Store } from "./pkg/edge-workerd.js";
  import model from "./model.lsm";

  // Fails at random, before anything is written or after all of it is.
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
  export default {
    fetch(request, env, ctx) {
      receiver ??= createReceiver({
        models: [model],
        store: d1Store(failing(env.DB, env.FAULTS)),
        origins: [env.SITE],
        address: () => null,
        limits: { visitor: { most: 1e9, per: 1 } },
      });
      return receiver.handle(request, ctx);
    },
  };
`;

const { values } = parseArgs({ options: { seed: { type: "string" } } });
const seed = Number(values.seed ?? 20261122);
const { below, chance } = random(seed);
const model = twenty();
const make = signals(model, { run: `faults-${seed}` });
const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

const seen = {};
const see = (what) => (seen[what] = (seen[what] ?? 0) + 1);
const sent = new Map();
// How often the receiver said of an id that it was new to it: twice would mean that it was lost in between.
const stored = new Map();

async function attempt(url, { send }, list) {
  const isBatch = list.length > 1;
  const body = isBatch ? `[${list.map(({ text }) => text).join(",")}]` : list[0].text;
  const type = `application/cloudevents${isBatch ? "-batch" : ""}+json`;
  const { status, body: answer } = await send(url(), {
    method: "POST",
    headers: { origin: SITE, "content-type": type, "content-length": Buffer.byteLength(body) },
    body,
    // Some give up while the write is under way.
    timeout: chance(0.15) ? 1 + below(40) : 5_000,
  });
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

async function deliver(url, http, list) {
  for (;;) {
    const tries = Array.from({ length: chance(0.1) ? 2 : 1 }, () =>
      attempt(url, http, list).catch((error) => {
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

async function main(d1) {
  const begin = (faults) => start({ script: WORKER, model, d1, quiet: true, bindings: { SITE, FAULTS: faults } });
  let running = await begin(FAULTS);
  await migrate(running.server);
  const http = client(LANES * 2);
  const begun = performance.now();
  const isOver = () => performance.now() - begun > SECONDS * 1000;

  let made = 0;
  const lane = async () => {
    while (!isOver()) {
      const list = Array.from({ length: chance(0.1) ? BATCH : 1 }, () => make(made++));
      for (const { id, text } of list) sent.set(id, JSON.parse(text));
      await deliver(() => running.url, http, list);
    }
  };
  const kill = async () => {
    for (let kills = 0; kills < KILLS; kills++) {
      await pause((SECONDS * 1000) / (KILLS + 1));
      process.kill(running.pid, "SIGKILL");
      see("workerd was killed");
      // The dead one's address answers nobody meanwhile.
      await running.stop();
      running = await begin(FAULTS);
    }
  };
  try {
    await Promise.all([kill(), ...Array.from({ length: LANES }, lane)]);
    http.close();
    // What is on the disk, as another process reads it.
    await running.stop();
    running = await begin(0);
    const db = await running.server.getD1Database("DB");
    const { results } = await db.prepare("SELECT id, verification, signal FROM leadscore_entries").all();
    return { results, took: (performance.now() - begun) / 1000 };
  } finally {
    http.close();
    await running.stop();
  }
}

title(`the receiver under faults: D1 fails ${FAULTS * 100} % before and ${FAULTS * 100} % after a write, seed ${seed}`);
const { results, took } = await temporary(main);
const count = new Map();
for (const { id } of results) count.set(id, (count.get(id) ?? 0) + 1);
const failures = {
  lost: [...sent.keys()].filter((id) => !count.has(id)).length,
  "stored more than once": [...count.values()].filter((times) => times > 1).length,
  "stored, but never sent": [...count.keys()].filter((id) => !sent.has(id)).length,
  "stored otherwise than sent": results.filter(({ id, signal, verification }) => {
    return verification !== "verified" || !isDeepStrictEqual(JSON.parse(signal), sent.get(id));
  }).length,
  "said to be new more than once": [...stored.values()].filter((times) => times > 1).length,
  refused: seen.refused ?? 0,
};
line("signals sent until accepted", `${sent.size} in ${took.toFixed(1)} s`);
line("rows", `${results.length}`);
for (const [what, times] of Object.entries(seen).sort()) line(what, `${times}`);
for (const [what, times] of Object.entries(failures)) line(what, `${times}`, times === 0 ? "ok" : "FAILED");
process.exitCode = Object.values(failures).some((times) => times > 0) || results.length === 0 ? 1 : 0;
