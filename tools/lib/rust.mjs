// Installs the pinned Rust, and compiles the programs for building and testing.
import { createHash } from "node:crypto";
import { copyFileSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { isProgram, output, succeeds } from "./process.mjs";
import { environment, ROOT, RUST, RUST_PARTS, TOOLS, WASM_TARGET } from "./project.mjs";
import { fail, say } from "./say.mjs";

const rustup = async (what, ...args) => {
  say(what);
  if (!(await succeeds("rustup", args))) fail(`${what} could not be installed; rustup says why above`);
};

/** Brings the toolchain with its components and the wasm target, where rustup may not do so by itself. */
export async function rust() {
  if (!output("rustup", ["run", RUST, "rustc", "--version"])) {
    await rustup(`Rust ${RUST}`, "toolchain", "install", RUST, "--profile", "minimal", "--no-self-update");
  }
  const installed = output("rustup", ["component", "list", "--installed", "--toolchain", RUST])?.split("\n") ?? [];
  const has = (part) => installed.some((name) => name === part || name.startsWith(`${part}-`));
  for (const part of RUST_PARTS) {
    if (!has(part)) await rustup(`Rust's ${part}`, "component", "add", part, "--toolchain", RUST);
  }
  if (!has(`rust-std-${WASM_TARGET}`)) {
    await rustup(`Rust's target ${WASM_TARGET}`, "target", "add", WASM_TARGET, "--toolchain", RUST);
  }
}

/**
 * Compiles one of the programs of tools/wasm into .tools/bin. Without debug information, and not optimised: it takes
 * longer to compile them than they ever run.
 */
export async function wasmTool(name) {
  const source = join(ROOT, "tools/wasm");
  const program = join(TOOLS, "bin", name);
  const stamp = `${program}.made-from`;
  const hash = createHash("sha256").update(RUST);
  for (const file of ["Cargo.lock", "Cargo.toml", `${name}/Cargo.toml`, `${name}/src/main.rs`]) {
    hash.update(readFileSync(join(source, file)));
  }
  const key = hash.digest("hex");
  if (isProgram(program) && existsSync(stamp) && readFileSync(stamp, "utf8") === key) return;
  say(`${name}, half a minute to compile (into .tools)`);
  const target = join(TOOLS, "target");
  const args = ["build", "--quiet", "--locked", "--package", name, "--target-dir", target];
  if (!(await succeeds("cargo", args, { cwd: source, env: environment() }))) fail(`${name} could not be compiled`);
  mkdirSync(join(TOOLS, "bin"), { recursive: true });
  // A program that runs cannot be written over.
  rmSync(program, { force: true });
  copyFileSync(join(target, "debug", name), program);
  writeFileSync(stamp, key);
}

/** Installs a program of a crate into .tools/bin, in this version. */
export async function crate(name, version) {
  if (output(join(TOOLS, "bin", name), ["--version"])?.endsWith(` ${version}`)) return;
  say(`${name} ${version}, a few minutes to compile (into .tools)`);
  const target = join(TOOLS, "target");
  const env = { ...environment(), CARGO_PROFILE_DEV_DEBUG: "0", CARGO_TARGET_DIR: target };
  const args = ["install", name, "--version", `=${version}`, "--root", TOOLS, "--debug", "--force", "--locked"];
  if (!(await succeeds("cargo", [...args, "--quiet"], { env }))) fail(`${name} could not be installed`);
}

/** Files that only the compilation needed: half a gigabyte. */
export const removeLeftovers = () => rmSync(join(TOOLS, "target"), { recursive: true, force: true });
