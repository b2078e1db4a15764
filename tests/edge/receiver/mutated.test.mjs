// Any input may arrive: two thousand mutated signals.
import assert from "node:assert/strict";
import { after, test } from "node:test";
import { startD1 } from "./d1.mjs";
import { CURRENT, entries, FORMER, make, post, signal } from "./make.mjs";
import { d1Store, Model, verify } from "./runtime.mjs";

// Reproducible random numbers, so that a failure can be examined: mulberry32 (Ettinger, public domain).
function random(seed) {
  return () => {
    seed = (seed + 0x6d2b79f5) | 0;
    let t = Math.imul(seed ^ (seed >>> 15), 1 | seed);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

const VALUES = [
  ...["null", "true", "-0", "1e400", "-1e308", "9007199254740993", "1.5", '""', '"x"', '"\\ud800"', '"\\u0000"'],
  ...["[]", "{}", "[[[[[[[[[[]]]]]]]]]]", '{"__proto__":{"id":1}}', '{"constructor":{"prototype":{}}}', '"__proto__"'],
  ...['"toString"', `"${"x".repeat(2000)}"`, '"2026-11-22T10:00:00.250Z"', '"edge"', '"mql"', '"https://acme.example"'],
];
const TOKEN = /"(?:[^"\\]|\\.)*"|-?\d+(?:\.\d+)?|true|false|null/g;

function mutate(text, below) {
  const pick = (list) => list[below(list.length)];
  const at = below(text.length);
  const tokens = [...text.matchAll(TOKEN)];
  if (tokens.length === 0) return pick(VALUES);
  const token = pick(tokens);
  const replaced = (value) => text.slice(0, token.index) + value + text.slice(token.index + token[0].length);
  switch (below(6)) {
    case 0:
      return replaced(pick(VALUES));
    case 1:
      return replaced(pick(tokens)[0]);
    case 2:
      return text.slice(0, at);
    case 3:
      return text.slice(0, at) + String.fromCharCode(below(0x300)) + text.slice(at + below(2));
    case 4:
      return text.replace(/}}?$/, (end) => `,"${pick(["data", "id", "__proto__", "x"])}":${pick(VALUES)}${end}`);
    default:
      return text.slice(0, at) + text.slice(at + 1 + below(40));
  }
}

test("no body makes the receiver fail, or store what verify rejects", async () => {
  const next = random(20261122);
  const below = (most) => Math.floor(next() * most);
  const originals = ["warm", "mql", "sql"].map((stage) => JSON.stringify(signal({ stage })));
  const { server, db } = await startD1();
  after(() => server.dispose());
  const strict = make({ limits: { visitor: { per: 1, most: 1e6 } } });
  const lenient = make({ store: d1Store(db), names: ["acme-web"], limits: { visitor: { per: 1, most: 1e6 } } });
  const statuses = {};
  for (let i = 0; i < 2000; i++) {
    let body = originals[below(3)];
    for (let times = below(3); times >= 0; times--) body = mutate(body, below);
    for (const { handle } of [strict, lenient]) {
      const response = await handle(post(body));
      const { status } = response;
      const isDeploying = status === 503 && (await response.json()).code === "model_unknown";
      assert.ok(status < 500 || isDeploying, `${status} for ${body}`);
      statuses[status] = (statuses[status] ?? 0) + 1;
    }
  }
  assert.ok(statuses[422] > 500 && statuses[400] > 500 && statuses[201] > 0, JSON.stringify(statuses));

  const models = [CURRENT, FORMER].map((bytes) => new Model(bytes));
  for (const { store } of [strict, lenient]) {
    for (const { signal: stored } of await entries(store, { verification: "verified", limit: 500 })) {
      assert.ok(models.some((model) => isVerified(model, stored)));
    }
  }
  assert.deepEqual(await entries(strict.store, { verification: "unverified" }), []);
});

function isVerified(model, stored) {
  try {
    return Boolean(verify(model, stored));
  } catch {
    return false;
  }
}
