import { readdirSync } from "node:fs";
const folder = new URL("./", import.meta.url);
for (const name of readdirSync(folder).sort()) if (name.endsWith(".test.mjs")) await import(new URL(name, folder));
