// The folders of the project's tools, their pinned versions, and the environment of its programs.
import { readFileSync } from "node:fs";
import { delimiter, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { output } from "./process.mjs";

export const ROOT = join(dirname(fileURLToPath(import.meta.url)), "../..");
/** Programs that the project installs for itself; several clones may share a folder. */
export const TOOLS = process.env.LEADSCORE_TOOLS || join(ROOT, ".tools");

const read = (path) => readFileSync(join(ROOT, path), "utf8");

export const RUST = /^channel = "(.+)"$/m.exec(read("rust-toolchain.toml"))?.[1] ?? "";
export const RUST_PARTS = ["clippy", "rustfmt", "rust-src"];
export const WASM_TARGET = "wasm32-unknown-unknown";
export const CARGO_DENY = "0.20.2";
export const CARGO_FUZZ = "0.13.2";

/** The build's output for this machine, as given to cargo. */
export const TARGET = process.env.CARGO_TARGET_DIR || join(ROOT, "target");

/**
 * Returns the environment for the project's programs: its own tools come first on the PATH, then those of the pinned
 * Rust. So another cargo on the PATH, such as a distribution's, is never used.
 */
export function environment() {
  const { CARGO_BUILD_TARGET: _, ...env } = process.env;
  const rustc = output("rustup", ["which", "rustc", "--toolchain", RUST]);
  const first = [join(TOOLS, "bin"), ...(rustc ? [dirname(rustc)] : []), join(ROOT, "node_modules/.bin")];
  return {
    ...env,
    PATH: [...first, process.env.PATH].join(delimiter),
    CARGO_TARGET_DIR: TARGET,
    CARGO_TERM_COLOR: env.CARGO_TERM_COLOR ?? "auto",
  };
}
