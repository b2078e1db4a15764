// Node, Deno and Bun: the wasm is a file beside the package's code.
import { readFileSync } from "node:fs";
import { pathToFileURL } from "node:url";

/**
 * Returns a source whose module is read at its first use. `where` returns the file's address; a CommonJS bundle has no
 * `import.meta.url`, so there the file is looked for beside the bundle.
 *
 * @param {string} file
 * @param {() => URL} where
 */
export const beside = (file, where) => ({
  later: true,
  get module() {
    let url;
    try {
      try {
        url = where();
      } catch {
        url = new URL(file, pathToFileURL(__filename));
      }
      return readFileSync(url);
    } catch (cause) {
      const message = `cannot load the wasm: ${cause.message}; copy ${file} of the package beside the bundle, or give init its bytes`;
      throw Object.assign(new Error(message, { cause }), { name: "LoadError", code: "load_failed" });
    }
  },
});
