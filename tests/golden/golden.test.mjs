// The golden journeys in Node, headless Chromium and workerd, to the letter what they give natively.
import assert from "node:assert/strict";
import { createServer } from "node:http";
import { readFileSync } from "node:fs";
import { extname } from "node:path";
import { test } from "node:test";
import { build } from "esbuild";
import { Miniflare } from "miniflare";
import { launchChromium } from "../demo/harness.mjs";
import init, * as runtime from "../../pkg/node.js";
import { compile } from "../../pkg/compile-node.js";
import { run } from "./run.js";

const root = new URL("../../", import.meta.url);
const read = (path) => readFileSync(new URL(path, root), "utf8");
const golden = JSON.parse(read("tests/golden/journeys.json"));
const expected = read("tests/golden/expected.jsonl").trimEnd().split("\n");

const agrees = (given) => {
  assert.equal(given.length, expected.length);
  given.forEach((line, index) => assert.equal(line, expected[index]));
};

test("Node", async () => {
  await init();
  agrees(run(golden, runtime, compile));
});

test("Chromium", async () => {
  const types = { ".js": "text/javascript", ".json": "application/json", ".wasm": "application/wasm" };
  const server = createServer((request, response) => {
    const { pathname } = new URL(request.url, "http://localhost");
    if (pathname === "/")
      return response.setHeader("content-type", "text/html").end("<!doctype html><title>golden</title>");
    if (!/^\/(pkg|tests\/golden)\/[\w.-]+$/.test(pathname)) return response.writeHead(404).end();
    response.setHeader("content-type", types[extname(pathname)] ?? "text/plain");
    response.end(readFileSync(new URL(`.${pathname}`, root)));
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  const browser = await launchChromium();
  try {
    const page = await browser.newPage();
    await page.goto(`http://127.0.0.1:${server.address().port}/`);
    agrees(
      await page.evaluate(async () => {
        const { default: init, ...runtime } = await import("/pkg/index.js");
        const { compile } = await import("/pkg/compile.js");
        const { run } = await import("/tests/golden/run.js");
        await init();
        return run(await (await fetch("/tests/golden/journeys.json")).json(), runtime, compile);
      }),
    );
  } finally {
    await browser.close();
    server.close();
  }
});

test("workerd", async () => {
  const worker = `
    import init, * as runtime from "./pkg/workerd.js";
    import { compile } from "./pkg/compile-workerd.js";
    import golden from "./tests/golden/journeys.json";
    import { run } from "./tests/golden/run.js";
    export default { async fetch() { await init(); return Response.json(run(golden, runtime, compile)); } };`;
  const bundle = await build({
    stdin: { contents: worker, resolveDir: root.pathname },
    bundle: true,
    format: "esm",
    write: false,
    // The wasm stays a module of its own, as Workers want it.
    plugins: [
      {
        name: "wasm",
        setup: ({ onResolve }) =>
          onResolve({ filter: /\.wasm$/ }, ({ path }) => ({ path: `./${path.split("/").pop()}`, external: true })),
      },
    ],
  });
  const wasm = (name) => ({
    type: "CompiledWasm",
    path: name,
    contents: readFileSync(new URL(`pkg/${name}`, root)),
  });
  const miniflare = new Miniflare({
    cf: false,
    compatibilityDate: "2026-01-01",
    modules: [
      { type: "ESModule", path: "worker.js", contents: bundle.outputFiles[0].text },
      wasm("leadscore.wasm"),
      wasm("compile.wasm"),
    ],
  });
  try {
    agrees(await (await miniflare.dispatchFetch("http://localhost/")).json());
  } finally {
    await miniflare.dispose();
  }
});
