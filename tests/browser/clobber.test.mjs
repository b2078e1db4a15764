// A page's markup can shadow members of `document` and `window` (DOM clobbering). With all possible members shadowed,
// the tag records, sends and deletes the same data as on any other page.
import assert from "node:assert/strict";
import { readFileSync, readdirSync } from "node:fs";
import { level } from "../lib/level.mjs";
import { signalling } from "./lib/models.mjs";
import { suite } from "./lib/suite.mjs";
import { kept, track } from "./lib/tag.mjs";

const ENTRY = new URL("../../pkg-config/entry/", import.meta.url);

// In folders are the runtime's files, which the tag does not load.
const SOURCE = readdirSync(ENTRY)
  .filter((file) => file.endsWith(".js"))
  .map((file) => readFileSync(new URL(file, ENTRY), "utf8"))
  .join("\n");

/**
 * All names that the loader's sources contain; those that are members of `document` or `window` are chosen in the page.
 */
const NAMES = [...new Set(SOURCE.match(/\b[a-zA-Z]\w+\b/g))];

/** Members that the loader reads from either by name. */
const MEMBER = /(?:\bread\(document, |\bown\()"(\w+)"|\b(?:document|window)\.(\w+)|\bEventTarget\.prototype\.(\w+)/g;
const READ = [...new Set([...SOURCE.matchAll(MEMBER)].map(([, ...names]) => names.find(Boolean)))];

/**
 * A script that hides these names, or all members that there are; the page has a body by then, and the tag has not run.
 */
const hide = (names) => `
  const members = new Set();
  for (const object of [document, window]) {
    for (let at = object; at; at = Object.getPrototypeOf(at)) {
      for (const name of Object.getOwnPropertyNames(at)) members.add(name);
    }
  }
  const wanted = ${names ? JSON.stringify(names) : "[...members]"}.filter((name) => members.has(name));
  const { createElement } = Document.prototype;
  const make = (kind, name) => {
    const element = createElement.call(document, kind);
    element.setAttribute("name", name);
    return element;
  };
  const box = createElement.call(document, "div");
  for (const name of wanted) {
    // Both document.NAME and window.NAME are this form, which has fields that look like the tag's own element.
    const form = make("form", name);
    Element.prototype.setAttribute.call(form, "id", name);
    const field = make("input", "src");
    field.type = "image";
    field.src = "/leadscore/tag.js";
    field.dataset.model = "/foreign.lsm";
    field.dataset.endpoint = "/foreign";
    field.dataset.wasm = "/foreign.wasm";
    form.append(field);
    box.append(form);
  }
  window.hidden = wanted;
  Document.prototype.__lookupGetter__("body").call(document).append(box);
`;

async function isTheSame({ site, open }, names) {
  site.model(signalling("hello"));
  site.file("/hide.js", hide(names));
  site.pages({
    title: "The title",
    body: '<script src="/hide.js"></script><button data-lead-event="pressed">Press</button>',
    tag: { cookie: "", listen: "dataLayer", push: "dataLayer" },
  });
  const page = await open("/");
  await page.run(() => {
    window.told = [];
    leadscore.on("event", (event) => told.push(event));
  });
  await track(page, "hello");
  const [{ signal, path }] = await site.signals(1);
  assert.deepEqual([signal.data.stage, path], ["hello", "/signals"]);
  const has = () => Object.getOwnPropertyDescriptor(Document.prototype, "cookie").get.call(document);
  await page.until(has);
  await page.run(() => history.pushState(null, "", "/next?x=1"));
  await page.until(() => told.some(({ type }) => type === "page_view"));
  const view = await page.run(() => told.find(({ type }) => type === "page_view"));
  assert.deepEqual([view.url, view.props.page_title], [`${site.origin}/next?x=1`, "The title"]);
  await page.run(() => leadscore.push(["consent", "denied"]));
  assert.deepEqual(await page.run(has), "leadscore=denied");
  assert.deepEqual(
    Object.keys(await kept(page)).filter((key) => key.startsWith("leadscore.")),
    [],
  );
  const foreign = site.requests.filter(({ path }) => path.startsWith("/foreign"));
  assert.deepEqual(foreign, []);
  return page.run(() => hidden);
}

suite("clobbered names", (everywhere, once) => {
  everywhere("every member of document and window at once", async (scene) => {
    const hidden = await isTheSame(scene, null);
    for (const name of ["scripts", "cookie", "hasFocus", "navigation", "title", "baseURI", "addEventListener"]) {
      if (name !== "navigation" || scene.engine === "chromium") assert.ok(hidden.includes(name), name);
    }
  });

  everywhere("every name that the loader's sources contain", async (scene) => {
    const hidden = await isTheSame(scene, NAMES);
    assert.ok(hidden.length > 40, `${hidden.length} names`);
  });

  // One by one, as one of them may make up for another.
  const alone = level === "all" ? READ : ["scripts", "cookie"];
  for (const name of alone) once(`${name} alone`, (scene) => isTheSame(scene, [name]));
});
