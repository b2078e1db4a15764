// Pages served over loopback under a strict content security policy, opened in a real Chromium.
import { readFile } from "node:fs/promises";
import { createServer } from "node:http";
import { extname, join, normalize } from "node:path";
import { chromium } from "playwright-core";
import { args, executablePath } from "../../lib/chromium.mjs";
import { PATIENCE } from "../../lib/patience.mjs";

const TYPES = {
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript",
  ".json": "application/json",
  ".wasm": "application/wasm",
};

// No inline script, no eval, no other origin; only the compilation of wasm is allowed.
const POLICY = "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; connect-src 'self'; base-uri 'none'";

/** Serves `folder` on a port of its own; without `wasm`, under a policy that refuses wasm. */
async function serve(folder, wasm) {
  const policy = wasm ? POLICY : POLICY.replace(" 'wasm-unsafe-eval'", "");
  const server = createServer(async (request, response) => {
    const path = normalize(decodeURIComponent(new URL(request.url, "http://localhost").pathname));
    try {
      const body = await readFile(join(folder, path === "/" ? "index.html" : path));
      response.writeHead(200, {
        "content-type": TYPES[extname(path) || ".html"] ?? "application/octet-stream",
        "content-security-policy": policy,
        "x-content-type-options": "nosniff",
      });
      response.end(body);
    } catch {
      response.writeHead(404).end();
    }
  });
  await /** @type {Promise<void>} */ (new Promise((ready) => server.listen(0, "127.0.0.1", ready)));
  return server;
}

export const launch = () =>
  chromium.launch({
    executablePath,
    args,
  });

/** Opens the folder's page and returns what its script puts into `globalThis.result`. */
export async function open(browser, folder, { wasm = true } = {}) {
  const server = await serve(folder, wasm);
  const page = await browser.newPage();
  const complaints = [];
  page.on("pageerror", (error) => complaints.push(error.message));
  page.on("console", (message) => complaints.push(message.text()));
  try {
    await page.goto(`http://127.0.0.1:${/** @type {import("node:net").AddressInfo} */ (server.address()).port}/`);
    const result = await page
      .waitForFunction(() => globalThis.result, null, { timeout: PATIENCE })
      .catch((error) => {
        throw new Error(`no result from the page: ${complaints.join("; ") || error.message}`);
      });
    return { result: await result.jsonValue(), complaints };
  } finally {
    await page.close();
    server.close();
  }
}
