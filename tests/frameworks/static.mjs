// Serves the folder of a built app, like a host of static sites: one page for all addresses, or a page for each.
import { readFile } from "node:fs/promises";
import { createServer } from "node:http";
import { extname, join, normalize } from "node:path";

const TYPES = {
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript",
  ".css": "text/css",
  ".wasm": "application/wasm",
};

/** @param {(path: string) => Promise<Buffer | string>} find */
async function listen(find, handle = undefined) {
  const server = createServer(async (request, response) => {
    const { pathname } = new URL(request.url, "http://site");
    try {
      if (handle?.(request, response)) return;
      if (pathname === "/account") return response.writeHead(302, { location: "/login" }).end();
      const body = await find(pathname);
      response
        .writeHead(200, { "content-type": TYPES[extname(pathname) || ".html"] ?? "application/octet-stream" })
        .end(body);
    } catch (error) {
      response.writeHead(error.code === "ENOENT" ? 404 : 500).end(String(error));
    }
  });
  await /** @type {Promise<void>} */ (new Promise((ready) => server.listen(0, "127.0.0.1", ready)));
  const { port } = /** @type {import("node:net").AddressInfo} */ (server.address());
  const close = () => (server.closeAllConnections(), server.close());
  return { url: `http://127.0.0.1:${port}`, said: () => "", close };
}

/** The first file of this path that is in one of the folders. */
async function first(folders, path) {
  for (const folder of folders) {
    const body = await readFile(join(folder, normalize(path))).catch(() => undefined);
    if (body) return body;
  }
  throw Object.assign(new Error(path), { code: "ENOENT" });
}

/**
 * `page`: the file of an address without an ending.
 *
 * @param {(path: string) => string} page
 */
export const files = (folders, page = () => "index.html") =>
  listen((path) => first(folders, extname(path) ? path : page(path)));

/** `page`: makes the page of an address without an ending. */
export const pages = (folders, page, handle) =>
  listen(async (path) => (extname(path) ? first(folders, path) : page(path)), handle);
