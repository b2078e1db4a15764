// A website on loopback with the built tag on its pages, and the endpoint for signals. It has two host names (two
// origins), records requests, and answers signals as the test configures.
import { once } from "node:events";
import { readFile } from "node:fs/promises";
import { createServer } from "node:http";
import { createServer as createSecureServer } from "node:https";
import { extname } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { compile } from "../../../pkg/compile-node.js";
import { until } from "./page.mjs";
import { silence } from "./media.mjs";

const PACKAGE = new URL("../../../pkg/", import.meta.url);
const BEFORE = new URL("../before/", import.meta.url);
const TYPES = {
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript",
  ".wasm": "application/wasm",
  ".wav": "audio/wav",
};

export const POLICY =
  "script-src 'self' 'wasm-unsafe-eval'; connect-src 'self'; require-trusted-types-for 'script'; trusted-types 'none'";

/** A page unless the test says otherwise: `tag` are the options of the tag, null for none. */
const PAGE = {
  title: "A page",
  head: "",
  body: "<h1>A page</h1>",
  before: [],
  tag: {},
  policy: POLICY,
  headers: {},
};
const TAG = { model: "/model.lsm", endpoint: "/signals" };

const bundles = new Map();
/** A script of before/, with what it imports. */
function before(name) {
  if (!bundles.has(name)) {
    const entryPoints = [fileURLToPath(new URL(name, BEFORE))];
    // The fake clock asks for these only where it finds Node.
    const external = ["util", "timers", "timers/promises"];
    const bundle = build({ entryPoints, bundle: true, format: "iife", write: false, external });
    bundles.set(
      name,
      bundle.then(({ outputFiles }) => outputFiles[0].text),
    );
  }
  return bundles.get(name);
}

const attributes = (options) =>
  Object.entries(options)
    .filter(([, value]) => value !== undefined)
    .map(([name, value]) => `data-${name}="${value}"`)
    .join(" ");

const script = (src, rest) => `<script src="${src}"${rest ? ` ${rest}` : ""}></script>`;

function render(page, load) {
  const scripts = ["human", ...page.before].map((name) => {
    const [file, query = ""] = name.split("?");
    return script(`/before/${file}.js?${query.replace("step=", `load=${load}&step=`)}`);
  });
  if (page.tag) scripts.push(script("/leadscore/tag.js", `type="module" ${attributes({ ...TAG, ...page.tag })}`));
  return `<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><title>${page.title}</title><link rel="icon" href="data:,">
${scripts.join("\n")}
${page.head}</head>
<body>${page.body}</body>
</html>`;
}

export class Site {
  /** The site's origin, and the same site under another name. */
  origin = "";
  other = "";
  /** @type {() => Promise<void>} */
  close = async () => {};
  /** The body of every POST to the endpoint, as `{ signal, type, path, at }`. */
  received = [];
  /** Everything that was asked for, as `{ method, path, headers }`. */
  requests = [];
  /**
   * The endpoint's response to its n-th POST: `{ status, headers, body, delay }`, "hang" or "destroy".
   *
   * @type {(post: any, count: number) => any}
   */
  answer = () => ({ status: 202 });
  #pages = new Map();
  #files = new Map();
  #types = new Map();
  #common = {};
  #hanging = new Set();
  #loads = 0;

  /** Sets options for all pages, such as `before` or `tag`. */
  pages(options) {
    this.#common = { ...this.#common, ...options };
  }

  page(path, options) {
    this.#pages.set(path, options);
  }

  /** With null as the body, the file does not exist. */
  file(path, body, type) {
    this.#files.set(path, body);
    if (type) this.#types.set(path, type);
  }

  /** Leaves requests for this path without an answer. */
  hang(path) {
    this.#hanging.add(path);
  }

  model(json, path = "/model.lsm") {
    this.#files.set(path, compile(json));
  }

  /** Waits for so many signals; gives all that have arrived. */
  async signals(count) {
    await until(() => this.received.length >= count, `${count} signals`).catch((error) => {
      const seen = this.received.map(({ signal }) => `${signal?.data?.stage} ${signal?.id}`);
      throw new Error(`${error.message}; there are ${seen.length}: ${seen.slice(0, 20).join(", ")}`);
    });
    return this.received;
  }

  until = (ask, what = ask.toString(), patience) => until(ask, what, patience);

  async #find(path) {
    if (this.#files.has(path)) return this.#files.get(path);
    if (path.startsWith("/leadscore/")) return readFile(new URL(`.${path.slice("/leadscore".length)}`, PACKAGE));
    if (path.startsWith("/before/")) return before(`.${path.slice("/before".length)}`);
    if (path.endsWith(".wav")) return silence(2);
    return extname(path) && !path.endsWith(".html") ? null : undefined;
  }

  async #get(request, response, path) {
    const file = await this.#find(path).catch((error) => {
      if (error.code === "ENOENT") return null;
      throw error;
    });
    if (file === null) return response.writeHead(404).end();
    if (file !== undefined) {
      const type = this.#types.get(path) ?? TYPES[extname(path)] ?? "application/octet-stream";
      return response.writeHead(200, { "content-type": type, "cache-control": "no-cache" }).end(file);
    }
    const page = { ...PAGE, ...this.#common, ...this.#pages.get(path) };
    response.writeHead(page.status ?? 200, {
      "content-type": TYPES[".html"],
      ...(page.policy && { "content-security-policy": page.policy }),
      ...page.headers,
    });
    response.end(render(page, (this.#loads += 1)));
  }

  async #post(request, response, path) {
    const type = request.headers["content-type"];
    let body = "";
    for await (const chunk of request.setEncoding("utf8")) body += chunk;
    this.received.push({ signal: JSON.parse(body), type, path, at: performance.now(), headers: request.headers });
    const answer = this.answer(this.received.at(-1), this.received.length);
    if (answer === "hang") return;
    if (answer === "destroy") return request.socket.destroy();
    if (answer.delay) await new Promise((done) => setTimeout(done, answer.delay));
    response.writeHead(answer.status, answer.headers).end(answer.body);
  }

  async handle(request, response) {
    const path = new URL(request.url, "http://site").pathname;
    const { method, headers } = request;
    this.requests.push({ method, path, headers });
    if (this.#hanging.has(path)) return;
    if (method === "POST") await this.#post(request, response, path);
    else await this.#get(request, response, path);
  }
}

const ports = new Set();

/**
 * A site on a free port, so also with an empty storage of its own: a port that this process has used before is not
 * taken again, because a browser that is still open may remember it. With a `certificate` the site uses HTTPS.
 *
 * @param {{ key: string, cert: string }} [certificate]
 */
export async function serve(certificate) {
  const site = new Site();
  const handle = (request, response) => {
    site.handle(request, response).catch((error) => {
      console.error(`site: ${request.method} ${request.url}: ${error.stack}`);
      response.destroy();
    });
  };
  const server = certificate ? createSecureServer(certificate, handle) : createServer(handle);
  const scheme = certificate ? "https" : "http";
  let port;
  for (;;) {
    await once(server.listen(0, "127.0.0.1"), "listening");
    ({ port } = /** @type {import("node:net").AddressInfo} */ (server.address()));
    if (!ports.has(port)) break;
    await once(server.close(), "close");
  }
  ports.add(port);
  site.origin = `${scheme}://127.0.0.1:${port}`;
  site.other = `${scheme}://localhost:${port}`;
  site.close = async () => {
    const closed = once(server, "close");
    server.close();
    server.closeAllConnections();
    await closed;
  };
  return site;
}
