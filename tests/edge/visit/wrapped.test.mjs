// Plain workers that change the response before and after the visit has answered.
import assert from "node:assert/strict";
import { test } from "node:test";
import { isPrivate, read } from "../wrappers/check.mjs";
import { make, request } from "./make.mjs";

const PAGE = "<!doctype html><html><p>Hi</p></html>";
const HEADERS = {
  "content-type": "text/html",
  "cache-control": "public, max-age=3600",
  "cdn-cache-control": "max-age=9",
  "surrogate-control": "max-age=9",
  expires: new Date(Date.now() + 3_600_000).toUTCString(),
  etag: '"1"',
  "set-cookie": "own=1",
};
const page = () => new Response(PAGE, { headers: HEADERS });

/** Changes to the page's response before the visit gets it. */
const BEFORE = {
  "as it is": (response) => response,
  "a clone of it": (response) => response.clone(),
  "a copy of it": (response) => new Response(response.body, response),
  "its text in a new response": async (response) => new Response(await response.text(), response),
  "its body through a stream": ({ body, status, headers }) =>
    new Response(body.pipeThrough(new TransformStream()), { status, headers }),
};
/**
 * Changes to the visit's response. They may also read the response that the visit was given.
 *
 * @type {Record<string, (response: Response, given: Response) => Response | Promise<Response>>}
 */
const AFTER = {
  ...BEFORE,
  "headers of its own added": (response) => (response.headers.set("x-own", "1"), response),
  "new headers, set one by one": ({ body, status, headers: given }) => {
    const headers = new Headers();
    for (const [name, value] of given) headers.append(name, value);
    return new Response(body, { status, headers });
  },
  "headers as a list": ({ body, status, headers }) => new Response(body, { status, headers: [...headers] }),
  "the replaced page's headers put over it": (response, given) => {
    for (const [name, value] of given.headers) if (name !== "set-cookie") response.headers.set(name, value);
    return response;
  },
  "the replaced page's headers under it": ({ body, headers: own }, given) => {
    const headers = new Headers(given.headers);
    for (const [name, value] of own) if (name !== "set-cookie") headers.set(name, value);
    headers.delete("set-cookie");
    for (const cookie of own.getSetCookie()) headers.append("set-cookie", cookie);
    return new Response(body, { headers });
  },
};

for (const isMarked of [true, false])
  test(`a response with a visitor's cookie stays private in a plain worker, ${isMarked ? "marked" : "not marked"}`, async () => {
    for (const [before, prepare] of Object.entries(BEFORE)) {
      for (const [after, wrap] of Object.entries(AFTER)) {
        const { edge } = make();
        const visit = await edge.visit(request("/pricing"));
        const given = await prepare(page());
        const answer = await visit.respond(isMarked ? visit.mark(given) : given);
        isPrivate(await read(await wrap(answer, given)), `${before}, then ${after}`, { isMarked, others: ["own=1"] });
      }
    }
  });

test("`isPrivate` finds public responses", async () => {
  for (const headers of [
    { "cache-control": "public" },
    { "cache-control": "private", "cdn-cache-control": "max-age=9" },
    { "cache-control": "s-maxage=9" },
    {},
  ]) {
    const all = new Headers({ ...headers, "set-cookie": "__Host-leadscore=2.x" });
    assert.throws(() => isPrivate({ status: 200, headers: all, text: PAGE }, "it"), JSON.stringify(headers));
  }
  const fine = new Headers({ "cache-control": "private, no-cache", "set-cookie": "__Host-leadscore=2.x" });
  isPrivate({ status: 200, headers: fine, text: PAGE }, "it");
});
