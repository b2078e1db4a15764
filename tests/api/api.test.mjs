// The public API of the crate and of the npm package must match the committed listing, so that a review shows every
// change of the API. `API_UPDATE=1 node --test tests/api/*.test.mjs` updates the listings.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { readFileSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import ts from "typescript";

const root = fileURLToPath(new URL("../..", import.meta.url));
const target = process.env.CARGO_TARGET_DIR ?? join(root, "target");
// In a folder of its own: rustdoc's JSON needs RUSTC_BOOTSTRAP, a change of which rebuilds what depends on it.
const folder = join(target, "api");
const FEATURES = "authoring,edge";

function cargo(args, env = {}) {
  const { status, stdout, stderr } = spawnSync("cargo", args, {
    cwd: root,
    env: { ...process.env, CARGO_TARGET_DIR: folder, ...env },
    encoding: "utf8",
  });
  assert.equal(status, 0, `cargo ${args.join(" ")}\n${stderr}`);
  return stdout;
}

/** Compares with the committed listing line by line, or writes it. */
function isCommitted(name, listing) {
  const url = new URL(name, import.meta.url);
  if (process.env.API_UPDATE) writeFileSync(url, listing);
  const committed = readFileSync(url, "utf8");
  if (committed === listing) return;
  const [before, after] = [committed.split("\n"), listing.split("\n")];
  const gone = before.filter((line) => !after.includes(line)).map((line) => `- ${line}`);
  const added = after.filter((line) => !before.includes(line)).map((line) => `+ ${line}`);
  assert.fail(
    `the public API is not what tests/api/${name} says:\n${[...gone, ...added].join("\n")}\n\n` +
      "If this is meant, run `API_UPDATE=1 node --test tests/api/*.test.mjs`, commit the listing and say in CHANGELOG.md " +
      "what users notice. What is gone or has another type breaks them.",
  );
}

test("the Rust crate", () => {
  cargo(
    [
      "rustdoc",
      "--locked",
      "--quiet",
      "--lib",
      "--features",
      FEATURES,
      "--",
      "-Zunstable-options",
      "--output-format=json",
    ],
    { RUSTC_BOOTSTRAP: "1" },
  );
  const manifest = join(root, "tests/api/Cargo.toml");
  const json = join(folder, "doc/leadscore.json");
  isCommitted("rust.txt", cargo(["run", "--locked", "--quiet", "--manifest-path", manifest, "--", json]));
});

test("the npm package", () => {
  const config = join(root, "pkg-config");
  const { exports, bin } = JSON.parse(readFileSync(join(config, "manifest.json"), "utf8"));
  const printer = ts.createPrinter({ removeComments: true });
  const declarations = readdirSync(join(config, "types"))
    .sort()
    .map((name) => {
      const text = readFileSync(join(config, "types", name), "utf8");
      const file = ts.createSourceFile(name, text, ts.ScriptTarget.Latest);
      return `==== ${name}\n\n${printer.printFile(file)}`;
    });
  const entries = [...Object.keys(exports), ...Object.keys(bin).map((name) => `command ${name}`)];
  isCommitted("package.txt", `==== entry points\n\n${entries.join("\n")}\n\n${declarations.join("\n")}`);
});
