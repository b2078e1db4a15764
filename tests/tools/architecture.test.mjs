// docs/architecture.md describes where each part is defined: everything that it names must exist, and it must name
// every folder.
import assert from "node:assert/strict";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { test } from "node:test";
import { ROOT } from "../../tools/lib/project.mjs";

const DOCUMENTS = [
  ...["docs/architecture.md", "docs/design.md", "docs/edge.md"],
  ...["README.md", "CONTRIBUTING.md", "SECURITY.md", "pkg-config/README.md"],
];
/** The repository, as the guide links to it. */
const OURS = "https://github.com/leadscore/leadscore/";
const LINKED = new RegExp(`^${OURS}(?:blob|tree)/main/`);

const read = (path) => readFileSync(join(ROOT, path), "utf8");
/** Returns a document without its blocks of code. */
const prose = (text) => text.replace(/^```[^]*?^```/gm, "");
/** Returns the targets of a document's links. */
const links = (text) => [...prose(text).matchAll(/\]\(([^)\s]+)\)/g)].map(([, target]) => target);
/** Returns the anchors of a document's headings, as GitHub makes them. */
const anchors = (text) =>
  [...prose(text).matchAll(/^#+ (.+)$/gm)].map(([, heading]) =>
    heading
      .toLowerCase()
      .replace(/[^\p{L}\p{N}\s_-]/gu, "")
      .replace(/ /g, "-"),
  );

/** Returns the links of a document that lead nowhere. */
function broken(path, text) {
  return links(text).filter((link) => {
    const [target, anchor] = link.replace(LINKED, "/").split("#");
    if (/^(?:https?|mailto):/.test(target)) return false;
    const file = target.startsWith("/") ? target.slice(1) : target ? join(dirname(path), target) : path;
    if (!existsSync(join(ROOT, file))) return true;
    if (!anchor || !file.endsWith(".md")) return false;
    return !anchors(file === path ? text : read(file)).includes(anchor);
  });
}

for (const path of DOCUMENTS) {
  test(`${path}: every link to this repository leads somewhere`, () => {
    assert.deepEqual(broken(path, read(path)), []);
  });
}

test("a link that leads nowhere is found", () => {
  const links = `[a](#a-heading-code) [b](#b) [c](none.rs) [d](../src) [e](${OURS}tree/main/none)`;
  const text = `# A heading, \`code\`\n\n${links}\n\n\`\`\`md\n[f](none)\n\`\`\`\n`;
  assert.deepEqual(broken("docs/architecture.md", text), ["#b", "none.rs", `${OURS}tree/main/none`]);
});

test("docs/architecture.md names every folder of the source", () => {
  const named = new Set(links(read("docs/architecture.md")).map((link) => join("docs", link.split("#")[0])));
  const isNamed = (folder) =>
    named.has(folder) || named.has(`${folder}.rs`) || [...named].some((path) => dirname(path) === folder);
  const folders = ["src", "pkg-config", "pkg-config/edge", "pkg-config/entry"].flatMap((root) =>
    readdirSync(join(ROOT, root), { withFileTypes: true })
      .filter((entry) => entry.isDirectory())
      .map(({ name }) => relative(ROOT, join(ROOT, root, name))),
  );
  assert.ok(folders.length > 20);
  assert.deepEqual(
    folders.filter((folder) => !isNamed(folder)),
    [],
  );
});
