// The demo for browsers whose automation cannot be hidden by an option: the tag sends no signals from automated
// browsers, so a script at the start of each page hides it.
import { readFile } from "node:fs/promises";
import { createServer, request as ask } from "node:http";
import { startDemo } from "./harness.mjs";

const SCRIPT = new URL("../browser/before/human.js", import.meta.url);
const PATH = "/before/human.js";

/** A demo with this before it: its own `demo`, the `origin` to use, and `stop` for both. */
export async function startForHumans() {
  const script = await readFile(SCRIPT);
  const server = createServer((request, response) => {
    if (request.url === PATH) return response.writeHead(200, { "content-type": "text/javascript" }).end(script);
    const { method, headers } = request;
    const asked = ask(demo.origin + request.url, { method, headers: asAskedFor(headers, demo.origin) }, (answer) => {
      pass(answer, response).catch(() => response.destroy());
    });
    asked.on("error", () => response.destroy());
    request.pipe(asked);
  });
  await /** @type {Promise<void>} */ (new Promise((ready) => server.listen(0, "127.0.0.1", ready)));
  const origin = `http://localhost:${/** @type {import("node:net").AddressInfo} */ (server.address()).port}`;
  const demo = await startDemo({ ORIGIN: origin });
  return {
    origin,
    demo,
    async stop() {
      server.closeAllConnections();
      await new Promise((closed) => server.close(closed));
      return demo.stop();
    },
  };
}

function asAskedFor(headers, origin) {
  return {
    ...headers,
    host: new URL(origin).host,
    "accept-encoding": "identity",
    "user-agent": headers["user-agent"].replace("Headless", ""),
  };
}

async function pass(answer, response) {
  const { statusCode, headers } = answer;
  if (!headers["content-type"]?.startsWith("text/html")) {
    response.writeHead(statusCode, headers);
    return answer.pipe(response);
  }
  let page = "";
  for await (const chunk of answer.setEncoding("utf8")) page += chunk;
  const { "content-length": _, "transfer-encoding": __, ...rest } = headers;
  response.writeHead(statusCode, rest).end(page.replace(/<head[^>]*>/, `$&<script src="${PATH}"></script>`));
}
