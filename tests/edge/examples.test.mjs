// The examples of examples/edge, each in its runtime with the packed package, and the JavaScript of docs/edge.md.
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { cpSync, readFileSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import { join } from "node:path";
import { test } from "node:test";
import { Lead, Model } from "../../pkg/edge-node.js";
import { migrate } from "../../www/migrations.mjs";
import { LONG_PATIENCE } from "../lib/patience.mjs";
import { freePort, until } from "../lib/server.mjs";
import { bundle, startWorker } from "../lib/worker.mjs";
import { consumer, root, run, tool } from "../packages/lib/consumer.mjs";

const CHROME = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36";
const KEY = "a secret of thirty-two bytes or more";
const TOKEN = "a-token-of-16-characters-or-more";

/** The example as its README has it set up: the package installed, then `npm run build` where there is one. */
function project(name) {
  const folder = consumer(`edge-${name}`);
  cpSync(join(root, "examples/edge", name), folder, { recursive: true });
  const { scripts } = JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
  if (scripts.build) run("npm", ["run", "build", "--silent"], { cwd: folder });
  return folder;
}

/** A server of its own on a free port, as soon as it answers. */
async function serve(t, command, args, folder) {
  const port = await freePort();
  const site = `http://127.0.0.1:${port}`;
  const env = { ...process.env, PORT: String(port), SITE: site, KEY, TOKEN };
  const child = spawn(command, args, { cwd: folder, env, stdio: ["ignore", "pipe", "pipe"], detached: true });
  let said = "";
  for (const stream of [child.stdout, child.stderr]) stream.on("data", (text) => (said += text));
  // With its children: what npm installs as deno and bun may be a script that starts the real one.
  t.after(() => process.kill(-child.pid, "SIGKILL"));
  await until(() => {
    assert.equal(child.exitCode, null, `the server ended: ${said}`);
    return fetch(`${site}/nothing-here`).catch(() => undefined);
  }, "an answer of the server");
  return { site, send: (path, init) => fetch(site + path, { redirect: "manual", ...init }) };
}

const setCookie = (response) => response.headers.getSetCookie().find((text) => text.startsWith("__Host-leadscore="));
const pairOf = (cookie) => cookie.slice(0, cookie.indexOf(";"));

/**
 * Checks the behaviour of every example. `agreed` is the cookie by which the site knows that the visitor has agreed.
 */
async function journey({ send, agreed }) {
  const visit = async (path, sealed, method = "GET") => {
    const cookie = [agreed, sealed].filter(Boolean).join("; ");
    const headers = { accept: "text/html", "sec-fetch-dest": "document", "user-agent": CHROME, cookie };
    const response = await send(path, { method, headers });
    return { response, status: response.status, text: await response.text(), cookie: setCookie(response) };
  };
  const isPlain = ({ status, text }) => status === 200 && text.includes("<h1>Acme</h1>");

  const stranger = await send("/pricing", { headers: { accept: "text/html", "user-agent": CHROME } });
  assert.equal(stranger.status, 200);
  assert.equal(setCookie(stranger), undefined, "nothing is kept of whoever has not agreed");

  assert.ok(isPlain(await visit("/")), "a first visit gets the plain page");
  const first = await visit("/pricing");
  assert.equal(first.status, 200);
  assert.match(
    first.cookie,
    /^__Host-leadscore=2\.2026-11\.[^;]+; Max-Age=31536000; Path=\/; Secure; HttpOnly; SameSite=Lax$/,
  );
  assert.match(first.response.headers.get("cache-control"), /private/);
  assert.match(first.response.headers.get("server-timing"), /leadscore;dur=\d+/);
  const sealed = pairOf(first.cookie);

  const near = await visit("/", sealed);
  assert.equal(near.status, 200);
  assert.match(near.text, /Shall we show you Acme\?/, "a visitor about to qualify gets the other page");

  const last = sealed.at(-5);
  const forged = `${sealed.slice(0, -5)}${last === "A" ? "B" : "A"}${sealed.slice(-4)}`;
  const other = await visit("/", forged);
  assert.ok(isPlain(other), "a forged cookie gets the plain page");

  const asked = await visit("/demo", sealed, "POST");
  assert.ok(asked.status === 200 || asked.status === 303, `${asked.status} ${asked.text}`);
  const list = (token, query = "") =>
    send(`/signals${query}`, { headers: token ? { authorization: `Bearer ${token}` } : {} });
  assert.equal((await list()).status, 401);
  assert.equal((await list("another")).status, 401);
  const [entry] = await until(async () => {
    const response = await list(TOKEN);
    assert.equal(response.status, 200);
    const { signals } = await response.json();
    return signals.length > 0 && signals;
  }, "a signal in the list");
  assert.equal(entry.stage, "mql");
  assert.equal(entry.verification, "verified");
  assert.equal(entry.provenance, "edge");
  return { near, visit, sealed, list, entry };
}

test("Deno", async (t) => {
  const args = ["run", "--quiet", "--no-remote", "--allow-read=.", "--allow-env", "--allow-net=127.0.0.1", "server.js"];
  await journey({ ...(await serve(t, tool("deno"), args, project("deno"))), agreed: "consent=yes" });
});

test("Bun", async (t) => {
  const server = await serve(t, tool("bun"), ["--no-install", "server.js"], project("bun"));
  await journey({ ...server, agreed: "consent=yes" });
});

test("the middleware, in Node with a stand-in for its framework", async (t) => {
  const server = await serve(t, process.execPath, ["host.js"], project("middleware"));
  await journey({ ...server, agreed: "consent=yes" });
});

/** The webhook of the example: what it got. */
async function webhook(t) {
  const got = [];
  const server = createServer(async (request, response) => {
    let body = "";
    for await (const chunk of request) body += chunk;
    got.push({ headers: request.headers, signal: JSON.parse(body) });
    response.writeHead(204).end();
  });
  await once(server.listen(0, "127.0.0.1"), "listening");
  t.after(() => server.close());
  return {
    got,
    url: `http://127.0.0.1:${/** @type {import("node:net").AddressInfo} */ (server.address()).port}/leads`,
  };
}

/** Returns what wrangler would run, from the example's own wrangler.toml, which Bun can read. */
async function cloudflare(t, folder, vars) {
  const config = JSON.parse(
    run(tool("bun"), ["-e", 'console.log(JSON.stringify(require("./wrangler.toml")))'], { cwd: folder }),
  );
  await bundle(folder, config.main);
  const [database] = config.d1_databases;
  const [object] = config.durable_objects.bindings;
  const [producer] = config.queues.producers;
  const [consumed] = config.queues.consumers;
  const workerFirst = config.assets.run_worker_first;
  const server = startWorker(folder, {
    compatibilityDate: config.compatibility_date,
    modulesRules: [
      { type: "CompiledWasm", include: ["**/*.wasm"] },
      ...config.rules.map(({ type, globs }) => ({ type, include: globs })),
    ],
    bindings: { ...config.vars, ...vars },
    assets: {
      directory: join(folder, config.assets.directory),
      binding: config.assets.binding,
      routerConfig: {
        has_user_worker: true,
        static_routing: {
          user_worker: workerFirst.filter((path) => !path.startsWith("!")),
          asset_worker: workerFirst.filter((path) => path.startsWith("!")).map((path) => path.slice(1)),
        },
      },
    },
    d1Databases: { [database.binding]: database.database_name },
    durableObjects: { [object.name]: { className: object.class_name, useSQLite: true } },
    queueProducers: { [producer.binding]: producer.queue },
    queueConsumers: {
      [consumed.queue]: {
        maxBatchTimeout: consumed.max_batch_timeout,
        maxRetries: consumed.max_retries,
        deadLetterQueue: consumed.dead_letter_queue,
      },
    },
  });
  t.after(() => server.dispose());
  const db = await server.getD1Database(database.binding);
  await migrate(db, join(folder, database.migrations_dir));
  return server;
}

test("Cloudflare, in workerd with D1, a queue and assets", async (t) => {
  const site = "https://acme.example";
  const folder = project("cloudflare");
  const { got, url } = await webhook(t);
  const server = await cloudflare(t, folder, { SITE: site, WEBHOOK: url, KEY, TOKEN });
  const send = (path, init) => server.dispatchFetch(site + path, { redirect: "manual", ...init });

  // The cookie that the tag writes if consent is granted.
  const model = new Model(readFileSync(join(folder, "public/leadscore/model.lsm")));
  const agreed = `leadscore=AA.v-1.${new Lead(model, { id: "v-1" })}`;
  const { near, visit, sealed, list, entry } = await journey({ send, agreed });
  assert.equal(entry.visitor, "v-1");

  assert.match(near.text, /<html[^>]* data-leadscore-segment="near-mql"/);
  // There is no validator, with which a page with another segment could count as unchanged.
  const headers = { accept: "text/html", "user-agent": CHROME, cookie: `${agreed}; ${sealed}` };
  const pricing = await send("/pricing", { headers });
  assert.deepEqual([pricing.headers.get("etag"), pricing.headers.get("last-modified")], [null, null]);
  assert.equal((await visit("/nothing-here", sealed)).status, 404);

  const tag = await send("/leadscore/tag.js");
  assert.equal(tag.status, 200);
  assert.match(tag.headers.get("content-type"), /javascript/);
  assert.equal((await tag.arrayBuffer()).byteLength > 1_000, true);

  const [{ headers: sent, signal }] = await until(() => got.length > 0 && got, "the webhook");
  assert.equal(signal.id, entry.id);
  assert.match(sent["webhook-signature"], /^v1,/);
  await until(async () => (await (await list(TOKEN)).json()).signals[0].forward === "done", "the forwarded signal");

  const decided = await send("/signals/lifecycle", {
    method: "POST",
    headers: { authorization: `Bearer ${TOKEN}`, "content-type": "application/json" },
    body: JSON.stringify({ visitor: "v-1", stage: "customer" }),
  });
  assert.equal(decided.status, 201);

  for (const visitor of ["v-2", "v-3"]) {
    const headers = { accept: "text/html", "user-agent": CHROME, "x-company-domain": "customer.example" };
    const lead = new Lead(model, { id: visitor });
    await send("/pricing", { headers: { ...headers, cookie: `leadscore=AA.${visitor}.${lead}` } });
  }
  const accounts = async () => (await (await list(TOKEN, "?kind=account")).json()).signals;
  const [account] = await until(async () => ((await accounts()).length > 0 ? accounts() : undefined), "the account");
  assert.deepEqual([account.visitor, account.stage, account.verification], ["customer.example", "mqa", "verified"]);

  /** @type {any} */
  const worker = await server.getWorker();
  assert.equal((await worker.scheduled({ cron: "*/10 * * * *" })).outcome, "ok");
});

test("the JavaScript of docs/edge.md", async (t) => {
  const text = readFileSync(join(root, "docs/edge.md"), "utf8");
  const blocks = [...text.matchAll(/```js\n([\s\S]*?)```/g)].map(([, code]) => code);
  assert.ok(blocks.length >= 6);
  const sharded = readFileSync(join(root, "examples/edge/sharded/sharded.js"));
  const folder = consumer("edge-docs", { "stand-in.js": STAND_IN, "run.js": RUN, "sharded.js": sharded });
  for (const [i, code] of blocks.entries()) {
    await t.test(`block ${i + 1}: ${code.split("\n")[0]}`, () => {
      writeFileSync(join(folder, `block-${i}.js`), `import "./stand-in.js";\n${code}`);
      run(process.execPath, ["run.js", `./block-${i}.js`], { cwd: folder, timeout: LONG_PATIENCE });
    });
  }
});

// Values that the blocks assume: a platform's `env`, a compiled model, and the results of other blocks.
const STAND_IN = `
import { compile } from "leadscore/compile";
import { createEdge, createReceiver, memoryStore } from "leadscore/edge";

const KEY = ${JSON.stringify(KEY)};
const model = compile({
  name: "acme-web",
  rules: [{ id: "pricing", event: "page_view", path: "/pricing", points: 60 }],
  stages: [{ id: "mql", at: 60, near: 20 }],
  account: { person: { max: 60 }, stages: [{ id: "mqa", at: 100 }] },
});
const keys = [{ id: "2026-11", secret: KEY }];
const store = memoryStore();
const page = () => new Response("<!doctype html><html></html>", { headers: { "content-type": "text/html", "cache-control": "max-age=60" } });
const env = {
  KEY, NEW_KEY: KEY + 2, TOKEN: "a-token-of-16-characters-or-more", HUBSPOT: "token", GA4: "secret", SITE: "https://acme.example",
  ASSETS: { fetch: async () => page() },
  ACCOUNTS: { idFromName: (name) => name, get: () => ({ fetch: async () => new Response(null, { status: 204 }) }) },
  SIGNALS: "https://signals.acme.example/signals",
  LEADS: { send: async () => {} },
  DB: { prepare: () => ({ bind: () => ({ all: async () => ({ results: [] }), run: async () => ({}) }) }), batch: async (all) => all.map(() => ({ meta: { changes: 1 } })) },
};
const kept = new Map();
const caches = { default: { match: async (key) => kept.get(key)?.clone(), put: async (key, response) => void kept.set(key, response) } };
const receiver = createReceiver({ models: [model], store, origins: [env.SITE], keys, tokens: [env.TOKEN] });
const edge = createEdge({ model, keys, consent: "granted", endpoint: (request) => receiver.handle(request) });
Object.assign(globalThis, { env, model, keys, store, edge, receiver, caches });
`;

// If a block exports a worker, it must serve a page.
const RUN = `
const { default: worker } = await import(process.argv[2]);
if (worker?.fetch) {
  const headers = { accept: "text/html", "user-agent": ${JSON.stringify(CHROME)} };
  const pending = [];
  const ctx = { waitUntil: (promise) => pending.push(promise) };
  for (const path of ["/pricing", "/"]) {
    const response = await worker.fetch(new Request("https://acme.example" + path, { headers }), globalThis.env, ctx);
    if (response.status !== 200) throw new Error(path + " gave " + response.status);
  }
  await Promise.all(pending);
}
`;
