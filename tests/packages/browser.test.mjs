// Chromium: the package's own files, and what Vite, webpack and esbuild make of them.
import assert from "node:assert/strict";
import { copyFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { promisify } from "node:util";
import * as esbuild from "esbuild";
import * as vite from "vite";
import webpack from "webpack";
import { launch, open } from "./lib/browser.mjs";
import { consumer, program, reference } from "./lib/consumer.mjs";

const html = (script) => `<!doctype html><title>x</title><script type="module" src="${script}"></script>`;
const main = program("globalThis.result = json;");

let browser;
before(async () => (browser = await launch()));
after(() => browser?.close());

async function sameIn(folder) {
  const { result, complaints } = await open(browser, folder);
  assert.equal(result, reference());
  assert.deepEqual(complaints, []);
}

test("script, without any tool", async () => {
  // Browsers know no package names: the page names the files.
  const direct = main
    .replace('"leadscore"', '"./node_modules/leadscore/index.js"')
    .replace('"leadscore/compile"', '"./node_modules/leadscore/compile.js"');
  const folder = consumer("script", { "index.html": html("main.js"), "main.js": direct });
  await sameIn(folder);
});

test("script, under a policy that refuses wasm: one typed error", async () => {
  const folder = consumer("refused", {
    "index.html": html("main.js"),
    "main.js": `
import init from "./node_modules/leadscore/index.js";
const error = await init().catch((error) => error);
globalThis.result = [error instanceof Error, error.name, error.code, error.cause.name].join();
`,
  });
  const { result } = await open(browser, folder, { wasm: false });
  assert.equal(result, "true,LoadError,no_wasm,CompileError");
});

test("Vite", async () => {
  const folder = consumer("vite", { "index.html": html("/main.js"), "main.js": main });
  await vite.build({ root: folder, configFile: false, logLevel: "error" });
  await sameIn(join(folder, "dist"));
});

/** @type {(options: import("webpack").Configuration) => Promise<import("webpack").Stats>} */
const built = promisify(/** @type {any} */ (webpack));

test("webpack", async () => {
  const folder = consumer("webpack", { "main.js": main });
  const stats = await built({
    context: folder,
    mode: "production",
    entry: "./main.js",
    output: { path: join(folder, "dist"), filename: "bundle.js" },
    // The compiler is larger than webpack likes a page to be; a page has no need of it.
    performance: { hints: false },
  });
  assert.deepEqual(stats.toJson({ all: false, errors: true, warnings: true }).errors, []);
  assert.deepEqual(stats.toJson({ all: false, errors: true, warnings: true }).warnings, []);
  writeFileSync(join(folder, "dist/index.html"), html("bundle.js"));
  await sameIn(join(folder, "dist"));
});

test("esbuild, with the wasm copied beside the bundle", async () => {
  const folder = consumer("esbuild", { "main.js": main });
  await esbuild.build({
    absWorkingDir: folder,
    entryPoints: ["main.js"],
    outfile: "dist/bundle.js",
    bundle: true,
    minify: true,
    format: "esm",
    logLevel: "error",
  });
  for (const file of ["leadscore.wasm", "compile.wasm"])
    copyFileSync(join(folder, "node_modules/leadscore", file), join(folder, "dist", file));
  writeFileSync(join(folder, "dist/index.html"), html("bundle.js"));
  await sameIn(join(folder, "dist"));
});

const TRACKER = `
import { start } from "leadscore/browser";
import { compile } from "leadscore/compile";
const model = compile({ name: "tiny", rules: [{ id: "seen", event: "page_view", points: 7 }] });
const tracker = await start({ model });
globalThis.result = tracker.snapshot().score;
`;

for (const [tool, bundle] of Object.entries({
  Vite: (folder) => vite.build({ root: folder, configFile: false, logLevel: "error" }),
  webpack: (folder) =>
    built({
      context: folder,
      mode: "production",
      entry: "./main.js",
      output: { path: join(folder, "dist"), filename: "bundle.js" },
    }),
}))
  test(`${tool}: the tracker finds its wasm`, async () => {
    const folder = consumer(`tracker-${tool}`, { "index.html": html("/main.js"), "main.js": TRACKER });
    await bundle(folder);
    if (tool === "webpack") writeFileSync(join(folder, "dist/index.html"), html("bundle.js"));
    const { result, complaints } = await open(browser, join(folder, "dist"));
    assert.equal(result, 7);
    assert.deepEqual(complaints, []);
  });

test("esbuild, with the wasm's address given to init", async () => {
  const folder = consumer("esbuild-url", {
    "main.js": `
import init, { Model } from "leadscore";
import wasm from "leadscore/leadscore.wasm";
await init(wasm);
try {
  new Model(new Uint8Array(3));
} catch (error) {
  globalThis.result = error.code;
}
`,
  });
  await esbuild.build({
    absWorkingDir: folder,
    entryPoints: ["main.js"],
    outdir: "dist",
    bundle: true,
    format: "esm",
    loader: { ".wasm": "file" },
    publicPath: "/",
    logLevel: "error",
  });
  writeFileSync(join(folder, "dist/index.html"), html("main.js"));
  const { result } = await open(browser, join(folder, "dist"));
  assert.equal(result, "model_corrupt");
});
