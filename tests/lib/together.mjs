// Runs test files in one process, unlike node's runner, which uses one for each file: shared parts, such as a browser,
// a server or an installed package, are created once. `node --test-reporter=spec tests/lib/together.mjs FILE...`
import { resolve } from "node:path";
import { pathToFileURL } from "node:url";

const files = process.argv.slice(2);
let loaded = 0;
// Node's runner takes an error of a file that is loaded while tests run for one of theirs, and may pass all the same.
process.on("exit", () => {
  if (loaded === files.length) return;
  console.error(`not loaded, so not tested: ${files.slice(loaded).join(", ")}`);
  process.exitCode = 1;
});

for (const file of files) {
  try {
    await import(pathToFileURL(resolve(file)).href);
  } catch (error) {
    console.error(error);
    break;
  }
  loaded += 1;
}
