// A shared cache that stores everything that headers allow (RFC 9111, RFC 9213), and shows in `x-cache` the source of a
// response.
import { createServer } from "node:http";

/** The first of these that an answer has decides. */
const DECIDING = ["vercel-cdn-cache-control", "cdn-cache-control", "surrogate-control", "cache-control"];

/** Returns for how many seconds an answer may be served to others. */
function lifetime(headers) {
  const name = DECIDING.find((name) => headers.has(name));
  const directives = (headers.get(name) ?? "").toLowerCase();
  if (/private|no-store|no-cache/.test(directives)) return 0;
  return Number((/s-maxage=(\d+)/.exec(directives) ?? /max-age=(\d+)/.exec(directives))?.[1] ?? 0);
}

const isSame = (vary, one, other) =>
  vary !== "*" && vary.split(/\s*,\s*/).every((name) => !name || one[name] === other[name]);

const OF_CONNECTION = /^(content-encoding|transfer-encoding|connection|keep-alive|content-length)$/;

/** Serves the content of `origin`. */
export async function sharedCache(origin) {
  const kept = new Map();
  async function serve(request, response) {
    const known = kept.get(request.url)?.find(({ vary, asked }) => isSame(vary, asked, request.headers));
    if (known) return response.writeHead(200, [...known.headers, "x-cache", "hit"]).end(known.body);
    const { connection, host, "accept-encoding": encoding, ...headers } = request.headers;
    const answer = await fetch(origin + request.url, {
      headers,
      redirect: "manual",
      signal: AbortSignal.timeout(20_000),
    });
    const body = Buffer.from(await answer.arrayBuffer());
    const own = [...answer.headers].filter(([name]) => !OF_CONNECTION.test(name)).flat();
    if (answer.status === 200 && lifetime(answer.headers) > 0) {
      const vary = (answer.headers.get("vary") ?? "").toLowerCase();
      kept.set(request.url, [...(kept.get(request.url) ?? []), { vary, asked: request.headers, headers: own, body }]);
    }
    response.writeHead(answer.status, [...own, "x-cache", "miss"]).end(body);
  }
  const server = createServer((request, response) => {
    serve(request, response).catch((error) => response.writeHead(502).end(`${error.stack} ${error.cause}`));
  });
  await /** @type {Promise<void>} */ (new Promise((ready) => server.listen(0, "127.0.0.1", ready)));
  const { port } = /** @type {import("node:net").AddressInfo} */ (server.address());
  return { url: `http://127.0.0.1:${port}`, close: () => (server.closeAllConnections(), server.close()) };
}
