// The package's JavaScript repeats error sentences, names and numbers of the core. They must be equal to the core's.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { ERRORS } from "../../pkg-config/entry/runtime/errors.js";
import "../../pkg-config/entry/edge/errors.js";

const source = (path) => readFileSync(new URL(`../../${path}`, import.meta.url), "utf8");
/** Joins the lines of a Rust string literal, which continue after a backslash. */
const plain = (text) => text.replace(/\\\n\s*/g, "");
/** Returns the string literals of a source file between two markers. */
const texts = (path, from, to) => {
  const text = source(path);
  const start = text.indexOf(from);
  assert.ok(start >= 0, `${path} has no ${from}`);
  return [...text.slice(start, text.indexOf(to, start)).matchAll(/"((?:[^"\\]|\\[^])*)"/g)].map(([, own]) =>
    plain(own),
  );
};

test("errors", () => {
  const all = texts("src/error.rs", "fn text", "\n}\n").filter((text) => /^\w+Error \w+ /.test(text));
  assert.ok(all.length >= 18, `${all.length} errors`);
  const core = all.map((text) => {
    const [name, code] = text.split(" ", 2);
    return [code, [name, text.slice(name.length + code.length + 2)]];
  });
  const errors = Object.entries(ERRORS).filter(([, [name]]) => name !== "UsageError");
  assert.deepEqual(new Map(errors), new Map(core));
});

test("lifecycle stages, and how rules count", () => {
  const stages = texts("src/event/lifecycle.rs", "LIFECYCLE: [&str", "];");
  assert.deepEqual(texts("pkg-config/entry/runtime/event.js", "const LIFECYCLE", "];"), stages);
  const counts = texts("src/score/explain.rs", "const COUNTS", "];");
  assert.deepEqual(texts("pkg-config/entry/runtime/receipt.js", "const COUNTS", ");"), counts);
});
