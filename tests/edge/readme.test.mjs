// The worker of the README runs unchanged in workerd.
import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { Response } from "miniflare";
import { compile } from "../../pkg/compile-node.js";
import { Lead, Model } from "../../pkg/edge-node.js";
import { bundle, startWorker } from "../lib/worker.mjs";
import { consumer, root } from "../packages/lib/consumer.mjs";

const SITE = "https://acme.example";
const model = compile({
  name: "acme-web",
  rules: [{ id: "pricing", event: "page_view", path: "/pricing", points: 50 }],
  stages: [{ id: "mql", at: 60, near: 20 }],
});

test("the README's worker", async (t) => {
  const [, code] = [...readFileSync(join(root, "README.md"), "utf8").matchAll(/```js\n([\s\S]*?)```/g)];
  const folder = consumer("readme-edge", { "worker.js": code[1] });
  writeFileSync(join(folder, "acme.lsm"), model);
  await bundle(folder);
  const asked = [];
  const assets = (request) => {
    asked.push(new URL(request.url).pathname);
    return new Response("<!doctype html><html><body></body></html>", { headers: { "content-type": "text/html" } });
  };
  const server = startWorker(folder, {
    bindings: { KEY: "a secret of thirty-two bytes or more", TOKEN: "a-token-of-16-characters-or-more", SITE },
    serviceBindings: { ASSETS: assets },
    d1Databases: ["DB"],
  });
  t.after(() => server.dispose());
  const cookie = `leadscore=AA.v-1.${new Lead(new Model(model), { id: "v-1" })}`;
  const headers = { accept: "text/html", "user-agent": "Mozilla/5.0 Gecko Firefox/140.0" };
  const visit = async (path, cookies) => {
    const response = await server.dispatchFetch(SITE + path, { headers: { ...headers, cookie: cookies } });
    assert.equal(response.status, 200);
    return { text: await response.text(), sealed: response.headers.getSetCookie()[0]?.split(";")[0] };
  };
  assert.match((await visit("/", cookie)).text, /data-leadscore-segment="visitor"/);
  const { sealed } = await visit("/pricing", cookie);
  assert.match((await visit("/", `${cookie}; ${sealed}`)).text, /data-leadscore-segment="near-mql"/);
  assert.deepEqual(asked, ["/", "/pricing", "/home-near-mql"]);
});
