// The destination of forwarding: a local server that answers as configured and records requests.
import { once } from "node:events";
import { createServer } from "node:http";
import { after } from "node:test";

export async function hook() {
  const got = [];
  // One answer for each request, the last of them for all that follow.
  const answers = [{ status: 204 }];
  const server = createServer(async (request, response) => {
    let body = "";
    for await (const chunk of request) body += chunk;
    got.push({ url: request.url, headers: request.headers, body });
    const { status, headers, body: said = "body" } = answers.length > 1 ? answers.shift() : answers[0];
    response.writeHead(status, headers).end(said);
  });
  await once(server.listen(0, "127.0.0.1"), "listening");
  after(() => server.close());
  const url = `http://127.0.0.1:${/** @type {import("node:net").AddressInfo} */ (server.address()).port}`;
  return { url, got, answer: (...next) => answers.splice(0, answers.length, ...next) };
}

/** A platform's context of a request: promises continue after the response. */
export function context() {
  const promises = [];
  return { waitUntil: (promise) => promises.push(promise), settled: () => Promise.all(promises) };
}
