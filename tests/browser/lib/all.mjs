// All tests of the tracker in one process, which starts each browser once: `node --test tests/browser/lib/all.mjs`.
import { readdirSync } from "node:fs";

const folder = new URL("../", import.meta.url);
for (const name of readdirSync(folder).sort()) {
  if (name.endsWith(".test.mjs")) await import(new URL(name, folder));
}
