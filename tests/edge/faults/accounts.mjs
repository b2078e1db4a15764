// `node tests/edge/faults/accounts.mjs [--seconds 20] [--seed …]`: Durable Objects of accounts under faults. Their
// storage and alarms fail before and after a write, their clock is ten years off for a while, their process is killed,
// and their receiver fails. For each account with acknowledged contributions the signal must be stored exactly once.
import { parseArgs } from "node:util";
import { client } from "../../../benches/edge/lib/client.mjs";
import { random } from "../../../benches/edge/lib/random.mjs";
import { KEY, SITE } from "../../../benches/edge/lib/visitor.mjs";
import { migrate, start, temporary } from "../../../benches/edge/lib/workerd.mjs";
import { compile } from "../../../pkg/compile-node.js";
import { Lead, Model } from "../../../pkg/edge-node.js";
import { report } from "./report.mjs";
import { pause } from "./signals.mjs";

const LANES = 8;
const KILLS = 3;
const FAULTS = 0.15;
const YEARS = 10 * 365 * 86_400_000;
const PEOPLE = ["a", "b"];
/** The error of the worker's clock in each fifth of a run, in milliseconds. */
const CLOCKS = [0, YEARS, 0, -YEARS, 0];

const MODEL = compile({
  name: "acme-web",
  rules: [{ id: "demo", event: "form_submit", points: 50 }],
  stages: [{ id: "mql", at: 50 }],
  account: { person: { max: 50 }, stages: [{ id: "mqa", at: 100, min: { people: 2 } }] },
});

const WORKER = `
  import { createAccount, createReceiver, d1Store } from "./pkg/edge-workerd.js";
  import model from "./model.lsm";

  // All requests of the process share a clock. A late request must not set it back.
  let part = 0;
  let skew = 0;
  let receiver;
  const now = () => Date.now() + skew;

  const options = (env) => ({
    model,
    keys: [env.KEY],
    now,
    endpoint: async (request) => {
      if (Math.random() < env.FAULTS) return new Response(null, { status: 503, headers: { "retry-after": "1" } });
      receiver ??= createReceiver({ models: [model], store: d1Store(env.DB), origins: [env.SITE], keys: [env.KEY], now });
      const response = await receiver.handle(request);
      // The signal is stored, but the answer is lost.
      return Math.random() < env.FAULTS ? new Response(null, { status: 502 }) : response;
    },
  });

  function failing(ctx, part) {
    const perhaps = (when) => {
      if (Math.random() < part) throw new Error("storage: " + when);
    };
    // An alarm that was set by a clock ahead stays in the far future. A clock behind is also the platform's clock.
    const alarm = (at) => ctx.storage.setAlarm(skew < 0 ? at - skew : at);
    const wrapped = (name) => async (...given) => {
      perhaps("before " + name);
      const result = name === "setAlarm" ? await alarm(...given) : await ctx.storage[name](...given);
      perhaps("after " + name);
      return result;
    };
    const names = ["get", "put", "setAlarm", "getAlarm"];
    return {
      storage: Object.fromEntries(names.map((name) => [name, wrapped(name)])),
      blockConcurrencyWhile: (use) => ctx.blockConcurrencyWhile(use),
    };
  }

  const Base = createAccount(options);
  export class Account extends Base {
    constructor(ctx, env) {
      super(failing(ctx, env.FAULTS), env);
    }

    /** Calls the alarm on request, because the real pauses between alarms last up to an hour. */
    async fetch(request) {
      const answer = await super.fetch(request);
      if (request.headers.has("x-alarm")) await this.alarm();
      return answer;
    }
  }

  export default {
    async fetch(request, env) {
      part = Math.max(part, request.headers.get("x-part"));
      skew = env.CLOCKS[part];
      const account = request.headers.get("x-account");
      try {
        return await env.ACCOUNTS.get(env.ACCOUNTS.idFromName(account)).fetch(request);
      } catch (error) {
        return new Response(String(error), { status: 500 });
      }
    },
  };
`;

export function accountsUnderFaults({ seconds, seed = 20261124, kills = KILLS }) {
  return temporary(async (folder) => {
    const { below, chance } = random(seed);
    const model = new Model(MODEL);
    const seen = {};
    const see = (what) => void (seen[what] = (seen[what] ?? 0) + 1);
    const begin = (faults) =>
      start({
        ...{ script: WORKER, model: MODEL, d1: folder, quiet: true, bindings: { SITE, KEY, CLOCKS, FAULTS: faults } },
        ...{ durableObjects: { ACCOUNTS: "Account" }, durableObjectsPersist: folder },
      });
    const http = client(LANES * 2);
    let running = await begin(FAULTS);
    await migrate(running.server);
    const begun = performance.now();
    const elapsed = () => (performance.now() - begun) / 1000 / seconds;
    const part = () => Math.min(CLOCKS.length - 1, Math.floor(elapsed() * CLOCKS.length));

    const ask = (account, init = {}) => {
      const { url } = running;
      const headers = { ...init.headers, "x-account": account, "x-part": String(part()) };
      return http.send(url, { timeout: 5_000, ...init, headers });
    };
    async function contribute(account, person) {
      const lead = new Lead(model, { id: person, source: SITE });
      // Visits use the worker's clock too.
      lead.ingest({ type: "form_submit" }, Date.now() + CLOCKS[part()]);
      const body = JSON.stringify({ account, person, visitor: person, own: lead.toString(), told: "", source: SITE });
      lead.free();
      const headers = { "content-length": Buffer.byteLength(body) };
      for (;;) {
        const timeout = chance(0.1) ? 1 + below(30) : 5_000;
        const answer = await ask(account, { method: "POST", body, headers, timeout }).catch(() => null);
        see(answer ? `answer ${answer.status}` : "no answer");
        if (answer?.status === 204) return;
        await pause(5 + below(50));
      }
    }

    const accounts = [];
    const astride = [];
    const lane = async (own) => {
      for (let i = 0; elapsed() < 1; i++) {
        const account = `account-${own}-${i}`;
        const begun = part();
        for (const person of PEOPLE) await contribute(account, `${account}-${person}`);
        accounts.push(account);
        if (part() !== begun) astride.push(account);
      }
    };
    const kill = async () => {
      for (let i = 0; i < kills; i++) {
        await pause((seconds * 1000) / (kills + 1));
        process.kill(running.pid, "SIGKILL");
        see("workerd was killed");
        await running.stop();
        running = await begin(FAULTS);
      }
    };
    try {
      await Promise.all([kill(), ...Array.from({ length: LANES }, (_, i) => lane(i))]);
      await running.stop();
      running = await begin(0);
      const db = await running.server.getD1Database("DB");
      const stored = async () =>
        (await db.prepare("SELECT id, visitor, kind, provenance FROM leadscore_entries").all()).results;
      // Contributions dated years ahead do not count. These visitors contribute again, with the correct clock.
      seen["contributed by two clocks"] = astride.length;
      for (const account of astride) for (const person of PEOPLE) await contribute(account, `${account}-${person}`);
      // After failed attempts the platform drops an alarm; the next request sets it again. Most signals do not need
      // this.
      for (const account of accounts) await ask(account);
      await pause(3_000);
      const known = new Set((await stored()).map(({ visitor }) => visitor));
      const waiting = accounts.filter((account) => !known.has(account));
      seen["had to wait for their alarm"] = waiting.length;
      for (const account of waiting) await ask(account, { headers: { "x-alarm": "1" } });
      const rows = await stored();
      const count = new Map();
      for (const { visitor } of rows) count.set(visitor, (count.get(visitor) ?? 0) + 1);
      const failures = {
        lost: accounts.filter((account) => !count.has(account)).length,
        "stored more than once": [...count.values()].filter((times) => times > 1).length,
        "stored otherwise than sent": rows.filter((row) => row.kind !== "account" || row.provenance !== "edge").length,
      };
      return { sent: accounts.length, rows: rows.length, seen, failures };
    } finally {
      http.close();
      await running.stop();
    }
  });
}

if (import.meta.url === `file://${process.argv[1]}`) {
  const { values } = parseArgs({ options: { seconds: { type: "string" }, seed: { type: "string" } } });
  const seconds = Number(values.seconds ?? 20);
  const faults = await accountsUnderFaults({ seconds, seed: Number(values.seed ?? 20261124) });
  report(
    `accounts under faults: ${FAULTS * 100} % of writes and requests fail before they are done, the same share after`,
    faults,
  );
}
