// `tool.mjs build`, or `tool.mjs inline` for the tracker with its wasm in the code.
import { cpSync } from "node:fs";
import { build } from "esbuild";

const isInline = process.argv[2] === "inline";
await build({
  entryPoints: ["app.js"],
  outfile: "dist/assets/bundle.js",
  bundle: true,
  minify: true,
  format: "esm",
  alias: isInline ? { "leadscore/browser": "leadscore/inline/browser" } : {},
});
if (!isInline) cpSync("node_modules/leadscore/browser.wasm", "dist/assets/browser.wasm");
