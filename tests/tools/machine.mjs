// Simulated machines: PATH is a folder of small substitute programs, and Node reports another platform or another user.
import { spawn } from "node:child_process";
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

export const root = fileURLToPath(new URL("../../", import.meta.url));
const PRETEND = new URL("pretend.mjs", import.meta.url).href;

const work = mkdtempSync(join(tmpdir(), "leadscore-tools-"));
process.on("exit", () => rmSync(work, { recursive: true, force: true }));

/**
 * Makes a machine. `programs`: by name or by path below the machine's folder, the lines of a shell script; each run is
 * logged. `platform`, `user`, `version` (of Node): what Node is to believe. `os`: the text of /etc/os-release.
 */
export function machine(
  /** @type {Record<string, any>} */ { programs = {}, platform = "linux", user = 0, version, os = "", env = {} } = {},
) {
  const folder = mkdtempSync(join(work, "machine-"));
  const log = join(folder, "log");
  const osRelease = join(folder, "os-release");
  const at = (path) => join(folder, path);
  const write = (name, lines) => {
    const path = at(name.includes("/") ? name : `bin/${name}`);
    mkdirSync(dirname(path), { recursive: true });
    const label = name.split("/").at(-1);
    writeFileSync(path, `#!/bin/sh\necho "${label} $*" >> "${log}"\nroot="${folder}"\n${lines}\n`);
    chmodSync(path, 0o755);
  };
  writeFileSync(osRelease, os);
  for (const [name, lines] of Object.entries(programs)) write(name, lines);

  const environment = {
    PATH: at("bin"),
    HOME: folder,
    OS_RELEASE: osRelease,
    LEADSCORE_TOOLS: at("tools"),
    PRETEND: JSON.stringify({ platform, user, version }),
    ...env,
  };
  return {
    folder,
    at,
    /** Each run of a stand-in, as `name arguments`. */
    runs: () => (existsSync(log) ? readFileSync(log, "utf8").trim().split("\n") : []),

    /** Runs a script of tools/ as on that machine; gives `{ code, out }`. */
    script: (path, ...args) => run([join(root, path), ...args], environment),

    /** Runs statements of a module, which may import from `tools`; what `answer` gets comes back. */
    async ask(statements) {
      const imports = `const tools = (name) => import(${JSON.stringify(`file://${root}tools/lib/`)} + name);`;
      const source = `${imports}\nconst answer = (value) => console.log("ANSWER" + JSON.stringify(value));\n${statements}`;
      const { out } = await run(["--input-type=module", "--eval", source], environment);
      const [, json] = /^ANSWER(.*)$/m.exec(out) ?? [];
      if (json === undefined) throw new Error(`no answer: ${out}`);
      return json === "undefined" ? undefined : JSON.parse(json);
    },
  };
}

function run(args, env) {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, ["--import", PRETEND, ...args], { cwd: root, env });
    let out = "";
    for (const stream of [child.stdout, child.stderr]) stream.on("data", (chunk) => (out += chunk));
    child.on("close", (code) => resolve({ code, out }));
  });
}
