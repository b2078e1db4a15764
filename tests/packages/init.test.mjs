// `npx leadscore init`: from a static site of 20 pages to a score in the inspector, with no file edited by hand.
import assert from "node:assert/strict";
import { spawn, spawnSync } from "node:child_process";
import { existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import { extname, join } from "node:path";
import { after, before, test } from "node:test";
import { pathToFileURL } from "node:url";
import { launch } from "./lib/browser.mjs";
import { consumer, root } from "./lib/consumer.mjs";
import { PATHS, staticSite } from "./lib/static-site.mjs";

const TYPES = {
  ".html": "text/html",
  ".js": "text/javascript",
  ".wasm": "application/wasm",
  ".xml": "application/xml",
};
const DAY = 86_400_000;

let folder;
let site;
let browser;
before(async () => {
  folder = consumer("init");
  site = staticSite(join(folder, "public"));
  browser = await launch();
});
after(() => browser?.close());

const program = () => join(folder, "node_modules/.bin/leadscore");
const run = (...args) => spawnSync(program(), args, { cwd: folder, encoding: "utf8" });
/** The same without blocking, for a server in this process. */
const runBeside = (args, cwd) =>
  new Promise((resolve) => {
    const child = spawn(program(), args, { cwd, stdio: ["ignore", "ignore", "pipe"] });
    let stderr = "";
    child.stderr.on("data", (data) => (stderr += data));
    child.on("close", (status) => resolve({ status, stderr }));
  });

/** A web server for files, as static hosts are. */
async function serve(root) {
  const server = createServer((request, response) => {
    const { pathname } = new URL(request.url, "http://localhost");
    const path = join(root, pathname.endsWith("/") ? `${pathname}index.html` : pathname);
    if (!existsSync(path)) return response.writeHead(404).end();
    response.writeHead(200, { "content-type": TYPES[extname(path)] ?? "application/octet-stream" });
    return response.end(readFileSync(path));
  });
  await /** @type {Promise<void>} */ (new Promise((ready) => server.listen(0, "127.0.0.1", ready)));
  return {
    origin: `http://127.0.0.1:${/** @type {import("node:net").AddressInfo} */ (server.address()).port}`,
    close: () => server.close(),
  };
}

const model = (at = folder) => JSON.parse(readFileSync(join(at, "leadscore-model/model.json"), "utf8"));
const authoring = () => import(pathToFileURL(join(folder, "node_modules/leadscore/compile-node.js")).href);
const rule = (id, of = model()) => of.rules.find((rule) => rule.id === id);

test("a site of 20 pages has a model, the tag's files and its line after one command", () => {
  assert.equal(PATHS.length, 20);
  const { status, stderr } = run("init", "public", "--insert", "--name", "kite");
  assert.equal(status, 0, stderr);
  assert.match(stderr, /20 pages read/);
  assert.deepEqual(rule("pricing").path, "/pricing{.html}?");
  assert.deepEqual(rule("demo-request").where, { form_id: "book-demo" });
  assert.deepEqual(rule("newsletter").where, { form_id: "news" });
  assert.deepEqual(rule("job-seeker").path, "/careers{.html}?");
  assert.deepEqual(model().stages[0].auto, ["demo-request"]);
  for (const { id, title } of model().rules) assert.ok(title.en && title.de, id);
  const check = run("check", "leadscore-model/model.json");
  assert.equal(check.stdout, "leadscore-model/model.json: no errors, no warnings\n");
  const parts = ["video.js", "data-layer.js", "embeds.js", "consent-tools.js"];
  for (const file of [
    "tag.js",
    "browser.wasm",
    ...parts,
    "inspector.js",
    "leadscore.wasm",
    "kite.lsm",
    "kite.titles.json",
  ])
    assert.ok(existsSync(join(site, "leadscore", file)), file);
  const line =
    /<script type="module" src="\/leadscore\/tag.js" data-model="\/leadscore\/kite.lsm" data-titles="\/leadscore\/kite.titles.json"><\/script>/g;
  for (const path of PATHS) {
    const html = readFileSync(join(site, path.endsWith("/") ? `${path}index.html` : path), "utf8");
    assert.equal(html.match(line)?.length, 1, path);
  }
  const readme = readFileSync(join(folder, "leadscore-model/README.md"), "utf8");
  assert.match(readme, /\| prices \| `\/pricing.html` \|/);
  assert.match(readme, /npx leadscore compile leadscore-model\/model.json -o public\/leadscore\/kite.lsm/);
});

test("a visitor's score is in the inspector, pricing.html counts", async () => {
  const server = await serve(site);
  const page = await browser.newPage();
  const complaints = [];
  page.on("pageerror", (error) => complaints.push(error.message));
  try {
    await page.goto(`${server.origin}/pricing.html?leadscore=inspect`);
    const inspector = page.locator("leadscore-inspector");
    await inspector.getByText("17", { exact: true }).first().waitFor();
    await inspector.getByText("Asked for a demo").first().waitFor();
    await page.goto(`${server.origin}/demo.html?leadscore=inspect`);
    await page.locator("[name=email]").first().fill("a@b.example");
    await page.locator("[name=company]").fill("B");
    await page.locator("#book-demo button").click();
    await page.waitForURL(/thanks/);
    await page.goto(`${server.origin}/?leadscore=inspect`);
    await inspector.getByText("mql").first().waitFor();
    assert.deepEqual(complaints, []);
  } finally {
    await page.close();
    server.close();
  }
});

/** The model that the guide has its reader write. */
const guide = () => {
  const page = readFileSync(join(root, "www/docs/pages/website-owner.md"), "utf8");
  return /```json file=model\.json\n([^]*?)```/.exec(page)[1];
};

for (const [name, bytes] of /** @type {[string, () => Promise<Uint8Array>][]} */ ([
  ["the model of init", async () => readFileSync(join(site, "leadscore/kite.lsm"))],
  ["the guide's model", async () => (await authoring()).compile(guide())],
]))
  test(`on a busy first day ${name} comes near its stage`, async () => {
    const runtime = await import(pathToFileURL(join(folder, "node_modules/leadscore/node.js")).href);
    await runtime.default();
    const lead = new runtime.Lead(new runtime.Model(await bytes()), { id: "v" });
    let now = Date.UTC(2026, 10, 23, 9);
    const segment = (type, path, props) => {
      now += 70_000;
      lead.ingest({ type, url: `https://kite.example${path}`, props }, now);
      return lead.snapshot(now).segment;
    };
    for (const path of ["/", "/a.html", "/b.html", "/c.html", "/d.html"])
      assert.equal(segment("page_view", path), "visitor");
    assert.equal(segment("user_engagement", "/", { engaged_seconds: 70 }), "visitor");
    assert.equal(segment("page_view", "/pricing.html"), "near-mql");
    now += DAY;
    segment("page_view", "/pricing.html");
    assert.equal(segment("user_engagement", "/pricing", { engaged_seconds: 70 }), "mql");
  });

test("an existing model is not replaced, and missing parts are reported", () => {
  const before = readFileSync(join(folder, "leadscore-model/model.json"), "utf8");
  const again = run("init", "public");
  assert.equal(again.status, 2);
  assert.match(again.stderr, /model\.json: already exists.*--force/);
  assert.equal(readFileSync(join(folder, "leadscore-model/model.json"), "utf8"), before);
  for (const [args, says] of /** @type {[string[], RegExp][]} */ ([
    [["init"], /\[SITE\]/],
    [["init", "node_modules/.bin"], /no pages found/],
    [["init", "public", "--nmae", "x"], /nmae/],
  ])) {
    const { status, stderr } = run(...args);
    assert.equal(status, 2, stderr);
    assert.match(stderr, says);
  }
  // The line is in a page once, however often init runs; flags replace the questions in a terminal.
  const forced = run(
    "init",
    "public",
    "--insert",
    "--force",
    "--pricing",
    "/plans,/prices",
    "--careers",
    "-",
    "--name",
    "Kite 2",
  );
  assert.equal(forced.status, 0, forced.stderr);
  assert.deepEqual(rule("pricing").path, ["/plans/*", "/prices/*"]);
  assert.equal(rule("job-seeker"), undefined);
  assert.equal(model().name, "kite-2");
  assert.equal(readFileSync(join(site, "index.html"), "utf8").match(/tag\.js/g).length, 1);
});

test("a running site is read by its sitemap, or otherwise by its links", async () => {
  const server = await serve(site);
  try {
    const locations = PATHS.map((path) => `<url><loc>${server.origin}${path}</loc></url>`).join("");
    for (const hasSitemap of [true, false]) {
      const sitemap = join(site, "sitemap.xml");
      if (hasSitemap) writeFileSync(sitemap, `<?xml version="1.0"?><urlset>${locations}</urlset>`);
      else rmSync(sitemap);
      const { status, stderr } = await runBeside(["init", server.origin, "--force"], folder);
      assert.equal(status, 0, stderr);
      assert.match(stderr, hasSitemap ? /20 pages read/ : /following the links.*\n[1-9]\d* pages read/);
      assert.deepEqual(rule("pricing").path, "/pricing{.html}?");
      assert.deepEqual(rule("demo-request").where, { form_id: "book-demo" });
    }
  } finally {
    server.close();
  }
});
