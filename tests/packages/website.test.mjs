// The folder for website owners holds each file that the tag and the inspector load, and no addresses of our own pages.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("../..", import.meta.url));
const folder = mkdtempSync(join(tmpdir(), "leadscore-website-"));
after(() => rmSync(folder, { recursive: true }));

test("the folder for website owners is whole", () => {
  const { status, stderr } = spawnSync(process.execPath, ["tools/website.mjs", folder], {
    cwd: root,
    encoding: "utf8",
  });
  assert.equal(status, 0, stderr);
  const scripts = readdirSync(folder).filter((name) => name.endsWith(".js"));
  assert.deepEqual(scripts.sort(), [
    "consent-tools.js",
    "data-layer.js",
    "embeds.js",
    "inspector.js",
    "loader.js",
    "tag.js",
    "video.js",
  ]);
  for (const script of scripts) {
    const text = readFileSync(join(folder, script), "utf8");
    // Files that a script loads by name are beside it.
    const loaded = [...text.matchAll(/["'](?:\.\/)?([\w-]+\.(?:js|wasm))["']/g)].map(([, name]) => name);
    for (const name of loaded) assert.ok(existsSync(join(folder, name)), `${script} loads ${name}`);
  }
  const readme = readFileSync(join(folder, "README.md"), "utf8");
  for (const [, name] of readme.matchAll(/`([\w-]+\.(?:js|wasm|json))`/g)) {
    if (name !== "model.json") assert.ok(existsSync(join(folder, name)), `the README names ${name}`);
  }
});
