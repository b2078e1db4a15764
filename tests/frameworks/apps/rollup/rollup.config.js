import { nodeResolve } from "@rollup/plugin-node-resolve";
import { importMetaAssets } from "@web/rollup-plugin-import-meta-assets";

export default {
  input: "app.js",
  output: { dir: "dist/assets", entryFileNames: "bundle.js" },
  plugins: [nodeResolve({ browser: true }), importMetaAssets()],
};
