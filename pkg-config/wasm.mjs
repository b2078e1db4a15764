// Compiles Rust to a small .wasm file and its glue code.
import { execFile, spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { copyFileSync, existsSync, mkdirSync, readFileSync, readdirSync, realpathSync } from "node:fs";
import { renameSync, writeFileSync } from "node:fs";
import { homedir } from "node:os";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import { environment, ROOT, TARGET, TOOLS, WASM_TARGET } from "../tools/lib/project.mjs";
import { refine } from "./glue.mjs";

export const root = ROOT;
const folder = join(TARGET, "package");
const programs = environment();

const runProgram = promisify(execFile);
const run = async (command, args, options = {}) =>
  (await runProgram(command, args, { cwd: root, env: programs, maxBuffer: 1 << 26, ...options })).stdout;

// Made from tools/wasm by `make tools`, in the version of wasm-bindgen that Cargo.toml pins.
const bindgen = join(TOOLS, "bin/bindgen");
const wasmOpt = join(root, "node_modules/binaryen/bin/wasm-opt");

// The WebAssembly features that Rust's output and the glue need; every engine since 2022 has them.
const FEATURES = [
  "bulk-memory",
  "bulk-memory-opt",
  "multivalue",
  "mutable-globals",
  "nontrapping-float-to-int",
  "reference-types",
  "sign-ext",
].map((name) => `--enable-${name}`);

// The stack comes first in memory and its lowest kilobyte is used by nothing that has not overflowed it: so additions
// of constants to addresses become offsets.
const OPTIMISE = [
  "-Oz",
  "--converge",
  "--low-memory-unused",
  "--strip-debug",
  "--strip-producers",
  "--strip-target-features",
];
// Before them, for the smallest: finds a few more bytes and takes twice as long.
const FLATTEN = ["--flatten", "--rereloop", "-Oz"];
// In a run of its own: converging would give the names new names again and again.
const SHORTEN = ["--minify-imports-and-exports-and-modules"];

// Cargo runs one after the other: they share a folder, so that what they have in common, above all the standard
// library, is compiled once. Meanwhile wasm-opt makes small what is compiled already.
let compiled = Promise.resolve();

/**
 * Builds the library with `features` and returns the bytes of the wasm and the path of its glue.
 * `rebuildStd`: with a standard library compiled for size, whose panics say nothing and abort.
 * `smallest`: the library's own code is built for fewer bytes instead of speed. `slim`: the glue too.
 * `eager`: nothing is called before the wasm is loaded, and only numbers are exchanged with it.
 */
export async function buildWasm(
  name,
  features,
  { rebuildStd = false, smallest = false, slim = smallest, eager = false } = {},
) {
  const compiling = compiled.then(() => compile(name, features, rebuildStd, smallest));
  compiled = compiling.then(
    () => {},
    () => {},
  );
  const built = await compiling;

  const out = join(folder, "bindgen", name);
  if (eager) writeFileSync(built, numbersOnly(readFileSync(built)));
  await run(bindgen, [built, out, name]);
  const small = await optimise(join(out, `${name}_bg.wasm`), smallest ? [...FLATTEN, ...OPTIMISE] : OPTIMISE);
  const glue = join(out, `${name}.js`);
  const text = refine(readFileSync(glue, "utf8"), small.names, name, slim, eager);
  // In the same folder, since the glue may import snippets beside it.
  const renamed = join(out, `${name}.small.js`);
  writeFileSync(renamed, text);
  return { wasm: readFileSync(small.path), glue: renamed };
}

/**
 * Returns a wasm whose list of features lacks references: for one that exchanges numbers only, wasm-bindgen else makes
 * a table for JavaScript's values, which its glue fills at the start.
 */
function numbersOnly(wasm) {
  const at = wasm.indexOf("+\x0freference-types", "latin1");
  if (at < 0) throw new Error("the wasm does not list reference types among its features");
  const without = Buffer.from(wasm);
  without[at] = "-".charCodeAt(0);
  return without;
}

/** Runs cargo and returns the path of the wasm, in a place of its own. */
async function compile(name, features, rebuildStd, smallest) {
  const env = { ...programs, ...(await cargoEnv(rebuildStd)) };
  await cargo(cargoArgs(features, rebuildStd, smallest), env);
  const profile = join(folder, WASM_TARGET, "wasm");
  if (existsSync(join(profile, "deps/leadscore.wasm"))) {
    throw new Error(
      "cargo no longer gives each set of features a file of its own: see cargoEnv in pkg-config/wasm.mjs",
    );
  }
  const built = join(folder, "built", `${name}.wasm`);
  mkdirSync(dirname(built), { recursive: true });
  copyFileSync(join(profile, "leadscore.wasm"), built);
  return built;
}

/**
 * Shows cargo's messages to the person who waits.
 *
 * @returns {Promise<void>}
 */
function cargo(args, env) {
  return new Promise((resolve, reject) => {
    const child = spawn("cargo", args, { cwd: root, env, stdio: ["ignore", "ignore", "inherit"] });
    child.on("error", reject);
    child.on("close", (code) => (code === 0 ? resolve() : reject(new Error(`cargo ended with ${code}`))));
  });
}

function cargoArgs(features, rebuildStd, smallest) {
  const std = ["-Zbuild-std=core,alloc,std,panic_abort", "-Zbuild-std-features=optimize_for_size"];
  return [
    // As a cdylib only: of a crate that is an rlib too, cargo links without optimising across crates.
    ...[
      "rustc",
      "--quiet",
      "--locked",
      "--lib",
      "--crate-type",
      "cdylib",
      "--no-default-features",
      "--features",
      features,
    ],
    ...["--profile", "wasm", "--target", WASM_TARGET, "--target-dir", folder],
    ...(rebuildStd ? std : []),
    // Of the library alone: the standard library would be compiled once more.
    ...(smallest ? ["--", "-Copt-level=z"] : []),
  ];
}

async function cargoEnv(rebuildStd) {
  const flags = (await foreignFolders()).map(([from, to]) => `--remap-path-prefix=${from}=${to}`);
  if (rebuildStd) flags.push("-Zunstable-options", "-Cpanic=immediate-abort");
  return {
    CARGO_ENCODED_RUSTFLAGS: flags.join("\x1f"),
    // Without it the cdylibs of all features have one file name, and cargo takes one for the other. It is what the
    // build of Rust itself uses: https://github.com/rust-lang/cargo/pull/3443
    __CARGO_DEFAULT_LIB_METADATA: "leadscore",
    // A standard library of one's own is unstable. For all of them, since build scripts that they share ask for it, and
    // would run again after each change.
    RUSTC_BOOTSTRAP: "1",
  };
}

/** Folders of the machine that builds, which panics would name: no business of a visitor's browser. */
async function foreignFolders() {
  const sources = join(process.env.CARGO_HOME ?? join(homedir(), ".cargo"), "registry/src");
  const registries = existsSync(sources) ? readdirSync(sources) : [];
  const sysroot = (await run("rustc", ["--print", "sysroot"])).trim();
  const std = [...new Set([sysroot, realpathSync(sysroot)])];
  return [
    ...registries.map((name) => [join(sources, name), "crates"]),
    ...std.map((folder) => [join(folder, "lib/rustlib/src/rust"), "rust"]),
    [root, "."],
  ];
}

/** wasm-opt takes seconds, so its result is kept under the hash of what went in. */
async function optimise(input, passes) {
  const cache = join(folder, "optimised");
  const key = createHash("sha256")
    .update(readFileSync(input))
    .update([...FEATURES, ...passes, ...SHORTEN].join())
    .update(readFileSync(join(root, "node_modules/binaryen/package.json")))
    .digest("hex")
    .slice(0, 16);
  const path = join(cache, `${key}.wasm`);
  const names = join(cache, `${key}.json`);
  if (!existsSync(path)) {
    mkdirSync(cache, { recursive: true });
    const opt = (...args) => run(process.execPath, [wasmOpt, ...FEATURES, ...args]);
    await opt(...passes, input, "-o", `${path}.new`);
    writeFileSync(names, await opt(...SHORTEN, `${path}.new`, "-o", `${path}.new`));
    renameSync(`${path}.new`, path);
  }
  return { path, names: JSON.parse(readFileSync(names, "utf8")) };
}
