// The tarball that would be published, installed as a user would install it.
import { execFileSync } from "node:child_process";
import { copyFileSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const here = dirname(fileURLToPath(import.meta.url));
export const root = join(here, "../../..");
export const tool = (name) => join(root, "node_modules/.bin", name);

export const run = (command, args, options = {}) =>
  execFileSync(command, args, { encoding: "utf8", stdio: ["ignore", "pipe", "pipe"], ...options });

const work = mkdtempSync(join(tmpdir(), "leadscore-packages-"));
process.on("exit", () => rmSync(work, { recursive: true, force: true }));

let packed;

/** The path of the packed tarball. */
export function tarball() {
  if (!packed) {
    run("npm", ["pack", join(root, "pkg"), "--pack-destination", work, "--silent"]);
    packed = join(
      work,
      readdirSync(work).find((name) => name.endsWith(".tgz")),
    );
  }
  return packed;
}

/** A project of its own with the package installed, the journey and `files`; its folder. */
export function consumer(name, files = {}) {
  const archive = tarball();
  const folder = mkdtempSync(join(work, `${name}-`));
  writeFileSync(join(folder, "package.json"), JSON.stringify({ name, private: true, type: "module" }));
  // No dependencies and no network: the tarball is all there is.
  run("npm", ["install", archive, "--offline", "--no-audit", "--no-fund", "--silent"], { cwd: folder });
  copyFileSync(join(here, "journey.js"), join(folder, "journey.js"));
  for (const [path, text] of Object.entries(files)) writeFileSync(join(folder, path), text);
  return folder;
}

/** The same program for all who can import the package by its name. `finish`: what to do with `json`. */
export const program = (finish) => `
import init, * as runtime from "leadscore";
import * as authoring from "leadscore/compile";
import { journey } from "./journey.js";
await Promise.all([init(), init()]);
await init();
const json = journey({ ...authoring, ...runtime });
${finish}
`;

let expected;

/** What Node's consumer gives; all others have to give the same. */
export function reference() {
  if (!expected) {
    const folder = consumer("reference", { "main.js": program("process.stdout.write(json);") });
    expected = run(process.execPath, ["main.js"], { cwd: folder });
  }
  return expected;
}
