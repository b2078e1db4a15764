// Builds pkg/, the npm package: the wasm, the glue, the entry points, the manifest.
import { createHash } from "node:crypto";
import { chmodSync, copyFileSync, cpSync, mkdirSync, readFileSync } from "node:fs";
import { renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { build, transform } from "esbuild";
import { minify } from "terser";
import { checkBudget } from "./budget.mjs";
import { buildWasm, root } from "./wasm.mjs";

const from = (...path) => join(root, "pkg-config", ...path);
const json = (path) => JSON.parse(readFileSync(path, "utf8"));

/** Modules that share the page's tracker. */
const ADAPTERS = ["react", "vue", "svelte", "plugins"];
/** Parts of the tag that it loads only where they are needed. */
const PARTS = ["consent-tools", "data-layer", "embeds", "video"];
/** The large files of a page or a worker, which are minified twice. */
const SQUEEZED = ["index.js", "edge.js", "browser.js", "inspector.js"];
/** Node prints the whole line that has thrown, so lines must be short. */
const LINE = 160;
/** A function that is called once is not put into its caller, which would make it anew at each call: a third slower. */
const FAST = { reduce_funcs: false, inline: 1 };
/** Bundlers need the annotations: without them they would keep what nothing calls. */
const READ = { max_line_len: LINE, preserve_annotations: true };
/**
 * Names of members that only the tag's own modules use: neither a page, nor a part that is loaded later, nor another file
 * of the package that shares the page's tracker.
 */
const INTERNAL =
  "beacon beginForm begun bound compare deleteSent engaged entered fits forgetBeacons hasArrival hasBegun hasMoved " +
  "hasNewTitle hasSent hasTitle heard imports isEcho isFile isFilling isFormer isLeaving isPartial isPressed isView " +
  "loading made mayFail needs signed started trips";
/**
 * Chromium compiles all functions of the file as it arrives, on another thread. Without the line it compiles each when
 * it is called first, on the page's thread: a quarter of the start.
 */
const EAGER = "//# allFunctionsCalledOnLoad";

// Built aside and moved at the end, so that a failed build leaves the last good package alone.
const pkg = join(root, "pkg");
const next = join(root, "pkg.new");
rmSync(next, { recursive: true, force: true });
for (const folder of ["bin", "inline"]) mkdirSync(join(next, folder), { recursive: true });

// In this order they share most: the compiler has the standard library that comes with Rust.
const [runtime, edge, browser, authoring, outcomes] = await Promise.all([
  wasm("leadscore.wasm", "what a server or a page runs", "runtime", "wasm", { rebuildStd: true, smallest: true }),
  wasm("edge.wasm", "what a worker runs", "edge", "wasm-edge", { rebuildStd: true, smallest: true }),
  wasm("browser.wasm", "the tracker", "browser", "browser", { rebuildStd: true, smallest: true, eager: true }),
  wasm("compile.wasm", "what checks and compiles a model", "authoring", "wasm-authoring"),
  wasm("outcomes.wasm", "what measures and calibrates a model", "outcomes", "wasm-outcomes"),
]);

await bundle("index.js", { "#runtime": runtime.glue });
// Pinning the script by its hash pins all files that it loads, so a script never meets a file of another version.
const integrity = (bytes) => JSON.stringify("sha256-" + createHash("sha256").update(bytes).digest("base64"));
const inspector = { INTEGRITY: integrity(runtime.wasm), IS_INLINE: "false" };
await bundle("inspector.js", { "#runtime": runtime.glue, "#bytes": from("entry", "inline/none.js") }, inspector);
for (const part of PARTS) await bundle(`${part}.js`);
const pins = ["inspector", ...PARTS].map(
  (part) => `${JSON.stringify(part)}:${integrity(readFileSync(join(next, `${part}.js`)))}`,
);
const define = { INTEGRITY: integrity(browser.wasm) };
// The tag has the runtime's JavaScript too, around its own wasm, which imports its host's functions.
const tracker = {
  "#browser": browser.glue,
  "#runtime": browser.glue,
  "#host": from("entry", "host.js"),
};
await bundle("browser.js", tracker, { ...define, IS_TAG: "false", PINS: "{}" });
await bundle("tag.js", tracker, { ...define, IS_TAG: "true", PINS: `{${pins}}` });
// A function that is called once stays where it is: inlined, it looks like no other.
const similar = { unsafe_methods: true, inline: 0, collapse_vars: false, keep_fargs: false };
const internal = { properties: { regex: RegExp(`^(${INTERNAL.replaceAll(" ", "|")})$`) } };
await squeeze(join(next, "tag.js"), { header: `${EAGER}\n`, compress: similar, mangle: internal });
await bundle("loader.js", {}, { INTEGRITY: integrity(readFileSync(join(next, "tag.js"))) });
cpSync(from("gtm"), join(next, "gtm"), { recursive: true });
// The same with the wasm in the code, for tools that lose files.
for (const [name, { wasm }] of Object.entries({ leadscore: runtime, browser, edge, compile: authoring }))
  inlined(name, wasm);
copyFileSync(from("entry", "inline/browser.js"), join(next, "inline/browser.js"));
const runtimeBytes = { "#runtime": runtime.glue, "#bytes": join(next, "inline/leadscore.wasm.js") };
await bundle("inspector.js", runtimeBytes, { ...inspector, IS_INLINE: "true" }, "inline/");
for (const adapter of ADAPTERS) {
  await bundle(`${adapter}.js`);
  // It imports `./browser.js`, which is the one beside it.
  await bundle(`${adapter}.js`, {}, {}, "inline/");
}
await bundle("next.js");
for (const entry of ["why", "flags"]) await bundle(`${entry}.js`);
await bundle("edge.js", { "#edge": edge.glue, "#runtime": edge.glue });
await bundle("compile-glue.js", { "#authoring": authoring.glue });
await bundle("outcomes-glue.js", { "#outcomes": outcomes.glue });
for (const entry of ["node", "workerd", "compile", "compile-node", "compile-workerd", "edge-node", "edge-workerd"])
  copyFileSync(from("entry", `${entry}.js`), join(next, `${entry}.js`));
cpSync(from("types"), next, { recursive: true });
cpSync(from("migrations"), join(next, "migrations"), { recursive: true });
copyFileSync(from("schema.json"), join(next, "schema.json"));
cpSync(from("bin"), join(next, "bin"), { recursive: true });
chmodSync(join(next, "bin/leadscore.js"), 0o755);
for (const page of ["LICENSE-MIT", "LICENSE-APACHE"]) copyFileSync(join(root, page), join(next, page));
copyFileSync(from("README.md"), join(next, "README.md"));
const manifest = { ...json(from("manifest.json")), version: cargoVersion() };
writeFileSync(join(next, "package.json"), JSON.stringify(manifest, null, 2) + "\n");

rmSync(pkg, { recursive: true, force: true });
renameSync(next, pkg);

for (const complaint of checkBudget(pkg, json(from("budget.json")))) {
  console.error(`over budget: ${complaint}`);
  process.exitCode = 1;
}

/** Builds one wasm into the package; returns its bytes and the path of its glue. */
async function wasm(file, what, ...build) {
  const began = performance.now();
  const built = await buildWasm(...build);
  writeFileSync(join(next, file), built.wasm);
  console.log(`pkg: ${file}, ${what} (${Math.round((performance.now() - began) / 1000)} s since the start)`);
  return built;
}

/** Writes a module that returns the bytes of a wasm. Its text is a line of its own, which no error prints. */
function inlined(name, bytes) {
  const text = JSON.stringify(Buffer.from(bytes).toString("base64"));
  const code = `const text =\n  ${text};\nexport default () => Uint8Array.from(atob(text), (char) => char.charCodeAt(0));\n`;
  writeFileSync(join(next, `inline/${name}.wasm.js`), code);
}

/** One file of glue and hand-written code, minified. */
async function bundle(entry, alias = {}, define = {}, folder = "") {
  const outfile = join(next, folder + entry);
  await build({
    entryPoints: [from("entry", entry)],
    outfile,
    alias,
    define,
    // Parts are loaded only where needed; the adapters share one tracker; the site brings its own framework.
    external: [
      ...["inspector", ...PARTS, "browser"].map((name) => `./${name}.js`),
      "react",
      "vue",
      "next/server.js",
    ].filter((name) => name !== "./browser.js" || ADAPTERS.includes(entry.replace(".js", ""))),
    plugins: [
      { name: "css", setup: (esbuild) => esbuild.onLoad({ filter: /\.css$/ }, styles) },
      // The tag's errors are their codes.
      ...(entry == "tag.js" ? [{ name: "codes", setup: replaced("sentences.js", "no-sentences.js") }] : []),
    ],
    bundle: true,
    format: "esm",
    platform: "neutral",
    target: "es2022",
    minify: true,
    lineLimit: LINE,
    mangleProps: /^__(destroy_into_raw|wbg_ptr)$/,
    logLevel: "warning",
  });
  if (SQUEEZED.includes(entry)) await squeeze(outfile, { compress: FAST, format: READ });
}

/** Minifies a file again by a tool that needs more time and leaves fewer bytes. */
async function squeeze(path, { header = "", compress = {}, mangle = {}, format = {} } = {}) {
  const { code } = await minify(readFileSync(path, "utf8"), {
    module: true,
    ecma: 2020,
    compress: { passes: 3, unsafe_arrows: true, ...compress },
    mangle,
    format,
  });
  if (!code) throw new Error(`${path} cannot be minified`);
  writeFileSync(path, `${header}${code}\n`);
}

/** Replaces a file of the runtime by another in all imports of it. */
function replaced(file, by) {
  const path = from("entry/runtime", by);
  return (esbuild) => esbuild.onResolve({ filter: new RegExp(`/${file}$`) }, () => ({ path }));
}

/**
 * A style sheet is a text in the script, as the inspector's is.
 *
 * @returns {Promise<import("esbuild").OnLoadResult>}
 */
async function styles({ path }) {
  const { code } = await transform(readFileSync(path, "utf8"), { loader: "css", minify: true });
  return { contents: code.trim(), loader: "text" };
}

function cargoVersion() {
  const version = /^version = "(.+)"$/m.exec(readFileSync(join(root, "Cargo.toml"), "utf8"));
  if (!version) throw new Error("Cargo.toml has no version");
  return version[1];
}
