// The tarball as tools see it: its files, its entry points, its types.
import assert from "node:assert/strict";
import { copyFileSync, existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { publint } from "publint";
import { formatMessage } from "publint/utils";
import { consumer, root, run, tarball, tool } from "./lib/consumer.mjs";

test("publint reports no problems", async () => {
  const folder = join(consumer("publint"), "node_modules/leadscore");
  const { messages } = await publint({ pkgDir: folder, strict: true });
  const manifest = JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
  assert.deepEqual(
    messages.map((message) => formatMessage(message, manifest)),
    [],
  );
});

test("Are The Types Wrong reports no problems", () => {
  const { exports } = JSON.parse(readFileSync(join(root, "pkg-config/manifest.json"), "utf8"));
  const files = Object.entries(exports)
    .filter(([, target]) => typeof target === "string")
    .map(([path]) => path.replace("/*", "/0001_leadscore.sql"));
  run(tool("attw"), [tarball(), "--profile", "esm-only", "--no-emoji", "--exclude-entrypoints", ...files]);
});

for (const [module, moduleResolution] of [
  ["nodenext", "nodenext"],
  ["esnext", "bundler"],
]) {
  test(`a TypeScript program compiles against the tarball, resolution ${moduleResolution}`, () => {
    const folder = consumer(`types-${moduleResolution}`);
    const { compilerOptions } = JSON.parse(readFileSync(join(root, "tests/packages/types/tsconfig.json"), "utf8"));
    delete compilerOptions.paths;
    copyFileSync(join(root, "tests/packages/types/consumer.ts"), join(folder, "consumer.ts"));
    const config = { compilerOptions: { ...compilerOptions, module, moduleResolution }, files: ["consumer.ts"] };
    writeFileSync(join(folder, "tsconfig.json"), JSON.stringify(config));
    try {
      run(tool("tsc"), ["-p", "."], { cwd: folder });
    } catch ({ stdout }) {
      assert.fail(stdout);
    }
  });
}

test("everything that is exported can be reached, and nothing else", async () => {
  const folder = consumer("reach", {
    "main.js": `
import schema from "leadscore/schema.json" with { type: "json" };
import manifest from "leadscore/package.json" with { type: "json" };
import * as runtime from "leadscore";
import * as authoring from "leadscore/compile";
// A server that renders a page imports it too, and has neither window nor document.
import * as browser from "leadscore/browser";
import * as inspector from "leadscore/inspector";
import * as edge from "leadscore/edge";
import * as plugins from "leadscore/plugins";
import * as why from "leadscore/why";
import * as flags from "leadscore/flags";
const inside = await import("leadscore/node.js").catch((error) => error.code);
// The same with the wasm in the code.
for (const [path, { ...same }] of Object.entries({ "": runtime, "/browser": browser, "/inspector": inspector, "/edge": edge, "/compile": authoring })) {
  const names = Object.keys(await import("leadscore/inline" + path));
  if (names.join() !== Object.keys(same).join()) throw new Error(path + " has " + names);
}
console.log(JSON.stringify([schema.type, manifest.name, Object.keys(runtime), Object.keys(authoring), Object.keys(browser), Object.keys(inspector), Object.keys(edge), Object.keys(plugins), Object.keys(why), Object.keys(flags), inside]));
`,
  });
  const out = run(process.execPath, ["--no-warnings", "main.js"], { cwd: folder });
  assert.deepEqual(JSON.parse(out), [
    "object",
    "leadscore",
    ["Lead", "Model", "default", "initSync", "verify"],
    ["check", "compile", "titles"],
    ["start"],
    ["LeadscoreInspector", "toggle"],
    [
      "Lead",
      "Model",
      "createAccount",
      "createEdge",
      "createReceiver",
      "d1Store",
      "init",
      "initSync",
      "memoryStore",
      "toGA4",
      "toHubSpot",
      "verify",
      "why",
    ],
    ["analyticsPlugin", "rudderStackIntegration", "segmentPlugin"],
    ["titleOf", "why"],
    ["flagContext"],
    "ERR_PACKAGE_PATH_NOT_EXPORTED",
  ]);
  const manifest = JSON.parse(readFileSync(join(folder, "node_modules/leadscore/package.json"), "utf8"));
  assert.deepEqual(manifest.dependencies, undefined);
  const listed = (value) => (typeof value === "string" ? [value] : Object.values(value).flatMap(listed));
  for (const path of listed(manifest.exports))
    assert.ok(existsSync(join(folder, "node_modules/leadscore", path.replace("/*", ""))), path);
});

test("the published files contain no path of the build machine", () => {
  const folder = join(consumer("paths"), "node_modules/leadscore");
  for (const file of [
    "leadscore.wasm",
    "compile.wasm",
    "browser.wasm",
    "edge.wasm",
    "edge.js",
    "index.js",
    "compile-glue.js",
    "browser.js",
    "tag.js",
    "inspector.js",
  ]) {
    const text = readFileSync(join(folder, file), "latin1");
    assert.ok(!text.includes(root), file);
    assert.ok(!/\/(root|home|Users)\//.test(text), file);
  }
});
