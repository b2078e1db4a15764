// Serves the folder of a built app, as a host of static sites does: one page for all addresses, or a page for each.
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
      response.writeHead(error.code === "ENOENT" || error.code === "EISDIR" ? 404 : 500).end(String(error));
    }
  });
  await new Promise((ready) => server.listen(0, "127.0.0.1", ready));
  const { port } = /** @type {import("node:net").AddressInfo} */ (server.address());
  const close = () => (server.closeAllConnections(), server.close());
  return { url: `http://127.0.0.1:${port}`, said: () => "", close };
}

/** `page`: the file of an address without an ending. */
export const files = (folder, page = () => "index.html") =>
  listen((path) => readFile(join(folder, normalize(extname(path) ? path : page(path)))));

/** `page`: makes the page of an address without an ending; files are looked for in `folders`. */
export const pages = (folders, page, handle) =>
  listen(async (path) => {
    if (!extname(path)) return page(path);
    for (const folder of folders.slice(0, -1)) {
      const body = await readFile(join(folder, path)).catch(() => undefined);
      if (body) return body;
    }
    return readFile(join(folders.at(-1), path));
  }, handle);
