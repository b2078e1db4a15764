// The pinned Rust is installed and used, whatever else is on the PATH; setup reports what it cannot install.
import assert from "node:assert/strict";
import { test } from "node:test";
import { RUST } from "../../tools/lib/project.mjs";
import { machine } from "./machine.mjs";

const BRING = 'const { rust } = await tools("rust.mjs"); await rust(); answer(null);';

/** A rustup with these components; `has`: whether the toolchain is there. */
const rustup = (components, { has = true } = {}) => `case "$1 $2" in
  "run ${RUST}") ${has ? "echo rustc" : "exit 1"} ;;
  "component list") printf '%s\\n' ${components.join(" ")} ;;
  "which rustc") echo "$root/toolchain/bin/rustc" ;;
esac`;
const ALL = ["cargo-x86_64-apple-darwin", "clippy-x86_64-apple-darwin", "rustfmt-x86_64-apple-darwin", "rust-src"];

test("a complete toolchain is not changed", async () => {
  const { ask, runs } = machine({ programs: { rustup: rustup([...ALL, "rust-std-wasm32-unknown-unknown"]) } });
  await ask(BRING);
  assert.deepEqual(
    runs().filter((run) => /install|add/.test(run.replace("--installed", ""))),
    [],
  );
});

test("missing components are added to the pinned toolchain", async () => {
  const { ask, runs } = machine({ programs: { rustup: rustup(["rustfmt-aarch64-apple-darwin"], { has: false }) } });
  await ask(BRING);
  assert.deepEqual(
    runs().filter((run) => /install |add/.test(run)),
    [
      `rustup toolchain install ${RUST} --profile minimal --no-self-update`,
      `rustup component add clippy --toolchain ${RUST}`,
      `rustup component add rust-src --toolchain ${RUST}`,
      `rustup target add wasm32-unknown-unknown --toolchain ${RUST}`,
    ],
  );
});

test("another cargo, rustc or wasm-bindgen on the PATH is not used", async () => {
  const other = "echo other";
  const { script, runs } = machine({
    programs: {
      rustup: rustup(ALL),
      cargo: other,
      rustc: other,
      "wasm-bindgen": other,
      "toolchain/bin/rustc": "",
      "toolchain/bin/cargo": `echo "pinned, into $CARGO_TARGET_DIR, for \${CARGO_BUILD_TARGET:-this machine}"`,
    },
    env: { CARGO_BUILD_TARGET: "armv7-unknown-linux-gnueabi", CARGO_TARGET_DIR: "/elsewhere" },
  });
  const { code, out } = await script("tools/cargo.mjs", "--version");
  assert.equal(code, 0);
  assert.equal(out, "pinned, into /elsewhere, for this machine\n");
  assert.ok(runs().includes("cargo --version"));
});

test("a program of tools/wasm is compiled once for each version of its source", async () => {
  const cargo =
    'mkdir=/bin/mkdir; for last; do :; done\n$mkdir -p "$last/debug"\necho made > "$last/debug/bindgen"\n/bin/chmod +x "$last/debug/bindgen"';
  const { ask, runs } = machine({
    programs: { rustup: rustup(ALL), "toolchain/bin/rustc": "", "toolchain/bin/cargo": cargo },
  });
  const compile = 'const { wasmTool } = await tools("rust.mjs"); await wasmTool("bindgen"); answer(null);';
  await ask(compile);
  await ask(compile);
  const compiled = runs().filter((run) => run.startsWith("cargo "));
  assert.equal(compiled.length, 1);
  assert.match(compiled[0], /^cargo build --quiet --locked --package bindgen --target-dir \S+$/);
});

for (const [what, options, said] of /** @type {[string, Record<string, any>, RegExp][]} */ ([
  ["Node 18", { version: "18.20.8" }, /^Node\.js 20 or later is needed; this is v18\.20\.8\.\n$/],
  ["no npm", {}, /^npm is missing: install Node\.js with npm, then run this again\.\n$/],
  [
    "no rustup",
    { programs: { npm: "", cargo: "" } },
    /^Rust is missing: install it with rustup \(https:\/\/rustup\.rs\)/,
  ],
])) {
  test(`${what}: setup reports it in one sentence`, async () => {
    const { code, out } = await machine(options).script("tools/setup.mjs", "test");
    assert.equal(code, 1);
    assert.match(out, said);
  });
}

test("a toolchain that cannot be installed ends setup", async () => {
  const programs = { rustup: `case "$1" in run) exit 1 ;; toolchain) echo "could not download" >&2; exit 1 ;; esac` };
  const { ask } = machine({ programs });
  await assert.rejects(ask(BRING), /could not download[\s\S]*could not be installed; rustup says why above/);
});
