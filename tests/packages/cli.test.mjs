// `npx leadscore` beside the native program: the same words, the same bytes, the same exit status.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { copyFileSync, existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { before, test } from "node:test";
import { consumer, native, root } from "./lib/consumer.mjs";

const rule = (extra) => JSON.stringify({ name: "x", rules: [{ id: "a", event: "x", ...extra }] });

let folder;
before(() => {
  assert.ok(existsSync(native), "`make build` has built the native program");
  folder = consumer("cli", {
    "warned.json": rule({}),
    "bad.json": rule({ pionts: 1, limit: 0 }),
    "control.json": rule({ "a\u0007\n\u009bb": 1 }),
    "broken.json": "{",
    "latin1.json": Buffer.from([0x7b, 0xe9, 0x7d]),
    "visits.ndjson": '{ "visitor": "a", "type": "x", "at": 1795690800000 }\n',
    "compiled.lsm": Buffer.from("LSM\u0001"),
    "other.json": "{}",
  });
  copyFileSync(join(root, "www/model.json"), join(folder, "model.json"));
});

const run = (command, args) => {
  const { status, stdout, stderr } = spawnSync(command, args, { cwd: folder, encoding: "latin1" });
  return { status, stdout, stderr };
};
const npm = (...args) => run(join(folder, "node_modules/.bin/leadscore"), args);

for (const args of [
  ["check", "model.json"],
  ["check", "warned.json"],
  ["check", "bad.json"],
  ["check", "control.json"],
  ["check", "broken.json"],
  ["check", "latin1.json"],
  ["check", "absent.json"],
  ["compile", "model.json", "-o", "model.lsm"],
  ["compile", "model.json", "--output=-"],
  ["compile", "warned.json", "-o", "-"],
  ["compile", "bad.json", "-o", "bad.lsm"],
  ["compile", "absent.json", "-o", "absent.lsm"],
  ["compile", "model.json", "-o", "no/such/folder.lsm"],
  ["compile", "model.json", "-o", "model.json"],
  ["compile", "model.json", "-o", "./model.json"],
  ["compile", "model.json", "-o", "other.json"],
  ["compile", "model.json", "-o", "."],
  ["compile", "compiled.lsm", "-o", "x.lsm"],
  ["compile", "visits.ndjson", "-o", "x.lsm"],
  ["check", "compiled.lsm"],
  ["check", "visits.ndjson"],
  ["check"],
  ["check", "model.json", "extra"],
  ["compile", "model.json"],
  ["xyz"],
])
  test(`leadscore ${args.join(" ")}`, () => assert.deepEqual(npm(...args), run(native, args)));

test("a bad model leaves no file behind, a good one the same bytes", () => {
  npm("compile", "bad.json", "-o", "none.lsm");
  assert.equal(existsSync(join(folder, "none.lsm")), false);
  npm("compile", "model.json", "-o", "npm.lsm");
  run(native, ["compile", "model.json", "-o", "native.lsm"]);
  assert.deepEqual(readFileSync(join(folder, "npm.lsm")), readFileSync(join(folder, "native.lsm")));
});

test("titles are written beside the compiled model, and emptied when the model has none any more", () => {
  const titled = { name: "titled", rules: [{ id: "a", title: { en: "A", de: "Ä" }, event: "a", points: 1 }] };
  const titlesOf = (name) => readFileSync(join(folder, `${name}.titles.json`), "utf8");
  for (const model of [titled, { ...titled, rules: [{ ...titled.rules[0], title: undefined }] }]) {
    writeFileSync(join(folder, "titled.json"), JSON.stringify(model));
    const own = npm("compile", "titled.json", "-o", "titled-npm.lsm");
    const theirs = run(native, ["compile", "titled.json", "-o", "titled-native.lsm"]);
    assert.equal(own.stderr.replaceAll("-npm", "-native"), theirs.stderr);
    assert.equal(titlesOf("titled-npm"), titlesOf("titled-native"));
  }
  assert.equal(titlesOf("titled-npm"), "{}");
});

test("--help has examples that work as they stand", () => {
  const { status, stdout } = npm("--help");
  assert.equal(status, 0);
  const all = [...stdout.matchAll(/^ {2}npx leadscore (.+)$/gm)].map(([, line]) => line.split(" "));
  // outcomes.test.mjs runs the examples of the commands that use outcomes.
  const examples = all.filter(([command]) => ["check", "compile"].includes(command));
  assert.deepEqual([examples.length, all.length], [2, 5]);
  for (const example of examples) assert.equal(npm(...example).status, 0, example.join(" "));
  for (const command of ["check", "compile"]) assert.match(npm(command, "--help").stdout, /^Example: npx /m);
});

test("what only the native program can do says so", () => {
  for (const command of ["replay", "score", "explain"]) {
    const { status, stderr } = npm(command, "model.json");
    assert.equal(status, 2);
    assert.match(stderr, /needs the native command line/);
  }
});

test("an unknown option is named", () => {
  const { status, stderr } = npm("check", "model.json", "--fast");
  assert.equal(status, 2);
  assert.match(stderr, /--fast/);
});
