// The modules of src/ depend on each other in one direction: no circle between folders, none between the core's files.
import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join, sep } from "node:path";
import { test } from "node:test";
import { ROOT } from "../../tools/lib/project.mjs";

/** The parts of the core, from the bottom up. Each uses only itself and those before it. */
const CORE = ["limits", "text", "error", "event", "model", "score", "signal", "lead", "edge", "verify"];

/** Returns the sources by module, such as `score::state::codec`. */
function sources() {
  const folder = join(ROOT, "src");
  const files = readdirSync(folder, { encoding: "utf8", recursive: true }).filter((file) => file.endsWith(".rs"));
  const text = (file) => readFileSync(join(folder, file), "utf8");
  return new Map(files.map((file) => [file.slice(0, -3).split(sep).join("::"), text(file)]));
}

/** Returns the paths of a use tree: `a::{b, c::{d}}` gives `a::b` and `a::c::d`. */
function paths(tree, prefix = "") {
  const open = tree.indexOf("{");
  if (open < 0) return [prefix + tree.split(" as ")[0].trim()];
  const inner = tree.slice(open + 1, tree.lastIndexOf("}"));
  const parts = [];
  let depth = 0;
  let start = 0;
  for (const [at, char] of [...`${inner},`].entries()) {
    depth += Number(char === "{") - Number(char === "}");
    if (char !== "," || depth) continue;
    parts.push(inner.slice(start, at).trim());
    start = at + 1;
  }
  return parts.filter(Boolean).flatMap((part) => paths(part, prefix + tree.slice(0, open).trim()));
}

/** Returns the modules that each module uses. Comments and unit tests do not count, nor do the crate's exports. */
function dependencies(all) {
  const moduleOf = (path) => {
    const parts = path.split("::");
    while (parts.length && !all.has(parts.join("::"))) parts.pop();
    return parts.join("::");
  };
  const absolute = (from, path) => {
    const parts = path.split("::");
    if (parts[0] === "crate") return parts.slice(1).join("::");
    const base = from.split("::");
    while (parts[0] === "super") {
      parts.shift();
      base.pop();
    }
    return [...base, ...parts].join("::");
  };
  const isCounted = (name) => name !== "lib" && !name.startsWith("bin::") && !name.endsWith("::tests");
  const graph = new Map();
  for (const [name, text] of all) {
    if (!isCounted(name)) continue;
    const source = text.split(/^#\[cfg\((?:all\()?test\b[^\n]*\]\nmod \w+ \{/m)[0].replace(/\/\/.*/g, "");
    const used = [...source.matchAll(/\buse\s+([^;]+);/g)].flatMap((match) => paths(match[1].replace(/\s+/g, " ")));
    const inline = [...source.matchAll(/(?<![\w:])\w+(?:::\w+)+/g)].map((match) => match[0]);
    const isOwn = (path) => /^(?:crate|super)\b/.test(path) || all.has(`${name}::${path.split("::")[0]}`);
    const targets = [...used, ...inline]
      .map((path) => path.replace(/\s/g, "").replace(/^self::/, ""))
      .filter(isOwn)
      .map((path) => moduleOf(absolute(name, path)));
    graph.set(name, new Set(targets.filter((target) => target && target !== name && isCounted(target))));
  }
  return graph;
}

/** Returns a circle of the graph, or nothing. */
function circle(graph) {
  const done = new Set();
  const visit = (name, way) => {
    if (way.includes(name)) return [...way.slice(way.indexOf(name)), name];
    if (done.has(name)) return undefined;
    for (const next of graph.get(name) ?? []) {
      const found = visit(next, [...way, name]);
      if (found) return found;
    }
    done.add(name);
    return undefined;
  };
  for (const name of graph.keys()) {
    const found = visit(name, []);
    if (found) return found.join(" -> ");
  }
  return undefined;
}

const folderOf = (name) => name.split("::")[0];

/** Returns the graph of folders that a graph of files makes. */
function folders(files) {
  const graph = new Map();
  for (const [name, used] of files) {
    const own = graph.get(folderOf(name)) ?? new Set();
    for (const other of used) if (folderOf(other) !== folderOf(name)) own.add(folderOf(other));
    graph.set(folderOf(name), own);
  }
  return graph;
}

const graph = dependencies(sources());
const core = new Map([...graph].filter(([name]) => CORE.includes(folderOf(name))));

test("no circle between folders of src/", () => {
  assert.ok(folders(graph).size > 10);
  assert.equal(circle(folders(graph)), undefined);
});

test("no circle between files of the core", () => {
  assert.ok(core.size > 50);
  assert.equal(circle(core), undefined);
});

for (const [folder, what] of [
  ["wasm", "the bindings"],
  ["browser", "the tracker"],
])
  test(`no circle between files of ${what}`, () => {
    const files = new Map([...graph].filter(([name]) => folderOf(name) === folder));
    assert.ok(files.size > 8);
    assert.equal(circle(files), undefined);
  });

test("each part of the tracker owns its data: only one file has its impl", () => {
  const parts = [...sources()].filter(([name]) => folderOf(name) === "browser");
  const owners = (text) => new Set([...text.matchAll(/^impl(?:<[^>]*>)? (\w+)/gm)].map((match) => match[1]));
  const all = parts.flatMap(([, text]) => [...owners(text)]);
  assert.ok(all.includes("Tracker") && all.includes("Storage"));
  assert.deepEqual(all.toSorted(), [...new Set(all)].toSorted());
});

test("a folder of the core uses only those below it", () => {
  for (const [name, used] of core)
    for (const other of used)
      assert.ok(
        CORE.includes(folderOf(other)) && CORE.indexOf(folderOf(other)) <= CORE.indexOf(folderOf(name)),
        `${name} uses ${other}`,
      );
});

test("docs/architecture.md lists the folders from the bottom up", () => {
  const text = readFileSync(join(ROOT, "docs/architecture.md"), "utf8");
  const start = text.indexOf("### The Rust crate");
  const table = text.slice(start, text.indexOf("\n### ", start)).matchAll(/^\| \[(\w+)(?:\.rs)?\]/gm);
  const order = [...table].map(([, name]) => name);
  assert.deepEqual(order.toSorted(), [...folders(graph).keys()].toSorted());
  for (const [name, used] of folders(graph))
    for (const other of used) assert.ok(order.indexOf(other) < order.indexOf(name), `${name} uses ${other}`);
});

test("every way to name another module is found", () => {
  const made = (files) => dependencies(new Map(Object.entries(files)));
  for (const source of [
    "use crate::b::B;",
    "use crate::{\n    c::C,\n    b::{self, B},\n};",
    "fn f() { crate::b::g(); }",
    "use crate::c;\nuse crate::b as other;",
  ]) {
    assert.equal(circle(made({ a: source, b: "use super::a::A;", c: "" })), "a -> b -> a", source);
  }
  for (const source of ["use child::Child;", "use self::child::Child;", "fn f() { child::g(); }"]) {
    assert.equal(
      circle(made({ a: `mod child;\n${source}`, "a::child": "use super::A;" })),
      "a -> a::child -> a",
      source,
    );
  }
  const folder = made({ "a::one": "use crate::b::B;", "a::two": "", b: "use crate::a::two::T;" });
  assert.equal(circle(folder), undefined);
  assert.equal(circle(folders(folder)), "a -> b -> a");
  for (const source of [
    "// use crate::b::B;",
    "mod child;",
    "#[cfg(test)]\nmod tests {\n    use crate::b::B;\n}",
    '#[cfg(all(test, feature = "x"))]\nmod tests {\n    use crate::b::B;\n}',
  ]) {
    assert.equal(circle(made({ a: source, "a::child": "use super::A;", b: "use crate::a::A;" })), undefined, source);
  }
});
