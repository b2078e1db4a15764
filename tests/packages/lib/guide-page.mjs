// A website on loopback for the blocks of the guide that are meant for a page, opened in Chromium.
import { readFile } from "node:fs/promises";
import { createServer } from "node:http";
import { extname, join } from "node:path";
import { newVisitor } from "../../demo/harness.mjs";
import { PATIENCE } from "../../lib/patience.mjs";

const TYPES = {
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript",
  ".svg": "image/svg+xml",
  ".wasm": "application/wasm",
};
const ICON = '<svg xmlns="http://www.w3.org/2000/svg" />';

/**
 * Serves `files` (by path, text or bytes), then what is in `folders` (by prefix); `received` grows with each signal.
 * `headers` go with every page.
 */
export async function site({ files = {}, folders = {}, headers = {} }) {
  const received = [];
  const server = createServer(async (request, response) => {
    const { pathname } = new URL(request.url, "http://site");
    if (request.method === "POST") {
      let body = "";
      for await (const chunk of request.setEncoding("utf8")) body += chunk;
      received.push(JSON.parse(body));
      return response.writeHead(202).end();
    }
    const prefix = Object.keys(folders).find((one) => pathname.startsWith(one));
    const inFolder = prefix && join(folders[prefix], pathname.slice(prefix.length));
    const body =
      { "/icon.svg": ICON, ...files }[pathname] ?? (inFolder && (await readFile(inFolder).catch(() => undefined)));
    if (body === undefined) return response.writeHead(404).end();
    const type = TYPES[extname(pathname) || ".html"] ?? "application/octet-stream";
    response.writeHead(200, { "content-type": type, ...(type === TYPES[".html"] && headers) }).end(body);
  });
  await /** @type {Promise<void>} */ (new Promise((ready) => server.listen(0, "127.0.0.1", ready)));
  const close = () => {
    server.closeAllConnections();
    return new Promise((closed) => server.close(closed));
  };
  return {
    origin: `http://127.0.0.1:${/** @type {import("node:net").AddressInfo} */ (server.address()).port}`,
    received,
    close,
  };
}

/** Returns a page with its errors as `complaints`. */
export async function openPage(browser, address) {
  const context = await newVisitor(browser);
  context.setDefaultTimeout(PATIENCE);
  const page = await context.newPage();
  const complaints = [];
  page.on("pageerror", (error) => complaints.push(error.message));
  page.on("console", (message) => {
    if (["error", "warning"].includes(message.type())) complaints.push(message.text());
  });
  await page.goto(address);
  const started = () => page.waitForFunction(() => typeof globalThis.leadscore?.snapshot === "function");
  return { page, complaints, started, close: () => context.close() };
}

export const document = (content) =>
  `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>A page</title><link rel="icon" href="/icon.svg"></head><body>${content}</body></html>`;
