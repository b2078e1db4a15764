// `node tests/edge/receiver/hostile.mjs [--cases 100000 | --seconds 300] [--seed 20261122]`, and the same with Deno and
// Bun: hostile requests to receivers: bodies, headers and queries. None may fail, or be trusted further than it can be
// verified. With `--seconds` it is a fuzzer: it continues with new seeds until the time is over.
import process from "node:process";
import { parseArgs } from "node:util";
import { mutateBody } from "../../../benches/edge/lib/mutate-bodies.mjs";
import { mutateHeaders } from "../../../benches/edge/lib/mutate-headers.mjs";
import { random } from "../../../benches/edge/lib/random.mjs";
import { KEY, OTHER_TOKEN, SITE, CURRENT, FORMER, FUTURE, NOW, TOKEN, accountSignal, signal } from "./make.mjs";
import { createReceiver, memoryStore, Model, verify } from "./runtime.mjs";
import { sign } from "../../../pkg-config/edge/lib/webhook.js";

const ADDRESS = "https://signals.acme.example/signals";
/** The number of entries in a store before it is checked and created again. */
const FULL = 2_000;
const PARAMETERS = [
  ...["id", "kind", "visitor", "stage", "verification", "provenance", "forward", "witnessed", "format", "since"],
  ...["until", "limit", "cursor", "__proto__", "constructor", "x", ""],
];
const ARGUMENTS = [
  ...["", "0", "1", "-1", "500", "501", "1e3", "NaN", "mql", "signal", "client", "csv", "json", "none", "verified"],
  ...["2026-11-22T10:00:00Z", "2026-02-31T25:00:00Z", "9999-12-31T23:59:59-14:00", "%", "%00", "%ff%fe", "' OR 1=1 --"],
  ...["\u0000", "\ud800", "x".repeat(3000), btoa("[]"), btoa('["a","b"]'), btoa('["2026-11-22T10:00:00.250Z","a"]')],
];
const DECISIONS = { visitor: "v-1", stage: "sql", at: NOW, id: "deal-7" };
const METHODS = ["GET", "GET", "GET", "HEAD", "OPTIONS", "PUT", "DELETE", "PATCH"];

/** Genuine signals of pages, workers and accounts, each with a signature of its own. */
async function collect() {
  const made = [];
  for (const bytes of [CURRENT, FORMER, FUTURE]) {
    for (const provenance of /** @type {const} */ (["client", "edge"])) {
      for (const stage of ["warm", "mql", "sql"])
        made.push(signal({ visitor: `v-${made.length}`, stage, provenance, bytes }));
    }
  }
  made.push(await accountSignal());
  const texts = [];
  for (const own of made) {
    const text = JSON.stringify(own);
    const timestamp = Math.floor(NOW / 1000);
    const signature = await sign(KEY.secret, own.id, timestamp, text);
    const headers = {
      "webhook-id": own.id,
      "webhook-timestamp": String(timestamp),
      "webhook-signature": signature,
    };
    texts.push({ text, provenance: own.data.provenance, headers });
  }
  return { texts, signed: new Set(texts.filter(({ provenance }) => provenance === "edge").map(({ text }) => text)) };
}

/** One request, and whether it may be answered with what only a token opens. */
function hostile(material, chance) {
  const { pick, below } = chance;
  const kind = below(10);
  if (kind < 6) {
    const { kind: name, body, headers } = mutateBody(material, chance);
    return { name, url: ADDRESS, init: { method: "POST", body, headers: { origin: SITE, ...headers } }, mayRead: true };
  }
  const token = pick([TOKEN, TOKEN, OTHER_TOKEN, "", `${TOKEN}x`, TOKEN.slice(1), "x"]);
  const genuine = { authorization: `Bearer ${token}`, "content-type": "application/json" };
  const headers = chance.chance(0.4) ? mutateHeaders(genuine, chance) : genuine;
  const mayRead = [TOKEN, OTHER_TOKEN].some((known) =>
    new RegExp(`^bearer +${known} *$`, "i").test(headers.authorization),
  );
  if (kind === 6) {
    const decision = {
      ...DECISIONS,
      [pick(Object.keys(DECISIONS))]: pick([...ARGUMENTS, null, 7, -1, 1e300, [], {}, NOW]),
    };
    const text = JSON.stringify(decision);
    const body = chance.chance(0.2) ? text.slice(0, below(text.length)) : text;
    return { name: "decision", url: `${ADDRESS}/lifecycle`, init: { method: "POST", body, headers }, mayRead };
  }
  const query = Array.from({ length: below(4) }, () => `${pick(PARAMETERS)}=${argument(chance)}`).join("&");
  return { name: `list ${query}`, url: `${ADDRESS}?${query}`, init: { method: pick(METHODS), headers }, mayRead };
}

function argument({ pick, below, chance }) {
  const text = pick(ARGUMENTS);
  if (chance(0.3)) return text.slice(0, below(text.length + 1)) + String.fromCharCode(below(0x300));
  return chance(0.5) ? encodeURIComponent(text.toWellFormed()) : text;
}

/** @returns {Promise<{ done: number, seen: Record<string, number>, failures: string[] }>} */
export async function run({ cases = Infinity, seconds = Infinity, seed = 20261122 }) {
  const material = await collect();
  const models = new Map([CURRENT, FORMER].map((bytes) => [bytes, new Model(bytes)]));
  const report = { done: 0, seen: {}, failures: [] };
  const fail = (text) => report.failures.length < 20 && report.failures.push(text);
  const chance = random(seed);
  const end = performance.now() + seconds * 1000;
  const open = (names) => {
    const store = memoryStore();
    const limits = { visitor: { most: 1e9, per: 1 }, signed: { most: 1e9, per: 1 }, address: { most: 1e9, per: 1 } };
    const options = { models: [CURRENT, FORMER], origins: [SITE], tokens: [TOKEN, OTHER_TOKEN], keys: [KEY], names };
    return { names, store, receiver: createReceiver({ ...options, store, limits, now: () => NOW }) };
  };
  let receivers = [open([]), open(["acme-web"])];

  while (report.done < cases && performance.now() < end && report.failures.length < 20) {
    report.done++;
    const { name, url, init, mayRead } = hostile(material, chance);
    const where = `case ${report.done} of seed ${seed}: ${name}: ${JSON.stringify(init).slice(0, 3000)}`;
    let request;
    try {
      request = () => new Request(url, init);
      request();
    } catch {
      // Requests that the platform rejects cannot reach the receiver.
      report.seen["no request"] = (report.seen["no request"] ?? 0) + 1;
      continue;
    }
    for (const { receiver } of receivers) {
      await receiver
        .handle(request())
        .then((response) => check(response, init, mayRead, where))
        .catch((error) => fail(`${where}: threw ${error.stack}`));
    }
    if (report.done % FULL === 0) await turn();
  }
  await turn();
  return report;

  async function check(response, { method }, mayRead, where) {
    const { status, headers } = response;
    const text = await response.text();
    const isCsv = headers.get("content-type")?.startsWith("text/csv");
    const told = isCsv || text === "" ? {} : JSON.parse(text);
    const codes = (told.results ?? [told]).map(({ code }) => code);
    const what = `${method} ${status}`;
    report.seen[what] = (report.seen[what] ?? 0) + 1;
    if (status >= 500 && codes.some((code) => code !== "model_unknown")) fail(`${where}: ${status} ${text}`);
    if (!mayRead && status < 300 && method !== "OPTIONS") fail(`${where}: ${status} without a token`);
    if (headers.get("access-control-allow-origin") && headers.get("access-control-allow-origin") !== SITE) {
      fail(`${where}: shared with ${headers.get("access-control-allow-origin")}`);
    }
  }

  // Checks the stored entries; then the stores are created again, and a long run gets new seeds.
  async function turn() {
    for (const { store, names } of receivers) {
      for (let after = null; ;) {
        const { entries, next } = await store.list({ limit: 500, after });
        for (const entry of entries) checkEntry(entry, names);
        if (!next) break;
        after = next;
      }
    }
    receivers = [open([]), open(["acme-web"])];
  }

  function checkEntry(entry, names) {
    const { kind, verification, provenance, witnessed, signal: stored } = entry;
    const what = `stored: ${kind}, ${provenance}, ${verification}`;
    report.seen[what] = (report.seen[what] ?? 0) + 1;
    if (kind === "lifecycle") return;
    const wrong = [
      verification === "unverified" && names.length === 0 && "unverified without a name",
      entry.id.startsWith("unverified:") !== (verification === "unverified") && "in a foreign namespace",
      provenance === "edge" && !material.signed.has(JSON.stringify(stored)) && "edge's, but nobody signed it",
      (provenance === "edge") !== (witnessed !== null) && "witnessed by nobody",
      verification === "verified" && !isRight(entry) && "verified, but it does not recompute",
    ].filter(Boolean);
    for (const text of wrong) fail(`${text}: ${JSON.stringify(entry)}`);
  }

  function isRight({ visitor, stage, score, segment, label, signal: stored }) {
    for (const model of models.values()) {
      try {
        const snapshot = verify(model, stored);
        const same = snapshot.score === score && snapshot.segment === segment && snapshot.label === label;
        return same && stored.subject === visitor && stored.data.stage === stage;
      } catch (error) {
        if (error?.code !== "signal_model") return false;
      }
    }
    return false;
  }
}

if (process.argv[1]?.endsWith("hostile.mjs") && import.meta.url.endsWith("/receiver/hostile.mjs")) {
  const { values } = parseArgs({
    options: { cases: { type: "string" }, seconds: { type: "string" }, seed: { type: "string" } },
  });
  const given = Object.entries(values).map(([name, text]) => [name, Number(text)]);
  const report = await run({ cases: values.seconds ? Infinity : 100_000, ...Object.fromEntries(given) });
  console.log(JSON.stringify(report, null, 1));
  process.exitCode = report.failures.length > 0 ? 1 : 0;
}
