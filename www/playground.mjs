// `node www/playground.mjs` bundles the playground's editor, the only part of the demo that uses third-party packages.
// The demo does so when it starts.
import { mkdir, rename, writeFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const SOURCE = fileURLToPath(new URL("site/playground/editor/model-editor.js", import.meta.url));
const BUILT = fileURLToPath(new URL("built/", import.meta.url));

export async function buildPlayground() {
  const { outputFiles } = await build({
    entryPoints: [SOURCE],
    bundle: true,
    format: "esm",
    target: "es2022",
    minify: true,
    legalComments: "eof",
    write: false,
  });
  await mkdir(BUILT, { recursive: true });
  // Renamed into place: another demo that starts right now serves the file whole.
  const written = `${BUILT}model-editor.js.${process.pid}`;
  await writeFile(written, outputFiles[0].contents);
  await rename(written, `${BUILT}model-editor.js`);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await buildPlayground();
