// Runs one function of one module, with the built package, in headless Chromium and in workerd. The function is called
// with the runtime's exports, `compile`, and `data`, which is JSON; what it returns comes back as JSON.
import { readFileSync } from "node:fs";
import { createServer } from "node:http";
import { extname } from "node:path";
import { build } from "esbuild";
import { Miniflare } from "miniflare";
import { launchChromium } from "../demo/harness.mjs";

export const root = new URL("../../", import.meta.url);

const TYPES = { ".html": "text/html", ".js": "text/javascript", ".wasm": "application/wasm" };
const PAGE = "<!doctype html><title>leadscore</title>";

/** The package and the modules of tests, over loopback. */
export function serve() {
  const server = createServer((request, response) => {
    const { pathname } = new URL(request.url, "http://localhost");
    if (pathname !== "/" && !/^\/(pkg|tests\/\w+)\/[\w.-]+$/.test(pathname)) return response.writeHead(404).end();
    try {
      const body = pathname === "/" ? PAGE : readFileSync(new URL(`.${pathname}`, root));
      response.writeHead(200, { "content-type": TYPES[extname(pathname) || ".html"] ?? "text/plain" }).end(body);
    } catch {
      response.writeHead(404).end();
    }
  });
  return new Promise((ready) => server.listen(0, "127.0.0.1", () => ready(server)));
}

export async function inChromium(module, name, data = null) {
  const [server, browser] = await Promise.all([serve(), launchChromium()]);
  try {
    const page = await browser.newPage();
    await page.goto(`http://127.0.0.1:${server.address().port}/`);
    return await page.evaluate(
      async ({ module, name, data }) => {
        const { default: init, ...runtime } = await import("/pkg/index.js");
        const { compile } = await import("/pkg/compile.js");
        await init();
        return (await import(module))[name](runtime, compile, data);
      },
      { module, name, data },
    );
  } finally {
    await browser.close();
    server.close();
  }
}

/** @returns {Promise<any>} */
export async function inWorkerd(module, name, data = null) {
  const worker = `
    import init, * as runtime from "./pkg/workerd.js";
    import { compile } from "./pkg/compile-workerd.js";
    import { ${name} } from ".${module}";
    export default {
      async fetch(request) {
        await init();
        return Response.json(${name}(runtime, compile, await request.json()));
      },
    };`;
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
  const wasm = (file) => ({
    type: /** @type {const} */ ("CompiledWasm"),
    path: file,
    contents: readFileSync(new URL(`pkg/${file}`, root)),
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
    const response = await miniflare.dispatchFetch("http://localhost/", { method: "POST", body: JSON.stringify(data) });
    if (!response.ok) throw new Error(await response.text());
    return await response.json();
  } finally {
    await miniflare.dispose();
  }
}
