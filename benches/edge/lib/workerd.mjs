// Workerd processes, started by miniflare but reached directly, without miniflare's own worker in front. Each has its
// process id, because CPU time and memory are read from the kernel.
import { readdirSync, readFileSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { Log, LogLevel, Miniflare } from "miniflare";
import { migrate as applied } from "../../../www/migrations.mjs";

const ROOT = fileURLToPath(new URL("../../..", import.meta.url));
const MIGRATIONS = join(ROOT, "pkg-config/migrations");
const HOST = "127.0.0.1";

const file = (type, path) => ({ type, path: join(ROOT, path) });
const PACKAGE = [
  file("ESModule", "pkg/edge-workerd.js"),
  file("ESModule", "pkg/edge.js"),
  file("CompiledWasm", "pkg/edge.wasm"),
];

/**
 * A worker of this script, which imports the package from `./pkg/edge-workerd.js` and the model from `./model.lsm`; one
 * without a model gets neither. With `d1`, a folder, the database DB is kept there. Other options are Miniflare's.
 *
 * @param {Record<string, any> & { script: string, model?: Uint8Array, d1?: string, bindings?: object, quiet?: boolean }} options
 * @returns {Promise<{ url: URL, pid: number, server: object, stop: () => Promise<void> }>}
 */
export async function start({ script, model, d1, bindings = {}, quiet = false, ...options }) {
  const before = new Set(children());
  const server = new Miniflare({
    host: HOST,
    cf: false,
    compatibilityDate: "2026-04-01",
    log: new Log(LogLevel.ERROR),
    ...(quiet ? { handleRuntimeStdio: drain } : {}),
    modulesRoot: ROOT,
    modules: [
      { ...file("ESModule", "worker.js"), contents: script },
      ...(model ? [...PACKAGE, { ...file("Data", "model.lsm"), contents: model }] : []),
    ],
    bindings,
    unsafeDirectSockets: [{ host: HOST, port: 0 }],
    ...(d1 ? { d1Databases: { DB: "leadscore" }, d1Persist: d1 } : {}),
    ...options,
  });
  try {
    await server.ready;
    const url = await server.unsafeGetDirectURL();
    const [pid] = children().filter((id) => !before.has(id) && name(id) === "workerd");
    if (pid === undefined) throw new Error("workerd's process was not found");
    return { server, url, pid, stop: () => server.dispose() };
  } catch (error) {
    await server.dispose();
    throw error;
  }
}

// Keeps workerd's messages out of the table where a failure is intended.
function drain(stdout, stderr) {
  for (const stream of [stdout, stderr]) stream.resume();
}

export async function migrate(server) {
  const db = await server.getD1Database("DB");
  await applied(db, MIGRATIONS);
  return db;
}

/** Creates a folder that is deleted at the end. */
export async function temporary(use) {
  const folder = await mkdtemp(join(tmpdir(), "leadscore-"));
  try {
    return await use(folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

// Any thread of this process may have started a child.
function children() {
  const tasks = `/proc/${process.pid}/task`;
  return readdirSync(tasks).flatMap((task) => read(`${tasks}/${task}/children`).split(" ").filter(Boolean).map(Number));
}

const name = (pid) => read(`/proc/${pid}/comm`).trim();

// Threads and processes end while one looks.
function read(path) {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return "";
  }
}

/** Milliseconds of CPU that each of a process's threads has had. */
export function threads(pid) {
  const tasks = `/proc/${pid}/task`;
  return new Map(
    readdirSync(tasks).map((task) => [task, Number(read(`${tasks}/${task}/schedstat`).split(" ")[0]) / 1e6]),
  );
}

/** Milliseconds of CPU that a process has had. */
export const cpu = (pid) => [...threads(pid).values()].reduce((sum, ms) => sum + ms, 0);

/** Resident memory in MB. */
export const rss = (pid) => Number(/VmRSS:\s+(\d+)/.exec(read(`/proc/${pid}/status`))?.[1]) / 1024;
