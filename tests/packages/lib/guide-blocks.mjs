// Runs each kind of block of the guide. `scene` is the folder of a page's blocks, with the package installed.
import assert from "node:assert/strict";
import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { copyFileSync, existsSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { build } from "esbuild";
import { Response } from "miniflare";
import { check, compile } from "../../../pkg/compile-node.js";
import { Lead, Model } from "../../../pkg/edge-node.js";
import { LONG_PATIENCE } from "../../lib/patience.mjs";
import { freePort, until } from "../../lib/server.mjs";
import { bundle, startWorker } from "../../lib/worker.mjs";
import { native, root, run, tool } from "./consumer.mjs";
import { document, openPage, site } from "./guide-page.mjs";

const PACKAGE = join(root, "pkg");
const TAG = '<script type="module" src="/leadscore/tag.js" data-model="/leadscore/acme.lsm"></script>';
/** The first code of a page with npm. */
const START = 'import { start } from "leadscore/browser";\nawait start({ model: "/acme.lsm" });\n';
const KEY = "a secret of thirty-two bytes or more";
const TOKEN = "a-token-of-16-characters-or-more";

const PRICING = compile({
  name: "acme-web",
  rules: [{ id: "pricing", event: "page_view", path: "/pricing", points: 50 }],
  stages: [{ id: "mql", at: 50, near: 20 }],
});

/** Packages that the reader of a page has besides. */
const THEIRS = [
  "react",
  "vue",
  "analytics",
  "@segment/analytics-next",
  "@rudderstack/analytics-js",
  "@openfeature/server-sdk",
];

/** By the info string of a fence, or by the language alone if there is no more. */
export const RUNNERS = {
  json: runModel,
  "json in=errors": runBrokenModel,
  ndjson: save,
  sh: runShell,
  "sh in=native": runNative,
  "sql in=spark": runSpark,
  console: runConsole,
  js: runInNode,
  jsx: runBundle,
  "js in=page": runInPage,
  "js in=edge": runAtEdge,
  "js in=workerd": runInWorkerd,
  "js in=serve": runServer,
  html: runMarkup,
  toml: runSettings,
  http: runPolicy,
};

/** Bundles the code like a framework does: all its imports must exist, with the names that it uses. */
async function runBundle({ folder }, { code }) {
  const { warnings } = await build({
    stdin: { contents: code, loader: "jsx", resolveDir: folder },
    alias: Object.fromEntries(THEIRS.map((name) => [name, join(root, "node_modules", name)])),
    // Of a project of Next.js, and a server's own modules.
    external: ["next/*", "./edge.js", "node:*", "async_hooks"],
    jsx: "automatic",
    bundle: true,
    format: "esm",
    write: false,
    logLevel: "silent",
  });
  assert.deepEqual(warnings, []);
}

export const kindOf = ({ language, in: where }) => (where ? `${language} in=${where}` : language);

function save({ folder }, { file, code }) {
  assert.ok(file, "other blocks use it by its name");
  writeFileSync(join(folder, file), code);
}

// A part of a model is placed in a model; a complete one must cause no warnings either.
function runModel(scene, block) {
  const written = JSON.parse(block.code);
  const isWhole = "name" in written;
  const any = [{ id: "any", event: "page_view", points: 1 }];
  const { errors, warnings } = check(isWhole ? written : { name: "part", rules: any, ...written });
  assert.deepEqual(errors, []);
  if (isWhole) assert.deepEqual(warnings, []);
  if (block.file) save(scene, block);
}

function runBrokenModel(scene, block) {
  assert.ok(check(block.code).errors.length > 0);
  save(scene, block);
}

function shell(folder, script) {
  const path = [join(folder, "node_modules/.bin"), dirname(native), process.env.PATH].join(":");
  const env = { ...process.env, PATH: path };
  const { stdout, status } = spawnSync("bash", ["-c", `exec 2>&1; ${script}`], { cwd: folder, env, encoding: "utf8" });
  return { stdout, status };
}

// The example on Cloudflare is run by its settings, and what the page says has to be among them.
function runSettings({ folder }, { code }) {
  const read = (path) =>
    JSON.parse(run(tool("bun"), ["-e", `console.log(JSON.stringify(require(${JSON.stringify(path)})))`]));
  const path = join(folder, "wrangler.toml");
  writeFileSync(path, code);
  const { main, ...said } = read(path);
  if (main) assert.ok(existsSync(join(folder, main)));
  const example = read(join(root, "examples/edge/cloudflare/wrangler.toml"));
  for (const [name, value] of Object.entries(said)) assert.deepEqual(value, example[name]);
}

function runShell({ folder }, { code }) {
  // The folder has it from the very tarball that would be published, and there may be no network.
  const lines = code.split("\n").filter((line) => line !== "npm install ../leadscore/pkg");
  assert.ok(existsSync(join(folder, "node_modules/leadscore/package.json")));
  const { stdout, status } = shell(folder, `set -e\n${lines.join("\n")}`);
  assert.equal(status, 0, stdout);
}

/** The commands of the program that is made of Rust, on the files that they name. */
function runNative({ folder }, { code }) {
  const event = (visitor, at) => `{"visitor":"${visitor}","type":"page_view","url":"/pricing","at":${at}}\n`;
  writeFileSync(join(folder, "model.lsm"), PRICING);
  writeFileSync(join(folder, "monday.ndjson"), event("a", 1_795_255_200_000) + event("b", 1_795_255_300_000));
  writeFileSync(join(folder, "tuesday.ndjson"), event("a", 1_795_341_600_000));
  const prepared = `cat *day.ndjson | gzip > events.ndjson.gz`;
  const path = `PATH=${dirname(native)}:$PATH`;
  const { stdout, status } = shell(folder, `set -e; ${path}; ${prepared}; ${code}\ntest -s scores.ndjson`);
  assert.equal(status, 0, stdout);
}

/** The statement has to be that of the example, which Spark runs in tests/scale/spark.test.mjs. */
function runSpark(_, { code }) {
  const statement = (text) =>
    text
      .replace(/^ *--.*$/gm, "")
      .replace(/\$\{(\w+)\}/g, (_, name) => ({ leadscore: "leadscore", model: "model.lsm" })[name])
      .replace(/\s+/g, "");
  assert.equal(statement(code), statement(readFileSync(join(root, "examples/spark/states.sql"), "utf8")));
}

function runConsole({ folder }, { code }) {
  // A command reaches to the first line that is its output.
  const [first, ...lines] = code.split("\n");
  assert.match(first, /^\$ /);
  // The program of the command line that is made of Rust; the package's has two of its commands.
  const program = first.slice(2).replace(/^leadscore /, `${native} `);
  assert.equal(shell(folder, program).stdout, lines.join("\n"));
}

function runInNode({ folder }, { file, code, line }) {
  const name = file ?? `block-${line}.mjs`;
  writeFileSync(join(folder, name), code);
  run(process.execPath, [name], { cwd: folder, timeout: LONG_PATIENCE });
}

/** The page's own model where it has compiled one. */
const modelOf = ({ folder }) => {
  const own = ["acme.lsm", "public/leadscore/acme.lsm"].map((path) => join(folder, path)).find(existsSync);
  return own ? readFileSync(own) : PRICING;
};

const filesOf = (scene) => ({ "/acme.lsm": modelOf(scene), "/leadscore/acme.lsm": modelOf(scene) });

async function runInPage(scene, { code, line }) {
  const entry = join(scene.folder, `page-${line}.js`);
  const isInspector = code.includes("toggle");
  writeFileSync(entry, isInspector ? code + START : code);
  /** @type {import("esbuild").BuildOptions & { write: false }} */
  const options = { entryPoints: [entry], bundle: true, format: "esm", write: false, logLevel: "error" };
  const { outputFiles } = await build(options);
  const isTagged = !isInspector && !code.includes("leadscore/browser");
  const files = {
    ...filesOf(scene),
    "/app.js": outputFiles[0].contents,
    "/run.js": 'await import("/app.js"); document.documentElement.dataset.ran = "yes";',
    "/": document(`${isTagged ? TAG : ""}<script type="module" src="/run.js"></script>`),
  };
  const folders = { "/leadscore/": PACKAGE, "/assets/": PACKAGE, "/": PACKAGE };
  await inPage(scene, { files, folders }, async ({ page, started, received }) => {
    await page.waitForFunction(() => window.document.documentElement.dataset.ran === "yes");
    if (isTagged) await started();
    if (code.includes("dataset.segment"))
      await page.waitForFunction(() => window.document.documentElement.dataset.segment);
    if (code.includes("endpoint:")) await until(() => received.length > 0, "a signal");
    if (isInspector) {
      await page.keyboard.press("Alt+i");
      await page.locator("leadscore-inspector .receipt tfoot").waitFor({ state: "attached" });
    }
  });
}

async function inPage({ browser }, options, look) {
  const server = await site(options);
  const opened = await openPage(browser, `${server.origin}/`);
  try {
    await look({ ...opened, received: server.received });
    assert.deepEqual(opened.complaints, []);
  } finally {
    await opened.close();
    await server.close();
  }
}

async function runMarkup(scene, { code }) {
  const own = code.includes("tag.js");
  const files = { ...filesOf(scene), "/": document(own ? code : `${TAG}${code}`) };
  await inPage(scene, { files, folders: { "/leadscore/": PACKAGE } }, async ({ page, started }) => {
    await started();
    // All buttons are pressed: none may cause an error.
    for (const button of await page.getByRole("button").all()) await button.click();
  });
}

async function runPolicy(scene, { code }) {
  const headers = Object.fromEntries(
    code
      .trim()
      .split("\n")
      .map((line) => line.split(/: (.*)/)),
  );
  const files = { ...filesOf(scene), "/": document(TAG) };
  await inPage(scene, { files, folders: { "/leadscore/": PACKAGE }, headers }, async ({ page, started }) => {
    await started();
    assert.equal(await page.evaluate(() => leadscore.snapshot().score), 0);
    await page.keyboard.press("Control+Alt+Shift+L");
    await page.locator("leadscore-inspector").waitFor({ state: "attached" });
  });
}

function runAtEdge({ folder }, { code, line }) {
  copyFileSync(new URL("guide-edge.js", import.meta.url), join(folder, "guide-edge.js"));
  writeFileSync(join(folder, `block-${line}.mjs`), code);
  run(process.execPath, ["guide-edge.js", `./block-${line}.mjs`], { cwd: folder, timeout: LONG_PATIENCE });
}

async function runInWorkerd({ folder }, { file, code }) {
  writeFileSync(join(folder, file), code);
  writeFileSync(join(folder, "acme.lsm"), PRICING);
  await bundle(folder, file);
  const page = () => new Response("<!doctype html><html></html>", { headers: { "content-type": "text/html" } });
  const server = startWorker(folder, {
    bindings: { KEY, TOKEN, SITE: "https://acme.example" },
    serviceBindings: { ASSETS: page },
    d1Databases: ["DB"],
  });
  try {
    const cookie = `leadscore=AA.v-1.${new Lead(new Model(PRICING), { id: "v-1" })}`;
    const headers = { accept: "text/html", "user-agent": "Mozilla/5.0 Gecko Firefox/140.0", cookie };
    const response = await server.dispatchFetch("https://acme.example/", { headers });
    assert.match(await response.text(), /data-leadscore-segment="visitor"/);
    if (code.includes("createReceiver")) {
      const refused = await server.dispatchFetch("https://acme.example/signals", { headers });
      assert.equal(refused.status, 401);
    }
  } finally {
    await server.dispose();
  }
}

// A receiver of its own: takes a signal, and lists it to who has the token.
async function runServer({ folder }, { file, code }) {
  writeFileSync(join(folder, file), code);
  writeFileSync(join(folder, "acme.lsm"), PRICING);
  const port = await freePort();
  const SITE = `http://127.0.0.1:${port}`;
  const env = { ...process.env, PORT: String(port), SITE, TOKEN };
  const server = spawn(process.execPath, [file], { cwd: folder, env, stdio: ["ignore", "ignore", "inherit"] });
  const ended = once(server, "exit");
  try {
    await until(() => fetch(SITE).catch(() => undefined), "an answer of the server");
    const lead = new Lead(new Model(PRICING), { id: "v-1", source: SITE });
    const now = Date.now();
    const [signal] = lead.ingest({ type: "page_view", url: "/pricing", at: now }, now);
    const headers = { "content-type": "application/cloudevents+json", origin: SITE };
    const sent = await fetch(`${SITE}/signals`, { method: "POST", headers, body: JSON.stringify(signal) });
    assert.equal(sent.status, 201, await sent.text());
    const list = await fetch(`${SITE}/signals`, { headers: { authorization: `Bearer ${TOKEN}` } });
    assert.equal((await list.json()).signals[0].visitor, "v-1");
  } finally {
    server.kill();
    await ended;
  }
}
