// `node www/docs.mjs` makes the guide: pages of www/docs/pages, docs/edge.md, and the references, which are generated
// from the schema, the types and the errors. The demo does so when it starts.
import { mkdir, rename, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { guide } from "./docs/build/guide.mjs";

const BUILT = fileURLToPath(new URL("built/guide", import.meta.url));

export async function buildGuide() {
  await mkdir(BUILT, { recursive: true });
  for (const [name, text] of Object.entries(await guide())) {
    // Renamed into place: another demo that serves it right now serves the file whole.
    const written = join(BUILT, `${name}.${process.pid}`);
    await writeFile(written, text);
    await rename(written, join(BUILT, name));
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await buildGuide();
