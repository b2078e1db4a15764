// `mark`: malformed pages, in Node and in workerd. None may lose a byte.
import assert from "node:assert/strict";
import { test } from "node:test";
import { client } from "../../../benches/edge/lib/client.mjs";
import { start } from "../../../benches/edge/lib/workerd.mjs";
import { repeat } from "../../lib/level.mjs";
import { KEY, make, MODEL, request } from "./make.mjs";
import { MARK, pages } from "./pages.mjs";

const SEED = 20261127;
const CASES = repeat({ check: 100, test: 300, all: 1_000 });

const visited = async () => {
  const { edge } = make();
  return edge.visit(request("/", { headers: { accept: "*/*" } }));
};

/** The body in pieces of any size, as a site streams it. */
const streamed = (body, size) =>
  new ReadableStream({
    start(controller) {
      for (let at = 0; at < body.length; at += size) controller.enqueue(new Uint8Array(body.subarray(at, at + size)));
      controller.close();
    },
  });

test("every page is sent unchanged, with the segment on its root element", async () => {
  const visit = await visited();
  for (const [i, { name, type, body, expected }] of pages(CASES, SEED).entries()) {
    const size = [1, 2, 3, 7, 64, 4096, 1 << 20][i % 7];
    const answer = visit.mark(new Response(streamed(body, size), { headers: { "content-type": type } }));
    const found = Buffer.from(await answer.arrayBuffer());
    assert.ok(
      found.equals(expected),
      `case ${i}, ${name}, pieces of ${size}: ${found.toString("latin1").slice(0, 300)}`,
    );
  }
});

const WORKER = `
  import { createEdge } from "./pkg/edge-workerd.js";
  import model from "./model.lsm";
  let edge;
  export default {
    async fetch(request, env, ctx) {
      edge ??= createEdge({ model, keys: env.KEYS, consent: "granted" });
      const given = request.headers;
      const headers = { "content-type": given.get("x-type") };
      if (given.has("x-encoding")) headers["content-encoding"] = given.get("x-encoding");
      const encodeBody = given.get("x-encode") ?? "automatic";
      const body = given.has("x-buffer") ? await request.arrayBuffer() : request.body;
      const visit = await edge.visit(new Request("https://acme.example/", { headers: { accept: "*/*" } }));
      return visit.respond(visit.mark(new Response(body, { headers, encodeBody })), ctx);
    },
  };
`;

test("the same in workerd, which also compresses", async () => {
  const { url, stop } = await start({ script: WORKER, model: MODEL, bindings: { KEYS: [KEY] } });
  const { send, flood, close } = client(8);
  const cases = pages(CASES, SEED + 1).entries();
  const failures = [];
  let marked = 0;
  try {
    await flood(() => {
      const { value, done } = cases.next();
      if (done) return null;
      const [i, { name, type, encoding, body, expected, isMarked }] = value;
      return (async () => {
        const headers = { "x-type": type, "content-length": body.length };
        if (i % 2) headers["x-buffer"] = "1";
        if (encoding)
          Object.assign(headers, { "x-encoding": encoding, "x-encode": "manual", "accept-encoding": encoding });
        const response = await send(url, { method: "POST", headers, body });
        if (response.status !== 200 || !response.body.equals(expected)) {
          failures.push(`case ${i}, ${name}: ${response.status} ${response.body.toString("latin1").slice(0, 300)}`);
        }
        marked += isMarked ? 1 : 0;
      })();
    });
    // A page that workerd compresses itself is marked before compression.
    const { body } = pages(1, SEED)[0];
    const sent = {
      method: "POST",
      body,
      headers: { "x-type": "text/html", "x-encoding": "gzip", "content-length": String(body.length) },
    };
    const answer = await fetch(url, /** @type {RequestInit} */ (sent));
    assert.equal(answer.headers.get("content-encoding"), "gzip");
    assert.ok((await answer.text()).includes(MARK));
  } finally {
    close();
    await stop();
  }
  assert.deepEqual(failures, []);
  assert.ok(marked > CASES / 4);
});

test("a page that workerd's rewriter has changed is marked, to its end", async () => {
  const page = `<!doctype html><html><body><header></header>${"<p>text</p>".repeat(10_000)}</body></html>`;
  const rewritten = "new HTMLRewriter().on('header', { element: (slot) => void slot.append('head') }).transform(";
  const script = WORKER.replace("visit.mark(", `visit.mark(${rewritten}`).replace("encodeBody }))", "encodeBody })))");
  const { url, stop } = await start({ script, model: MODEL, bindings: { KEYS: [KEY] } });
  try {
    const answer = await fetch(url, { method: "POST", body: page, headers: { "x-type": "text/html" } });
    const expected = page.replace("<html", `<html${MARK}`).replace("<header>", "<header>head");
    assert.equal(await answer.text(), expected);
  } finally {
    await stop();
  }
});

test("a page whose source fails also fails for the reader, and a reader who cancels ends the source", async () => {
  const visit = await visited();
  const headers = { "content-type": "text/html" };
  for (const before of [[], ["<!doctype"], ["<!doctype html><html><p>"]]) {
    const pieces = before.map((text) => new TextEncoder().encode(text));
    const pull = (controller) => {
      const piece = pieces.shift();
      if (piece) controller.enqueue(piece);
      else controller.error(new Error("the origin broke off"));
    };
    const broken = visit.mark(new Response(new ReadableStream({ pull }), { headers }));
    await assert.rejects(broken.text(), /broke off/);
  }
  let reason;
  const endless = new ReadableStream({
    pull: (controller) => controller.enqueue(new TextEncoder().encode("<!doctype html><html><p>")),
    cancel: (given) => void (reason = given),
  });
  const reader = visit.mark(new Response(endless, { headers })).body.getReader();
  await reader.read();
  await reader.cancel("enough");
  while (reason === undefined) await new Promise(setImmediate);
  assert.equal(reason, "enough");
});

test("a page without a body, in use, or of a part is left alone, and headers of the former body go", async () => {
  const visit = await visited();
  const headers = { "content-type": "text/html", etag: '"1"', "content-length": "13", digest: "x", "x-own": "1" };
  for (const response of [
    new Response(null, { headers, status: 304 }),
    new Response("<html>", { headers, status: 206 }),
    new Response("<html>", { headers: { "content-type": "text/css" } }),
  ])
    assert.equal(visit.mark(response), response);
  const used = new Response("<html>", { headers });
  await used.text();
  assert.equal(visit.mark(used), used);

  const page = new Response("<html></html>", { headers, status: 404 });
  const marked = visit.mark(page);
  assert.equal(marked.status, 404);
  assert.equal(await marked.text(), `<html${MARK}></html>`);
  assert.deepEqual([...marked.headers.keys()], ["content-type", "x-own"]);
});
