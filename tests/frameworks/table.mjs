// The frameworks and tools, each with its test app: the files are in apps/NAME, after those of `parts`. `build` is a
// command of a package, or of the app; `dev` and `start` are commands that serve at a port; `serve` serves what was
// built. `node` is the minimum version of Node; with `everywhere` the app is tested in all engines.
import { join } from "node:path";
import { files, pages } from "./static.mjs";

const PLAIN = { parts: ["vanilla"] };
/** With a page of its own, which names the bundle. */
const PACKED = { parts: ["vanilla", "pack"] };
const built = (folder) => files([join(folder, "dist"), join(folder, "public")]);

const VITE = "vite/bin/vite.js";
const vite = {
  ...PLAIN,
  dev: (port) => [VITE, "--port", port, "--strictPort"],
  build: [VITE, "build"],
  start: (port) => [VITE, "preview", "--port", port, "--strictPort"],
};
const packer = {
  ...PACKED,
  dev: (port) => ["./tool.mjs", "serve", port],
  build: ["./tool.mjs", "build"],
  serve: built,
};

const NEXT = "next/dist/bin/next";
const next = (flag) => ({
  app: "next",
  dev: (port) => [NEXT, "dev", flag, "--port", port],
  build: [NEXT, "build", flag],
  start: (port) => [NEXT, "start", "--port", port],
});

const NUXT = "nuxt/bin/nuxt.mjs";
const ASTRO = "astro/bin/astro.mjs";

/** A site whose server makes the pages; `package` has the script that goes between them. */
const site = (name) => async (folder) => {
  const { page } = await import(join(folder, "site.mjs"));
  const own = (path) => join(folder, "node_modules", path);
  const send = (request, response) =>
    request.method === "POST" && (response.writeHead(303, { location: "/thanks" }).end(), true);
  return pages([own(name), own("leadscore"), join(folder, "public")], page, send);
};

/** @type {Record<string, any>} */
export const TABLE = {
  vite8: { ...vite, level: "test", everywhere: true },
  "vite8, under a base path": {
    ...PLAIN,
    app: "vite8",
    base: "/shop",
    dev: (port) => [...vite.dev(port), "--base", "/shop/"],
    build: [VITE, "build", "--base", "/shop/"],
    start: (port) => [...vite.start(port), "--base", "/shop/"],
  },
  vite7: vite,
  vite6: vite,
  webpack: packer,
  rspack: packer,
  rollup: { ...PACKED, build: ["rollup/dist/bin/rollup", "-c"], serve: built },
  parcel: {
    ...PLAIN,
    dev: (port) => ["parcel/lib/bin.js", "serve", "index.html", "--port", port, "--no-cache"],
    build: ["parcel/lib/bin.js", "build", "index.html", "--no-cache"],
    serve: built,
  },
  esbuild: { ...PACKED, build: ["./tool.mjs", "build"], serve: built },
  "esbuild, with the wasm in the code": {
    ...PACKED,
    app: "esbuild",
    build: ["./tool.mjs", "inline"],
    serve: built,
    level: "test",
  },
  "next, with Turbopack": next("--turbopack"),
  "next, with webpack": next("--webpack"),
  nuxt: {
    node: 22,
    dev: (port) => [NUXT, "dev", "--port", port],
    build: [NUXT, "build"],
    start: (port) => [NUXT, "preview", "--port", port],
  },
  astro: {
    node: 22,
    dev: (port) => [ASTRO, "dev", "--port", port],
    build: [ASTRO, "build"],
    serve: (folder) => files([join(folder, "dist")], (path) => `${path}/index.html`),
  },
  sveltekit: { ...vite, parts: [], node: 22, files: "static" },
  turbo: { serve: site("@hotwired/turbo"), thanks: "/thanks", everywhere: true },
  htmx: { serve: site("htmx.org"), thanks: "/thanks" },
};
