// The package in Node: importing it reads no file, and errors are one line.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { after, test } from "node:test";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { consumer, run, tool } from "./lib/consumer.mjs";

const root = fileURLToPath(new URL("../..", import.meta.url));
const folder = consumer("node");
const own = join(folder, "node_modules/leadscore");

const node = (code, cwd = folder) =>
  spawnSync(process.execPath, ["--input-type=module", "--eval", code], { cwd, encoding: "utf8" });

test("start() rejects if there is no page", () => {
  const { stdout, stderr } = node(`
    import { start } from "leadscore/browser";
    start({ model: "/acme.lsm" }).catch(({ name, code }) => console.log(name, code));`);
  assert.equal(stdout, "LoadError load_failed\n", stderr);
});

test("an uncaught error prints little more than itself", () => {
  const { stderr } = node(`
    import { createReceiver, memoryStore } from "leadscore/edge";
    createReceiver({ models: [new Uint8Array(1)], store: memoryStore(), origins: ["https://acme.example"] });`);
  assert.match(stderr, /ModelError/);
  assert.ok(stderr.length < 2_000, `${stderr.length} characters`);
});

const VISIT = `import { createEdge } from "leadscore/edge";
  import { compile } from "leadscore/compile";
  import init, { Model } from "leadscore";
  const keys = [{ id: "k", secret: "x".repeat(32) }];
  const request = new Request("https://acme.example/", { headers: { accept: "text/html" } });
  export const use = async () => {
    const model = compile({ name: "x", rules: [{ id: "a", event: "x", points: 1 }] });
    await init();
    new Model(model).free();
    return (await createEdge({ model, keys, consent: "granted" }).visit(request)).segment;
  };`;
for (const format of /** @type {const} */ (["esm", "cjs"])) {
  test(`bundled as ${format} runtime, compiler and edge need no file`, async () => {
    const out = mkdtempSync(join(tmpdir(), "leadscore-lambda-"));
    try {
      const outfile = join(out, format === "esm" ? "use.mjs" : "use.cjs");
      const stdin = { contents: VISIT, resolveDir: folder };
      await build({ stdin, bundle: true, platform: "node", format, outfile, logLevel: "error" });
      const call = `const { use } = (await import(${JSON.stringify(outfile)})); console.log(await use());`;
      const { stdout, stderr } = node(call, out);
      assert.equal(stdout, "visitor\n", stderr);
    } finally {
      rmSync(out, { recursive: true });
    }
  });
}

test("`bun build --compile` makes a program that needs no file", () => {
  const out = mkdtempSync(join(tmpdir(), "leadscore-bun-"));
  try {
    writeFileSync(join(folder, "one.js"), `${VISIT}\nconsole.log(await use());`);
    run(tool("bun"), ["build", "--compile", "one.js", "--outfile", join(out, "one")], { cwd: folder });
    assert.equal(run(join(out, "one"), [], { cwd: out }), "visitor\n");
  } finally {
    rmSync(out, { recursive: true });
  }
});

const types = mkdtempSync(join(tmpdir(), "leadscore-types-"));
after(() => rmSync(types, { recursive: true }));
for (const [what, options] of /** @type {[string, object][]} */ ([
  ["without the types of browsers", { lib: ["es2022"], types: ["node"] }],
  ["without esnext.disposable", { lib: ["es2022", "dom"], types: [] }],
])) {
  test(`the declarations are complete ${what}`, () => {
    for (const name of ["leadscore", "@types/node", "undici-types"]) {
      const from = name === "leadscore" ? own : join(root, "node_modules", name);
      mkdirSync(join(types, "node_modules", dirname(name)), { recursive: true });
      try {
        symlinkSync(from, join(types, "node_modules", name));
      } catch {
        // The folder exists since the previous test.
      }
    }
    const compilerOptions = { strict: true, noEmit: true, module: "nodenext", target: "es2022", ...options };
    writeFileSync(join(types, "tsconfig.json"), JSON.stringify({ compilerOptions, files: ["a.ts"] }));
    writeFileSync(join(types, "package.json"), '{ "type": "module" }');
    writeFileSync(
      join(types, "a.ts"),
      '/// <reference types="leadscore/lsm" />\nimport model from "./acme.lsm"; export const address: string = model;\nimport type { Lead } from "leadscore"; import { createReceiver } from "leadscore/edge"; export type A = [Lead, typeof createReceiver];',
    );
    const tsc = spawnSync(join(root, "node_modules/.bin/tsc"), ["-p", types, "--pretty", "false"], {
      encoding: "utf8",
    });
    assert.equal(tsc.stdout, "", tsc.stdout);
  });
}
