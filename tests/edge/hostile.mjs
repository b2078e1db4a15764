// `node tests/edge/hostile.mjs [--cases 100000] [--seed 20261122]`: hostile cookies and bodies for one workerd with
// visits and a receiver. Nothing may answer 5xx, no forgery may be accepted, and memory must not grow more than that of
// an idle worker.
import { isDeepStrictEqual, parseArgs } from "node:util";

import { client } from "../../benches/edge/lib/client.mjs";
import { random } from "../../benches/edge/lib/random.mjs";
import { signals } from "../../benches/edge/lib/signals.mjs";
import { BROWSER, fullPair, OWN, PAGE, pageCookie, SITE, twenty } from "../../benches/edge/lib/visitor.mjs";
import { migrate, rss, start, temporary } from "../../benches/edge/lib/workerd.mjs";
import { sign } from "../../pkg-config/edge/lib/webhook.js";
import { createEdge, Model, verify } from "../../pkg/edge-node.js";
import { mutateCookies } from "../../benches/edge/lib/mutate-cookies.mjs";
import { mutateBody } from "../../benches/edge/lib/mutate-bodies.mjs";

const KEYS = [
  { id: "2026-11", secret: "a secret of the tests, no site's" },
  { id: "2026-05", secret: "the one before it, thirty-two bytes or more" },
];
const STRANGER = { id: "2026-11", secret: "what a forger guessed, thirty-two bytes" };
const FOREIGN = { id: "2020-01", secret: "a key that was dropped, thirty-two bytes" };
const DAY = 86_400_000;
const LANES = 16;
// MB more than the bare worker may grow, as a heap breathes.
const BREATH = 30;
// The first ten thousand fill workerd's heap and caches; of fewer cases it can only be said that they do not pass that.
const ENOUGH = 50_000;
const MOST = 300;

const WORKER = `
  import { createEdge, createReceiver, d1Store } from "./pkg/edge-workerd.js";
  import model from "./model.lsm";
  let edge, receiver;
  export default {
    async fetch(request, env, ctx) {
      const now = () => env.NOW;
      if (new URL(request.url).pathname === "/signals") {
        receiver ??= createReceiver({
          models: [model],
          store: d1Store(env.DB),
          names: [],
          origins: [env.SITE],
          keys: env.KEYS,
          address: () => null,
          limits: { visitor: { most: 1e9, per: 1 } },
          now,
        });
        return receiver.handle(request, ctx);
      }
      edge ??= createEdge({ model, keys: env.KEYS, source: env.SITE, now });
      const visit = await edge.visit(request);
      const { score } = visit.snapshot;
      const told = JSON.stringify({ score, consent: visit.consent, visitor: visit.visitor });
      return visit.respond(new Response(told, { headers: { "content-type": "text/html" } }), ctx);
    },
  };
`;

// The memory that workerd itself keeps after so many requests: heap, connections, and as many writes to D1.
const BARE = `
  export default {
    async fetch(request, { DB }) {
      const id = request.headers.get("x-store");
      const text = await request.text();
      if (id) {
        const columns = "id, kind, visitor, stage, happened, received, forward, attempts, signal";
        const insert = DB.prepare("INSERT OR IGNORE INTO leadscore_entries (" + columns + ") VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)");
        await DB.batch([insert.bind(id, "signal", "v-1", "mql", "2026", "2026", "none", 0, text)]);
      }
      return new Response("{}", { headers: { "content-type": "text/html" } });
    },
  };
`;

/** Memory in MB, as it was at each of two hundred moments of so many cases. */
function memoryOf(pid, cases) {
  const samples = [];
  const look = (at) => {
    if (at % Math.max(1, Math.floor(cases / 200)) === 0) samples.push({ at, mb: rss(pid) });
  };
  const within = (from, to) => samples.filter(({ at }) => at >= cases * from && at <= cases * to).map(({ mb }) => mb);
  const middle = (list) => list.sort((a, b) => a - b)[list.length >> 1];
  const seen = () => {
    const [warm, end] = [middle(within(0.15, 0.2)), middle(within(0.95, 1))];
    const tenths = Array.from({ length: 10 }, (_, tenth) => middle(within(tenth / 10, (tenth + 1) / 10)));
    return { warm, end, growth: end - warm, peak: Math.max(...samples.map(({ mb }) => mb)), tenths };
  };
  return { look, seen };
}

/** The same requests to a worker without leadscore, which writes for the same ones of them. */
const bare = ({ cases, seed, material, isWritten }) =>
  temporary(async (d1) => {
    const chance = random(seed);
    const { server, url, pid, stop } = await start({ script: BARE, d1 });
    const { send, flood, close } = client(LANES);
    await migrate(server);
    const memory = memoryOf(pid, cases);
    let done = 0;
    try {
      await flood(() => {
        if (done >= cases) return null;
        const at = done++;
        memory.look(at);
        const sent = at % 2 === 0 ? cookieRequest(material, chance) : bodyRequest(material, chance);
        if (isWritten.has(at)) sent.init.headers["x-store"] = `signal-${at % 220}`;
        return send(new URL(sent.path, url), sent.init).catch(() => {});
      });
    } finally {
      close();
      await stop();
    }
    return memory.seen();
  });

function cookieRequest(material, chance) {
  const { kind, cookie } = mutateCookies(material, chance);
  return { kind, cookie, path: "/about", init: { headers: { ...BROWSER, cookie } } };
}

function bodyRequest(material, chance) {
  const { kind, body, headers } = mutateBody(material, chance);
  const bytes = Buffer.from(body);
  // A request that is not read to its end is aborted, sometimes before its response is read: so it has its own
  // connection.
  const alone = bytes.length > 16 * 1024;
  const all = { origin: SITE, ...headers, "content-length": bytes.length };
  return { kind, body, alone, path: "/signals", init: { method: "POST", alone, headers: all, body: bytes } };
}

/** @returns the results: `failures`, the number of each outcome, memory in MB */
export async function hostile({ cases, seed }) {
  const now = Date.now();
  const model = twenty(25);
  const chance = random(seed);
  const material = await collect(model, now);
  const oracle = createEdge({ model, keys: KEYS, source: SITE, now: () => now });

  return temporary(async (d1) => {
    const { server, url, pid, stop } = await start({ script: WORKER, model, d1, bindings: { SITE, KEYS, NOW: now } });
    const { send, flood, close } = client(LANES);
    const report = { seed, cases, seen: {}, failed: 0, failures: [], memory: {} };
    const see = (what) => (report.seen[what] = (report.seen[what] ?? 0) + 1);
    const fail = (text) => report.failed++ < 20 && report.failures.push(text);
    const memory = memoryOf(pid, cases);
    const isWritten = new Set();
    try {
      const db = await migrate(server);
      let done = 0;
      const next = () => {
        if (done >= cases) return null;
        const at = done++;
        memory.look(at);
        const one = at % 2 === 0 ? visitCase() : bodyCase(at);
        return one.catch((error) => fail(`case ${at}: no answer: ${error.message}`));
      };
      await flood(next);
      await checkStored(db);
    } finally {
      close();
      await stop();
    }
    report.memory = memory.seen();
    const { end, growth, peak } = report.memory;
    if (cases < ENOUGH) {
      if (peak > MOST) fail(`workerd took ${peak.toFixed(0)} MB`);
    } else {
      report.bare = await bare({ cases, seed, material, isWritten });
      if (growth > report.bare.growth + BREATH) fail(`workerd grew by ${growth.toFixed(0)} to ${end.toFixed(0)} MB`);
    }
    return report;

    async function visitCase() {
      const { kind, cookie, path, init } = cookieRequest(material, chance);
      const response = await send(new URL(path, url), init);
      const text = response.body.toString();
      if (response.status !== 200) {
        // The server rejects this before the worker sees it.
        if (response.status >= 500 || response.status < 400) fail(`${response.status} for ${kind}: ${cookie}`);
        return see(`cookie ${response.status}`);
      }
      const told = JSON.parse(text);
      const { own, pages } = given(cookie);
      const live = material.sealed.filter(({ isLive }) => isLive).map(({ value }) => value);
      const genuine = own.find((text) => live.includes(text)) ?? "";
      let expected = await expect(genuine, pages);
      // A worker reads headers as UTF-8 where they are, Node each byte as a letter.
      const decoded = pages.map((page) => Buffer.from(page, "latin1").toString());
      if (told.score !== expected.score && !/[^\0-\xff]/.test(decoded.join(""))) {
        expected = await expect(genuine, decoded);
      }
      const outcome = genuine === "" ? "not believed" : "genuine";
      see(`cookie: ${told.consent}, ${own.join("") ? outcome : "none"}`);
      if (told.score !== expected.score || told.consent !== expected.consent) {
        fail(`${kind}: score ${told.score}, not ${expected.score}: ${cookie}`);
      }
    }

    // The score of the same page cookie with the genuine record, or without one.
    async function expect(own, pages) {
      const cookie = [...(own ? [`${OWN}=${own}`] : []), ...pages.map((page) => `${PAGE}=${page}`)].join("; ");
      const visit = await oracle.visit(new Request(`${SITE}/about`, { headers: { ...BROWSER, cookie } }));
      const { consent, snapshot } = visit;
      await visit.respond(new Response("", { headers: { "content-type": "text/html" } }));
      return { consent, score: snapshot.score };
    }

    async function bodyCase(at) {
      const { kind, body, alone, path, init } = bodyRequest(material, chance);
      const response = await send(new URL(path, url), init).catch((error) => {
        if (!alone) throw error;
        return null;
      });
      if (!response) return see("body cut off, being too large");
      see(`body ${response.status}`);
      if (response.status < 300) isWritten.add(at);
      // A model's hash that nobody knows is a version to wait for.
      const isUnknown = response.status === 503 && codes(response).every((code) => code === "model_unknown");
      if ((response.status >= 500 && !isUnknown) || response.status < 200)
        fail(`${response.status} for ${kind}: ${body.slice(0, 4000)}`);
    }

    // A page's signal is its own word, and another that recomputes to the last member is as good: one of the same
    // second, or with the state of another visitor. What says `edge` is only ever what was signed.
    async function checkStored(db) {
      const { results } = await db.prepare("SELECT * FROM leadscore_entries").all();
      for (const row of results) {
        const signal = JSON.parse(row.signal);
        const isOriginal = isDeepStrictEqual(signal, material.originals.get(row.id));
        see(
          `stored: ${row.provenance}, ${row.verification}, ${isOriginal ? "as it was made" : "another that recomputes"}`,
        );
        if (row.verification !== "verified" || !isRight(row, signal) || (row.provenance === "edge" && !isOriginal)) {
          fail(`stored as ${row.verification}: ${row.signal}`);
        }
      }
    }

    function isRight(row, signal) {
      try {
        const { score, segment, label } = verify(material.model, signal);
        const { id, subject: visitor, data } = signal;
        const expected = { id, visitor, stage: data.stage, provenance: data.provenance, score, segment, label };
        return Object.entries(expected).every(([name, value]) => row[name] === value);
      } catch {
        return false;
      }
    }
  });
}

// All values of both names, in the order of the header.
function given(header) {
  const own = [];
  const pages = [];
  for (const pair of header.split(";")) {
    const [, name, value] = /^[ \t]*([^=]*?)[ \t]*=[ \t]*([^]*?)[ \t]*$/.exec(pair) ?? [];
    if (name === OWN) own.push(value);
    if (name === PAGE) pages.push(value);
  }
  return { own, pages };
}

function codes({ body }) {
  const told = JSON.parse(body.toString());
  return (told.results ?? [told]).map(({ code }) => code);
}

// Cookies and signals that are genuine, and some that once were or never will be.
async function collect(model, now) {
  const sealed = [];
  const pages = [];
  const add = async (at, options, isLive) => {
    const pair = await fullPair(model, at, options);
    sealed.push({ value: pair.own, isLive });
    pages.push(pair.page);
    return pair;
  };
  for (const deeds of [0, 20, 40, 100, 600]) await add(now, { deeds, keys: KEYS }, true);
  await add(now, { deeds: 60, keys: [KEYS[1]] }, true);
  await add(now, { deeds: 200, keys: [STRANGER] }, false);
  await add(now, { deeds: 200, keys: [FOREIGN] }, false);
  await add(now - 30 * DAY, { deeds: 200, keys: KEYS, maxAge: 29 * 86_400 }, false);
  pages.push(pageCookie(model, "somebody", now, 10), pageCookie(model, "v".repeat(200), now, 3));

  const texts = [];
  const originals = new Map();
  const made = async (provenance, count) => {
    const make = signals(model, { run: provenance, provenance });
    for (let i = 0; i < count; i++) {
      const { id, text } = make(i);
      originals.set(id, JSON.parse(text));
      const stamp = Math.floor(now / 1000);
      const signature = await sign(KEYS[0].secret, id, stamp, text);
      const headers = { "webhook-id": id, "webhook-timestamp": String(stamp), "webhook-signature": signature };
      texts.push({ text, provenance, headers });
    }
  };
  await made("client", 200);
  await made("edge", 20);
  return { sealed, pages, texts, originals, model: new Model(model) };
}

function print({ seed, cases, seen, failed, failures, memory, bare }, seconds) {
  console.log(`${cases} cases, seed ${seed}, ${seconds.toFixed(0)} s`);
  for (const [what, times] of Object.entries(seen).sort()) console.log(`${what.padEnd(56)} ${times}`);
  for (const [name, seen] of Object.entries({ leadscore: memory, "a bare worker": bare })) {
    if (!seen) continue;
    const [warm, end, peak] = [seen.warm, seen.end, seen.peak].map((mb) => mb.toFixed(0));
    console.log(`memory with ${name}: ${warm} MB after the first fifth, ${end} MB at the end, ${peak} MB at most`);
    console.log(`  by tenths: ${seen.tenths.map((mb) => mb.toFixed(0)).join(", ")} MB`);
  }
  for (const failure of failures) console.error(`FAILED: ${failure}`);
  if (failed > failures.length) console.error(`and ${failed - failures.length} more`);
}

if (import.meta.filename === process.argv[1] || import.meta.url === `file://${process.argv[1]}`) {
  const { values } = parseArgs({ options: { cases: { type: "string" }, seed: { type: "string" } } });
  const begun = performance.now();
  const report = await hostile({ cases: Number(values.cases ?? 100_000), seed: Number(values.seed ?? 20261122) });
  print(report, (performance.now() - begun) / 1000);
  process.exitCode = report.failures.length > 0 ? 1 : 0;
}
