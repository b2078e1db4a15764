// Runs test files in one process, where each of node's runner has one of its own: what they share, such as a browser, a
// server or an installed package, is made once. `node --test-reporter=spec tests/lib/together.mjs FILE...`
import { resolve } from "node:path";
import { pathToFileURL } from "node:url";

for (const file of process.argv.slice(2)) await import(pathToFileURL(resolve(file)));
