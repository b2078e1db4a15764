// A project folder with the real packages of a framework and the package under test. It stays in target/ between runs.
import { execFile } from "node:child_process";
import { cpSync, existsSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { promisify } from "node:util";
import { level } from "../../lib/level.mjs";
import { MODEL } from "../visit/make.mjs";

const ROOT = fileURLToPath(new URL("../../..", import.meta.url));
const run = promisify(execFile);

/** The reason to skip the tests of frameworks, or false. */
export const skip = level !== "all" && "installing and building a framework takes a minute: at LEADSCORE_TESTS=all";

/** The edge of every project: consent is granted, so the first page view sets a cookie. */
const EDGE = `
import { createEdge } from "leadscore/edge";
const model = Uint8Array.from(atob("${Buffer.from(MODEL).toString("base64")}"), (char) => char.charCodeAt(0));
const keys = [{ id: "2026-11", secret: "a secret that nobody else has, really" }];
export const edge = createEdge({ model, keys, consent: "granted", source: "https://acme.example" });
`;

/**
 * @param {string} name
 * @param {Record<string, string>} packages exact versions by name
 * @param {Record<string, string>} files contents by path
 */
export async function project(name, packages, files) {
  const folder = join(ROOT, "target/wrappers", name);
  const stamp = join(folder, `${Object.entries(packages).flat().join("-").replaceAll("/", "-")}.stamp`);
  if (!existsSync(stamp)) {
    rmSync(folder, { recursive: true, force: true });
    mkdirSync(folder, { recursive: true });
    const manifest = { name, private: true, type: "module", dependencies: packages };
    writeFileSync(join(folder, "package.json"), JSON.stringify(manifest));
    const quiet = ["--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"];
    await run("npm", ["install", ...quiet], { cwd: folder, timeout: 300_000 });
    writeFileSync(stamp, "");
  }
  const own = join(folder, "node_modules/leadscore");
  rmSync(own, { recursive: true, force: true });
  cpSync(join(ROOT, "pkg"), own, { recursive: true });
  for (const [path, text] of Object.entries({ ...files, "edge.js": EDGE })) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
  return {
    folder,
    load: (path) => import(pathToFileURL(join(folder, path)).href),
    run: (script, args) => run(process.execPath, [join(folder, script), ...args], { cwd: folder, timeout: 300_000 }),
  };
}
