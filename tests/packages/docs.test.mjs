// The guide: every block of code of every page runs, its references are complete, and all links work.
import assert from "node:assert/strict";
import { existsSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { Ajv } from "ajv";
import { launchChromium } from "../demo/harness.mjs";
import { errorsOf } from "../../www/docs/build/errors.mjs";
import { guide, sourceOf } from "../../www/docs/build/guide.mjs";
import { blocksOf } from "../../www/docs/build/markdown.mjs";
import { addressOf, PAGES } from "../../www/docs/build/pages.mjs";
import { consumer, root } from "./lib/consumer.mjs";
import { until } from "../lib/server.mjs";
import { kindOf, RUNNERS } from "./lib/guide-blocks.mjs";
import { document, openPage, site } from "./lib/guide-page.mjs";

const read = (path) => readFileSync(join(root, path), "utf8");
const files = await guide();
const htmlOf = (slug) => files[slug === "" ? "index.html" : `${slug}.html`];

let browser;
before(async () => (browser = await launchChromium()));
after(() => browser?.close());

let installed;
/** A folder for the blocks of a page, with the package installed as its reader would have it. */
function project(slug) {
  installed ??= consumer("guide");
  const folder = join(installed, `page-${slug}`);
  mkdirSync(folder);
  writeFileSync(join(folder, "package.json"), JSON.stringify({ name: slug, private: true, type: "module" }));
  symlinkSync(join(installed, "node_modules"), join(folder, "node_modules"));
  // The page of website owners begins with a site.
  if (slug === "website-owner") {
    mkdirSync(join(folder, "public"));
    writeFileSync(join(folder, "public/pricing.html"), document("<h1>Prices</h1>"));
  }
  return folder;
}

for (const page of PAGES) {
  // The commands of this page need data from the Rust examples: tests/examples.rs runs them.
  if (page.slug === "prove") continue;
  const source = sourceOf(page);
  const blocks = blocksOf(read(source));
  // The JavaScript of docs/edge.md is run by tests/edge/examples.test.mjs.
  const isElsewhere = ({ language }) => page.from === "docs" && language === "js";
  const own = blocks.filter((block) => !isElsewhere(block));
  if (own.length === 0) continue;
  describe(source, () => {
    /** @type {any} */
    const scene = {};
    before(() => Object.assign(scene, { browser, folder: project(page.slug) }));
    for (const block of own) {
      const kind = kindOf(block);
      test(`line ${block.line}: ${kind} ${block.file ?? ""}`, async () => {
        assert.ok(RUNNERS[kind], `a block of ${kind} cannot be run, so it must not be there`);
        await RUNNERS[kind](scene, block);
      });
    }
    if (page.slug === "website-owner") {
      test("all together: a form is sent, a signal arrives, the page is notified", () => wholeWay(scene, own));
    }
  });
}

// The very files that the page had its reader make, and the line that it had them paste.
async function wholeWay({ folder }, blocks) {
  const markup = blocks.filter(({ language }) => language === "html").map(({ code }) => code);
  const [tag, offer] = markup;
  const form = '<form id="demo" action="/thanks"><button>Send</button></form>';
  const pages = { "/": document(tag + offer), "/demo": document(tag + offer + form), "/thanks": document(tag + offer) };
  const server = await site({ files: pages, folders: { "/": join(folder, "public") } });
  const { page, complaints, started, close } = await openPage(browser, `${server.origin}/`);
  try {
    await started();
    const segment = () => page.evaluate(() => globalThis.document.documentElement.dataset.segment);
    assert.equal(await segment(), "visitor");
    await page.goto(`${server.origin}/demo`);
    await started();
    await page.getByRole("button", { name: "Send" }).click();
    await page.waitForURL("**/thanks?");
    await started();
    await until(() => server.received.length > 0, "a signal");
    assert.equal(server.received[0].data.stage, "mql");
    assert.equal(await segment(), "mql");
    assert.deepEqual(complaints, []);
  } finally {
    await close();
    await server.close();
  }
}

test("every link of the guide leads somewhere", () => {
  const addresses = new Map(PAGES.map(({ slug }) => [addressOf(slug), htmlOf(slug)]));
  const demo = [
    "/",
    "/playground",
    "/signals",
    "/guide/guide.js",
    "/favicon.svg",
    "/css/base.css",
    "/css/guide.css",
    "/css/guide-text.css",
  ];
  for (const [address, html] of addresses) {
    for (const [, href] of html.matchAll(/href="([^"]*)"/g)) {
      if (/^https?:/.test(href) || demo.includes(href)) continue;
      const [path, anchor] = href.split("#");
      const target = path === "" ? html : addresses.get(path);
      assert.ok(target, `${address} links to ${href}`);
      if (anchor) assert.ok(target.includes(`id="${anchor}"`), `${address} links to ${href}`);
    }
    const ids = [...html.matchAll(/ id="([^"]*)"/g)].map(([, id]) => id);
    assert.deepEqual(
      ids.filter((id, i) => ids.indexOf(id) !== i),
      [],
      `${address} has an id twice`,
    );
  }
});

test("the search leads to existing anchors", () => {
  const index = JSON.parse(files["headings.json"]);
  assert.ok(index.flatMap(({ headings }) => headings).length > 300);
  for (const { address, headings } of index) {
    const html = htmlOf(PAGES.find(({ slug }) => addressOf(slug) === address).slug);
    for (const [id, text] of headings) assert.ok(html.includes(`id="${id}"`), `${address}: ${text}`);
  }
});

test("links to files of the repository name existing files", () => {
  for (const { slug } of PAGES) {
    for (const [, path] of htmlOf(slug).matchAll(
      /href="https:\/\/github\.com\/leadscore\/leadscore\/tree\/main\/([^"#]*)/g,
    )) {
      assert.ok(existsSync(join(root, path)), `${slug}: ${path}`);
    }
  }
});

test("the reference of the model has every field and operator of the schema", () => {
  const names = new Set();
  const walk = (node) => {
    if (node === null || typeof node !== "object") return;
    for (const name of Object.keys(node.properties ?? {})) names.add(name);
    Object.values(node).forEach(walk);
  };
  walk(JSON.parse(read("pkg-config/schema.json")));
  assert.ok(names.size > 50);
  const html = htmlOf("model");
  for (const name of names) assert.ok(html.includes(`<code>${name}</code>`), name);
});

test("the schema's own examples are right", () => {
  const schema = JSON.parse(read("pkg-config/schema.json"));
  const ajv = new Ajv({ strict: false });
  let count = 0;
  const walk = (node) => {
    if (node === null || typeof node !== "object") return;
    for (const example of Array.isArray(node.examples) ? node.examples : []) {
      count += 1;
      const isRight = ajv.validate({ ...node, definitions: schema.definitions }, example);
      assert.ok(isRight, `${JSON.stringify(example)}: ${ajv.errorsText()}`);
    }
    Object.values(node).forEach(walk);
  };
  walk(schema);
  assert.ok(count > 20);
});

const ENTRIES = { api: "index", "api-browser": "browser", "api-edge": "edge", "api-compile": "compile" };

for (const [slug, name] of Object.entries({ ...ENTRIES, "api-inspector": "inspector" })) {
  test(`the reference of ${name}.d.ts has everything that it exports, and its documentation`, () => {
    const types = read(`pkg-config/types/${name}.d.ts`);
    const html = htmlOf(slug);
    const declared = types.matchAll(/^export (?:default )?(?:function|class|interface|type) (\w+)/gm);
    for (const [, one] of declared) assert.match(html, new RegExp(`<h3 id="${one.toLowerCase()}(-default)?"`), one);
    // Each comment's first words, without markup.
    const text = html.replace(/<[^>]+>/g, "").replace(/\s+/g, " ");
    const comments = [...types.matchAll(/\/\*\*([\s\S]*?)\*\//g)].map(([, comment]) => comment);
    for (const comment of comments.filter((one) => !one.includes("@packageDocumentation"))) {
      const [first] = comment
        .replace(/^\s*\* ?/gm, "")
        .trim()
        .split(/[`<>&"'@:]|\n\n/);
      const words = first.replace(/\s+/g, " ").trim();
      assert.ok(text.includes(words), words);
    }
  });
}

test("the references have everything that the built package exports", async () => {
  for (const [slug, name] of Object.entries(ENTRIES)) {
    // The tracker needs a page; its one function is in its types.
    if (name === "browser") continue;
    const file = { index: "node", edge: "edge-node", compile: "compile-node" }[name];
    for (const one of Object.keys(await import(`../../pkg/${file}.js`))) {
      const shown = one === "default" ? "init (default)" : one;
      assert.ok(htmlOf(slug).includes(`<code>${shown}</code>`), `${name}: ${one}`);
    }
  }
});

test("every attribute of the tag is explained, and no other", () => {
  const [, options] = /export interface Options \{([\s\S]*?)\n\}/.exec(read("pkg-config/types/browser.d.ts"));
  const names = [...options.matchAll(/^ {2}(\w+)\??:/gm)].map(([, name]) => name).filter((name) => name !== "wasm");
  const table = read("www/docs/pages/website-owner.md").split("## Attributes of the tag")[1].split("\n## ")[0];
  const explained = [...table.matchAll(/^\| `data-(\w+)`/gm)].map(([, name]) => name);
  // With npm the titles are the inspector element's own attribute.
  assert.deepEqual(explained.sort(), [...names, "titles"].sort());
});

test("every error code is explained: of the runtime, of the loader, of the compiler, of the receiver", () => {
  const html = htmlOf("troubleshooting");
  const table = new Set(errorsOf(read("src/error.rs")).map(({ code }) => code));
  const codes = ["index", "compile", "browser", "edge"].flatMap((name) => {
    const types = read(`pkg-config/types/${name}.d.ts`);
    return [...types.matchAll(/^ {2}code: ([^;]+);/gm)].flatMap(([, union]) => union.match(/[a-z_]+/g));
  });
  assert.ok(codes.length > 15);
  for (const code of codes) assert.ok(table.has(code) || html.includes(`<code>${code}</code>`), code);

  const sources = ["accept", "bearer", "judge", "lifecycle", "list", "receiver"].map((name) =>
    read(`pkg-config/edge/receiver/${name}.js`),
  );
  const answers = sources.join("\n").matchAll(/(?:code: |refusal\(|(?:answer|bad)\(\d+, )"([a-z_]+)"/g);
  const said = new Set([...answers].map(([, code]) => code));
  assert.ok(said.size > 15);
  for (const code of said) assert.ok(html.includes(`<code>${code}</code>`), `the receiver answers ${code}`);
});
