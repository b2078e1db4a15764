// The tag of a former release on pages of the site: see tests/fixtures/tag-1.
import { readFile } from "node:fs/promises";
import { brotliDecompressSync } from "node:zlib";

const FIXTURE = new URL("../../fixtures/tag-1/", import.meta.url);

/** Serves the former tag. Returns what to put into the head of a page that has it instead of today's. */
export async function serveFormerTag(site, { model = "/model.lsm", attributes = "" } = {}) {
  for (const name of ["tag.js", "browser.wasm"]) {
    site.file(`/former/${name}`, brotliDecompressSync(await readFile(new URL(`${name}.br`, FIXTURE))));
  }
  return `<script type="module" src="/former/tag.js" data-model="${model}" data-endpoint="/signals" ${attributes}></script>`;
}
