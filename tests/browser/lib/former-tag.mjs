// The tag of a previous release on pages of the site: see tests/fixtures/tag-1.
import { readFile } from "node:fs/promises";
import { isDeepStrictEqual } from "node:util";
import { brotliDecompressSync } from "node:zlib";

const FIXTURE = new URL("../../fixtures/tag-1/", import.meta.url);

/**
 * Serves the former tag, and the model as its compiler wrote it: the tag reads no later format. Returns what to put
 * into the head of a page that has it instead of today's.
 */
export async function serveFormerTag(site, model, attributes = "") {
  for (const name of ["tag.js", "browser.wasm"]) {
    site.file(`/former/${name}`, brotliDecompressSync(await readFile(new URL(`${name}.br`, FIXTURE))));
  }
  const models = JSON.parse(await readFile(new URL("models.json", FIXTURE), "utf8"));
  const { compiled } = models.find((own) => isDeepStrictEqual(own.model, model));
  site.file("/former/model.lsm", Buffer.from(compiled, "base64"));
  return `<script type="module" src="/former/tag.js" data-model="/former/model.lsm" data-endpoint="/signals" ${attributes}></script>`;
}
