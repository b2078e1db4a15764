// Tools that are pinned in several places have the same version everywhere.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { RUST } from "../../tools/lib/project.mjs";

const read = (path) => readFileSync(new URL(`../../${path}`, import.meta.url), "utf8");
const versionIn = (path, name) => new RegExp(`^${name} = .*"=([\\d.]+)"`, "m").exec(read(path))?.[1];

test("wasm-bindgen has one version in the library, the build and the tests' runner", () => {
  const version = versionIn("Cargo.toml", "wasm-bindgen");
  assert.match(version, /^\d+\.\d+\.\d+$/);
  assert.equal(versionIn("tools/wasm/bindgen/Cargo.toml", "wasm-bindgen-cli-support"), version);
  assert.equal(versionIn("tools/wasm/test-runner/Cargo.toml", "wasm-bindgen-cli"), version);
});

test("the manifest's Rust is the toolchain's", () => {
  const [, version] = /^rust-version = "(.+)"$/m.exec(read("Cargo.toml"));
  assert.ok(RUST.startsWith(version));
});

test("npm packages are pinned to the last digit, and the lock file names no address", () => {
  const { dependencies, devDependencies } = JSON.parse(read("package.json"));
  for (const [name, version] of Object.entries({ ...dependencies, ...devDependencies })) {
    // DuckDB's versions look like `1.5.6-r.1`.
    assert.match(version, /^\d+\.\d+\.\d+(-r\.\d+)?$/, name);
  }
  assert.doesNotMatch(read("package-lock.json"), /https?:\/\/[^"]*\.tgz/);
});
