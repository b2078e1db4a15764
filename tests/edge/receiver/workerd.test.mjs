// The receiver in its target environment: in workerd, with D1 and a queue.
import assert from "node:assert/strict";
import { join } from "node:path";
import { after, test } from "node:test";
import { fileURLToPath } from "node:url";
import { verify } from "../../../pkg-config/edge/lib/webhook.js";
import { startD1 } from "./d1.mjs";
import { hook } from "./hook.mjs";
import { CURRENT, decide, get, KEY, post, signal, signed, SITE, TOKEN } from "./make.mjs";

const ROOT = fileURLToPath(new URL("../../..", import.meta.url));
const WORKER = `
  import { createReceiver, d1Store } from "./pkg/edge-workerd.js";
  import model from "./model.lsm";

  let own;
  const receiverOf = (env) => (own ??= createReceiver({
    models: [model],
    names: [],
    store: d1Store(env.DB),
    origins: [env.SITE],
    tokens: [env.TOKEN],
    keys: [env.KEY],
    forward: { to: env.HOOK, secret: env.KEY.secret, queue: env.QUEUE },
  }));
  export default {
    fetch: (request, env, ctx) => receiverOf(env).handle(request, ctx),
    queue: (batch, env) => receiverOf(env).queue(batch),
  };
`;

const file = (type, path) => ({ type, path: join(ROOT, path) });

test("accepts, forwards and lists signals in workerd", async () => {
  const { url, got, answer } = await hook();
  answer({ status: 503 }, { status: 204 });
  const { server } = await startD1({
    script: undefined,
    modulesRoot: ROOT,
    modules: [
      { ...file("ESModule", "worker.js"), contents: WORKER },
      { ...file("Data", "model.lsm"), contents: CURRENT },
      ...["pkg/edge-workerd.js", "pkg/edge.js"].map((path) => file("ESModule", path)),
      file("CompiledWasm", "pkg/edge.wasm"),
    ],
    queueProducers: { QUEUE: "leads" },
    queueConsumers: { leads: { maxBatchSize: 1, maxBatchTimeout: 0, maxRetries: 100 } },
    bindings: { SITE, TOKEN, KEY, HOOK: url },
  });
  after(() => server.dispose());
  const send = async (request) => {
    const { method, headers } = request;
    const body = method === "POST" ? await request.text() : undefined;
    const response = await server.dispatchFetch(request.url, { method, headers: [...headers], body });
    return { status: response.status, headers: response.headers, text: await response.text() };
  };

  const at = Date.now();
  const [first, second] = [signal({ at }), signal({ at, visitor: "v-2", provenance: "edge" })];
  assert.equal((await send(post(first))).status, 201);
  assert.equal((await send(post(first))).status, 200);
  assert.equal((await send(await signed(second, { at }))).status, 201);
  assert.equal((await send(post({ ...first, id: "other" }))).status, 422);
  assert.equal((await send(post("x".repeat(20_000)))).status, 413);

  const preflight = await send(
    new Request("https://a.example/signals", { method: "OPTIONS", headers: { origin: SITE } }),
  );
  assert.equal(preflight.status, 204);
  assert.equal(preflight.headers.get("access-control-allow-origin"), SITE);
  assert.equal((await send(get("", { method: "HEAD" }))).status, 200);
  assert.equal((await send(decide({ visitor: "v-3", stage: "customer" }))).status, 201);

  const list = async () => {
    const { status, text } = await send(get("?kind=signal"));
    assert.equal(status, 200, text);
    return JSON.parse(text).signals;
  };
  // One of the two is refused at first and stays with the queue.
  let forwards;
  for (let tries = 0; tries < 100 && !forwards?.includes("done"); tries++) {
    await new Promise((resolve) => setTimeout(resolve, 50));
    forwards = (await list()).map(({ forward }) => forward);
  }
  assert.ok(forwards.includes("done"), JSON.stringify(forwards));
  assert.deepEqual((await list()).map(({ signal }) => signal.id).sort(), [first.id, second.id].sort());
  const [{ headers, body }] = got;
  assert.equal(await verify([KEY.secret], new Headers(headers), body, Date.now()), true);
});
