// Bundles a worker and runs it in workerd.
import { join } from "node:path";
import { build } from "esbuild";
import { Miniflare } from "miniflare";

/** Bundles as wrangler does: into `out/worker.js`, with wasm and compiled models beside it. */
export const bundle = (folder, entry = "worker.js") =>
  build({
    absWorkingDir: folder,
    entryPoints: [entry],
    outfile: "out/worker.js",
    bundle: true,
    format: "esm",
    conditions: ["workerd", "worker", "browser"],
    external: ["cloudflare:workers"],
    loader: { ".wasm": "copy", ".lsm": "copy" },
    logLevel: "error",
  });

/** Runs what `bundle` made; to be disposed of. */
export const startWorker = (folder, options = {}) =>
  new Miniflare({
    host: "127.0.0.1",
    cf: false,
    compatibilityDate: "2026-04-01",
    modules: true,
    modulesRoot: join(folder, "out"),
    modulesRules: [
      { type: "CompiledWasm", include: ["**/*.wasm"] },
      { type: "Data", include: ["**/*.lsm"] },
    ],
    scriptPath: join(folder, "out/worker.js"),
    d1Persist: false,
    ...options,
  });
