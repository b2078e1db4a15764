// `npx leadscore` beside the native program: the same messages, the same bytes, the same exit status.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { copyFileSync, existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { before, test } from "node:test";
import { pathToFileURL } from "node:url";
import { gzipSync } from "node:zlib";
import { consumer, native, root } from "./lib/consumer.mjs";

const rule = (extra) => JSON.stringify({ name: "x", rules: [{ id: "a", event: "x", ...extra }] });

const SHOP = JSON.stringify({
  name: "shop",
  rules: [
    { id: "view", event: "view", points: 10, limit: 4, per: "1h", decay: { half_life: "3d" } },
    { id: "demo", event: "form_submit", points: 50, dimension: "intent" },
    { id: "big", trait: { employees: { $gte: 200 } }, points: 5 },
  ],
  dimensions: { engagement: { max: 25 }, intent: {} },
  stages: [
    { id: "mql", at: 20, near: 10 },
    { id: "sql", at: 60, requires: ["big"] },
  ],
});

/** Visits of some people, not in the order of their times. */
function shop() {
  const event = (visitor, type, hour, props) =>
    `${JSON.stringify({ visitor, type, at: 1795255200000 + hour * 3_600_000, url: "https://a.example/", props })}\n`;
  let lines = "";
  for (let index = 0; index < 300; index++) {
    const visitor = `v-${index % 40}`;
    lines += event(visitor, "view", (index * 7) % 100);
    if (index % 9 === 0) lines += event(visitor, "form_submit", index / 3);
    if (index % 11 === 0) lines += event(visitor, "identify", index / 3, { employees: index });
  }
  return lines + event("Zoë \u202e", "view", 101);
}

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
    "titled.json": rule({ points: 1, title: { en: "An event", de: "Ein Ereignis" } }),
    "events.json": '{ "visitor": "a", "type": "pageview", "at": 1795690800, "props": { "a": 1 } }\n{\n\n[]\n',
    "array.ndjson": '[\n{ "visitor": "a" }]',
    "shop.json": SHOP,
    "shop.ndjson": shop(),
    "shop.ndjson.gz": gzipSync(shop()),
    "bad.ndjson": `\n{}\n${shop()}nonsense\n{ "visitor": "\\u001b[31m", "type": "view", "at": 5 }`,
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
  ["check", "events.json"],
  ["check", "array.ndjson"],
  ["check", "bad.ndjson"],
  ["compile", "titled.json", "-o", "titled.lsm"],
  ["compile", "titled.json", "-o", "-"],
  ["replay", "shop.json", "shop.ndjson"],
  ["replay", "shop.json", "shop.ndjson", "--trace"],
  ["replay", "shop.json", "shop.ndjson", "--trace", "--sort"],
  ["replay", "shop.json", "shop.ndjson", "--signals"],
  ["replay", "shop.json", "shop.ndjson", "--signals", "--sort", "--source", "https://a.example"],
  ["replay", "shop.json", "shop.ndjson", "--states"],
  ["replay", "shop.json", "shop.ndjson.gz"],
  ["replay", "shop.json", "bad.ndjson", "--skipped-ok"],
  ["replay", "shop.json", "shop.ndjson", "--at", "2026-11-22T10:00:00.5+01:00"],
  ["replay", "shop.json", "shop.ndjson", "--at", "1795255200000"],
  ["replay", "shop.json", "shop.ndjson", "--at", "1795255200"],
  ["replay", "shop.json", "bad.ndjson"],
  ["replay", "shop.json", "shop.json"],
  ["replay", "shop.json", "array.ndjson"],
  ["replay", "shop.json", "absent.ndjson"],
  ["replay", "compiled.lsm", "shop.ndjson"],
  ["replay", "bad.json", "shop.ndjson"],
  ["explain", "shop.json", "shop.ndjson", "--visitor", "v-0"],
  ["explain", "shop.json", "shop.ndjson", "--visitor", "v-0", "--json"],
  ["explain", "shop.json", "bad.ndjson", "--visitor", "v-1", "--at", "2026-11-23T00:00:00Z"],
  ["explain", "shop.json", "shop.ndjson", "--visitor", "nobody\u001b"],
  ["explain", "shop.json", "shop.ndjson", "--visitor", "v-1", "--at", "5"],
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

test("titles are written beside the compiled model, and emptied when the model no longer has any", () => {
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
  const examples = all.filter(([command]) => ["check", "compile", "replay"].includes(command));
  assert.deepEqual([examples.length, all.length], [3, 8]);
  for (const example of examples) assert.equal(npm(...example).status, 0, example.join(" "));
  for (const command of ["check", "compile", "replay", "explain"])
    assert.match(npm(command, "--help").stdout, /^Example: npx /m);
});

test("an option of the native program only is rejected with an explanation", () => {
  for (const command of ["score", "import"]) {
    const { status, stderr } = npm(command, "model.json");
    assert.equal(status, 2);
    assert.match(stderr, /needs the native command line/);
  }
});

test("replay and explain reject conflicting options", () => {
  for (const [args, says] of /** @type {[string[], string][]} */ ([
    [["replay"], "<MODEL>"],
    [["explain", "shop.json"], "--visitor <V>"],
    [["replay", "shop.json", "--trace", "--signals"], "'--trace' cannot be used with '--signals'"],
    [["replay", "shop.json", "--source", "https://a.example"], "--signals"],
    [["replay", "shop.json", "--at", "soon"], "invalid value 'soon' for '--at <TIME>'"],
    [["replay", "shop.json", "shop.ndjson", "extra"], "unexpected argument 'extra' found"],
  ])) {
    for (const { status, stderr } of [npm(...args), run(native, args)]) {
      assert.equal(status, 2, args.join(" "));
      assert.ok(stderr.includes(says), `${args.join(" ")}: ${stderr}`);
    }
  }
});

test("a long file is read from standard input line by line, in chunks of any size", () => {
  const input = shop().repeat(60);
  assert.ok(input.length > 1 << 20);
  const [ours, theirs] = [join(folder, "node_modules/.bin/leadscore"), native].map((program) =>
    spawnSync(program, ["replay", "shop.json"], { cwd: folder, input, maxBuffer: 1 << 26 }),
  );
  assert.equal(ours.status, 0);
  assert.equal(ours.stderr.toString(), theirs.stderr.toString());
  assert.deepEqual(ours.stdout, theirs.stdout);
});

test("common mistakes get the messages in tests/authoring/mistakes.json", async () => {
  const path = (...names) => pathToFileURL(join(folder, "node_modules/leadscore", ...names)).href;
  await import(path("compile-node.js"));
  const { listing } = await import(path("compile-glue.js"));
  const table = JSON.parse(readFileSync(join(root, "tests/authoring/mistakes.json"), "utf8"));
  const model = readFileSync(join(root, "tests/authoring/newcomer.json"), "utf8");
  for (const { mistake, from, to, says } of table.models) {
    const { all, good } = listing(
      "model.json",
      model.replace(from, () => to),
    );
    assert.equal(all.split("\n")[0], `model.json:${says}`, mistake);
    assert.equal(good, says.includes(": warning: "), mistake);
  }
});

test("an unknown option is named", () => {
  const { status, stderr } = npm("check", "model.json", "--fast");
  assert.equal(status, 2);
  assert.match(stderr, /--fast/);
});
