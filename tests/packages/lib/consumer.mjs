// The tarball that would be published, installed as a user would install it.
import { execFileSync } from "node:child_process";
import { copyFileSync, cpSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const here = dirname(fileURLToPath(import.meta.url));
export const root = join(here, "../../..");
export const tool = (name) => join(root, "node_modules/.bin", name);

/** The program of the command line that is made of Rust, as `make build` leaves it or as a run of the tests has it. */
export const native =
  process.env.LEADSCORE_PROGRAM ?? join(process.env.CARGO_TARGET_DIR ?? join(root, "target"), "release/leadscore");

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

let installed;

/** A project with the package installed by npm, which others are copies of. */
function installation() {
  if (!installed) {
    const archive = tarball();
    installed = mkdtempSync(join(work, "installed-"));
    writeFileSync(join(installed, "package.json"), JSON.stringify({ private: true, type: "module" }));
    // No dependencies and no network: there is only the tarball.
    run("npm", ["install", archive, "--offline", "--no-audit", "--no-fund", "--silent"], { cwd: installed });
  }
  return installed;
}

/** A project of its own with the package installed, the journey and `files`; its folder. */
export function consumer(name, files = {}) {
  const folder = mkdtempSync(join(work, `${name}-`));
  cpSync(installation(), folder, { recursive: true, verbatimSymlinks: true });
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

/** The result of Node's consumer; all others must have the same. */
export function reference() {
  if (!expected) {
    const folder = consumer("reference", { "main.js": program("process.stdout.write(json);") });
    expected = run(process.execPath, ["main.js"], { cwd: folder });
  }
  return expected;
}
