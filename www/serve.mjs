// `node www/serve.mjs [--memory]`: runs the demo in workerd, with D1 (SQLite), on this machine only. PORT sets another
// port than 8787, 0 any free one. ORIGIN is its public origin, if a tunnel or a proxy is used. With --memory no data is
// kept after the end.
import { once } from "node:events";
import { randomBytes } from "node:crypto";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { Log, LogLevel, Miniflare } from "miniflare";
import { buildGuide } from "./docs.mjs";
import { migrations } from "./migrations.mjs";
import { buildPlayground } from "./playground.mjs";

const HOST = "127.0.0.1";
const ROOT = fileURLToPath(new URL("..", import.meta.url));
const MIGRATIONS = join(ROOT, "pkg/migrations");

/** The folders that the worker's files are in, by the names of their bindings. */
const FOLDERS = {
  SITE: "www/site",
  PACKAGE: "pkg",
  BUILT: "www/built",
  GUIDE: "www/built/guide",
  MODELS: "www/models",
};

/** The model's bytes, and its titles as the text of a file. */
async function compileModel() {
  const { compile, titles } = await import("../pkg/compile-node.js").catch((cause) => {
    throw new Error("the package in pkg/ is not built; `make demo` builds it first", { cause });
  });
  const json = await readFile(join(ROOT, "www/model.json"), "utf8");
  return { bytes: compile(json), titles: JSON.stringify(titles(json)) };
}

// Paths are relative to the root of the repository, so that imports mean there what they mean on disk.
function workerModules({ bytes, titles }) {
  const file = (type, path) => ({ type, path: join(ROOT, path) });
  return [
    file("ESModule", "www/worker/worker.js"),
    file("ESModule", "www/worker/files.js"),
    file("ESModule", "www/worker/layout.js"),
    file("Text", "www/worker/parts/head.html"),
    file("Text", "www/worker/parts/header.html"),
    file("Text", "www/worker/parts/scoring.html"),
    file("Text", "www/worker/parts/near-mql.html"),
    file("Text", "www/worker/parts/footer.html"),
    { ...file("Data", "www/worker/model.lsm"), contents: bytes },
    { ...file("Text", "www/worker/model.titles.json"), contents: titles },
    file("ESModule", "pkg/edge-workerd.js"),
    file("ESModule", "pkg/edge.js"),
    file("CompiledWasm", "pkg/edge.wasm"),
  ];
}

// Each migration once, in the table and order that wrangler uses, so that the two can be mixed.
async function migrate(db) {
  await db.exec(
    "CREATE TABLE IF NOT EXISTS d1_migrations (id INTEGER PRIMARY KEY AUTOINCREMENT, name TEXT UNIQUE, applied_at TIMESTAMP DEFAULT CURRENT_TIMESTAMP NOT NULL)",
  );
  const { results } = await db.prepare("SELECT name FROM d1_migrations").all();
  const applied = new Set(results.map((row) => row.name));
  for (const { name, statements } of migrations(MIGRATIONS)) {
    if (applied.has(name)) continue;
    await db.batch([
      ...statements.map((statement) => db.prepare(statement)),
      db.prepare("INSERT INTO d1_migrations (name) VALUES (?)").bind(name),
    ]);
  }
}

// workerd ends with a stack trace where the port is taken; a sentence is kinder.
async function freePort(port) {
  const probe = createServer();
  try {
    await once(probe.listen(port, HOST), "listening");
  } catch (cause) {
    throw new Error(`port ${port} cannot be had (${cause.code}); PORT=0 takes any free one`, { cause });
  }
  const { port: free } = /** @type {import("node:net").AddressInfo} */ (probe.address());
  probe.close();
  await once(probe, "close");
  return free;
}

// The secrets that seal cookies and list signals: created once and stored beside the signals, so that visitors survive
// a restart.
async function secrets(inMemory) {
  const path = join(ROOT, ".data/secrets.json");
  const kept = inMemory ? undefined : await readFile(path, "utf8").catch(() => undefined);
  if (kept) return JSON.parse(kept);
  const made = { KEY: randomBytes(32).toString("base64url"), TOKEN: randomBytes(18).toString("base64url") };
  if (!inMemory) {
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, JSON.stringify(made), { mode: 0o600 });
  }
  return made;
}

async function main() {
  const inMemory = process.argv.includes("--memory");
  const port = await freePort(Number(process.env.PORT || 8787));
  const origin = `http://localhost:${port}`;
  const own = await secrets(inMemory);
  await Promise.all([buildGuide(), buildPlayground()]);
  const server = new Miniflare({
    host: HOST,
    port,
    cf: false,
    log: new Log(LogLevel.WARN),
    compatibilityDate: "2026-04-01",
    modules: workerModules(await compileModel()),
    modulesRoot: ROOT,
    serviceBindings: Object.fromEntries(
      Object.entries(FOLDERS).map(([name, path]) => [name, { disk: { path: join(ROOT, path) } }]),
    ),
    bindings: {
      ...own,
      ORIGINS: [origin, `http://${HOST}:${port}`, ...(process.env.ORIGIN ? [process.env.ORIGIN] : [])],
    },
    d1Databases: { DB: "signals" },
    d1Persist: inMemory ? false : join(ROOT, ".data/d1"),
  });

  for (const signal of ["SIGINT", "SIGTERM"]) {
    // Miniflare's own listeners would end the process as failed, while workerd is still on its way out.
    process.removeAllListeners(signal);
    process.once(signal, () => server.dispose().then(() => process.exit(0)));
  }

  await server.ready;
  await migrate(await server.getD1Database("DB"));
  console.log(`
leadscore demo: ${origin}

  1. open  ${origin}/pricing
  2. read  /product/routing, /product/forecasts and /product/integrations
  3. see   ${origin}/ again: another home page, for somebody about to qualify
  4. send  the form on /demo: the one request that tells the backend about you
  5. see   ${origin}/signals#token=${own.TOKEN}, where you say what becomes of them

What sales says of a visitor comes back to their next page:
  curl -H 'Authorization: Bearer ${own.TOKEN}' -H 'Content-Type: application/json' \\
       -d '{ "visitor": "ID", "stage": "customer" }' ${origin}/signals/lifecycle

${inMemory ? "Nothing is kept after the end." : "Signals are kept in .data/."} Ctrl-C ends it.
`);
}

main().catch((error) => {
  console.error(`demo: ${error.message}`);
  process.exit(1);
});
