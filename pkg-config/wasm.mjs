// Rust to a small .wasm and the glue that belongs to it.
import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, readdirSync, realpathSync } from "node:fs";
import { renameSync, writeFileSync } from "node:fs";
import { homedir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { refine } from "./glue.mjs";

export const root = join(dirname(fileURLToPath(import.meta.url)), "..");
export const target = process.env.CARGO_TARGET_DIR ?? join(root, "target");

const run = (command, args, options = {}) =>
  execFileSync(command, args, { cwd: root, stdio: ["ignore", "pipe", "inherit"], ...options });

// Kept in the repository's .tools by `make setup`, in the version that Cargo.toml pins.
const bindgen = join(root, ".tools/bin/wasm-bindgen");
const wasmOpt = join(root, "node_modules/binaryen/bin/wasm-opt");

// What Rust compiles to and the glue relies on; every engine since 2022 has them.
const FEATURES = [
  "bulk-memory",
  "bulk-memory-opt",
  "multivalue",
  "mutable-globals",
  "nontrapping-float-to-int",
  "reference-types",
  "sign-ext",
].map((name) => `--enable-${name}`);

const OPTIMISE = ["-Oz", "--converge", "--strip-debug", "--strip-producers", "--strip-target-features"];
// In a run of its own: converging would give the names new names again and again.
const SHORTEN = ["--minify-imports-and-exports-and-modules"];

/**
 * Builds the library with `features` and returns the bytes of the wasm and the text of its glue.
 * `rebuildStd`: with a standard library compiled for size, whose panics say nothing and abort.
 * `smallest`: bytes count for more than speed.
 */
export function buildWasm(name, features, { rebuildStd = false, smallest = false } = {}) {
  // One folder each: cargo gives both builds one file name and would mix them up.
  const dir = join(target, `wasm-${name}`);
  run("cargo", cargoArgs(features, dir, rebuildStd), {
    stdio: ["ignore", "ignore", "inherit"],
    env: { ...cargoEnv(rebuildStd), ...(smallest ? { CARGO_PROFILE_WASM_OPT_LEVEL: "z" } : {}) },
  });

  const out = join(dir, "bindgen");
  const built = join(dir, "wasm32-unknown-unknown/wasm/leadscore.wasm");
  run(bindgen, [
    ...["--target", "web", "--out-dir", out, "--out-name", name],
    ...["--no-typescript", "--omit-default-module-path", "--encode-into", "always"],
    ...["--remove-name-section", "--remove-producers-section", built],
  ]);
  const small = optimise(join(out, `${name}_bg.wasm`), join(dir, "optimised"));
  const glue = join(out, `${name}.js`);
  const text = refine(readFileSync(glue, "utf8"), small.names, name);
  // In the same folder, since the glue may import snippets beside it.
  const renamed = join(out, `${name}.small.js`);
  writeFileSync(renamed, text);
  return { wasm: readFileSync(small.path), glue: renamed };
}

function cargoArgs(features, dir, rebuildStd) {
  const std = ["-Zbuild-std=core,alloc,std,panic_abort", "-Zbuild-std-features=optimize_for_size"];
  return [
    // As a cdylib only: of a crate that is an rlib too, cargo links without optimising across crates.
    ...["rustc", "--lib", "--crate-type", "cdylib", "--features", features],
    ...["--profile", "wasm", "--target", "wasm32-unknown-unknown", "--target-dir", dir],
    ...(rebuildStd ? std : []),
  ];
}

function cargoEnv(rebuildStd) {
  const flags = foreignFolders().map(([from, to]) => `--remap-path-prefix=${from}=${to}`);
  if (rebuildStd) flags.push("-Zunstable-options", "-Cpanic=immediate-abort");
  return {
    ...process.env,
    CARGO_ENCODED_RUSTFLAGS: flags.join("\x1f"),
    ...(rebuildStd ? { RUSTC_BOOTSTRAP: "1" } : {}),
  };
}

/** Folders of the machine that builds, which panics would name: no business of a visitor's browser. */
function foreignFolders() {
  const sources = join(process.env.CARGO_HOME ?? join(homedir(), ".cargo"), "registry/src");
  const registries = existsSync(sources) ? readdirSync(sources) : [];
  const sysroot = run("rustc", ["--print", "sysroot"], { encoding: "utf8" }).trim();
  const std = [...new Set([sysroot, realpathSync(sysroot)])];
  return [
    ...registries.map((name) => [join(sources, name), "crates"]),
    ...std.map((folder) => [join(folder, "lib/rustlib/src/rust"), "rust"]),
    [root, "."],
  ];
}

/** wasm-opt takes seconds, so its result is kept under the hash of what went in. */
function optimise(input, cache) {
  const key = createHash("sha256")
    .update(readFileSync(input))
    .update([...FEATURES, ...OPTIMISE, ...SHORTEN].join())
    .update(readFileSync(join(root, "node_modules/binaryen/package.json")))
    .digest("hex")
    .slice(0, 16);
  const path = join(cache, `${key}.wasm`);
  const names = join(cache, `${key}.json`);
  if (!existsSync(path)) {
    mkdirSync(cache, { recursive: true });
    const opt = (...args) => run(process.execPath, [wasmOpt, ...FEATURES, ...args]);
    opt(...OPTIMISE, input, "-o", `${path}.new`);
    writeFileSync(names, opt(...SHORTEN, `${path}.new`, "-o", `${path}.new`));
    renameSync(`${path}.new`, path);
  }
  return { path, names: JSON.parse(readFileSync(names, "utf8")) };
}
