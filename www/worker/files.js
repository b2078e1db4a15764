// The demo's files, from the folders that are bound to the worker, like Cloudflare's static assets.

/** Files outside of the site's own folder, by their served path: the name of the binding. */
const FOLDERS = { "/leadscore/": "PACKAGE", "/built/": "BUILT", "/guide/": "GUIDE", "/models/": "MODELS" };

const TYPES = {
  css: "text/css; charset=utf-8",
  csv: "text/csv; charset=utf-8",
  html: "text/html; charset=utf-8",
  js: "text/javascript; charset=utf-8",
  json: "application/json",
  ndjson: "application/x-ndjson; charset=utf-8",
  pdf: "application/pdf",
  svg: "image/svg+xml",
  vtt: "text/vtt; charset=utf-8",
  wasm: "application/wasm",
  webm: "video/webm",
  webp: "image/webp",
};

/** Returns a page by its address without `.html`, or a file by its name; otherwise the page for missing addresses. */
export async function file(request, env) {
  const { pathname } = new URL(request.url);
  const mount = Object.keys(FOLDERS).find((prefix) => `${pathname}/`.startsWith(prefix));
  const path = mount ? pathname.slice(mount.length - 1) : pathname;
  const folder = mount ? env[FOLDERS[mount]] : env.SITE;
  const range = request.headers.get("range");
  for (const name of namesOf(path)) {
    const found = await read(folder, name, range);
    if (found) return found;
  }
  const page = await read(env.SITE, "/404.html");
  return new Response(page?.body, { status: 404, headers: page?.headers });
}

function namesOf(path) {
  if (path === "" || path === "/") return ["/index.html"];
  return /\.\w+$/.test(path) ? [path] : [`${path}.html`, `${path}/index.html`];
}

async function read(folder, name, range) {
  const type = TYPES[name.slice(name.lastIndexOf(".") + 1)];
  if (type === undefined) return undefined;
  // Players request one range of bytes when seeking.
  const response = await folder.fetch(`http://folder${name}`, range ? { headers: { range } } : {});
  if (!response.ok && response.status !== 416) return undefined;
  const headers = new Headers({ "content-type": type, "cache-control": "no-cache", "accept-ranges": "bytes" });
  const part = response.headers.get("content-range");
  if (part) headers.set("content-range", part);
  return new Response(response.body, { status: response.status, headers });
}
