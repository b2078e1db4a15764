// The size limits of the files that a visitor downloads: the build fails above those in budget.json.
import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { brotliCompressSync, constants, gzipSync } from "node:zlib";

const brotli = (bytes) =>
  brotliCompressSync(bytes, {
    params: {
      [constants.BROTLI_PARAM_QUALITY]: 11,
      [constants.BROTLI_PARAM_LGWIN]: 24,
      [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length,
    },
  }).length;

const list = (folder) =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(folder.length + 1))
    .sort();

/**
 * Prints every file's size; returns the complaints. `limits` are bytes after brotli -11, of a file or, as `a + b`, of
 * files that a page loads together.
 */
export function checkBudget(folder, limits) {
  const complaints = [];
  const row = (...cells) => console.log(cells[0].padEnd(22), ...cells.slice(1).map((cell) => String(cell).padStart(8)));
  row("file", "raw", "gzip", "brotli", "limit");
  const files = list(folder);
  const sizes = new Map();
  const check = (name, size) => {
    if (limits[name] === undefined) complaints.push(`${name} has no limit in budget.json`);
    else if (size > limits[name]) complaints.push(`${name} is ${size - limits[name]} bytes over its limit`);
  };
  for (const file of files) {
    const bytes = readFileSync(join(folder, file));
    sizes.set(file, brotli(bytes));
    row(file, bytes.length, gzipSync(bytes, { level: 9 }).length, sizes.get(file), limits[file] ?? "none");
    check(file, sizes.get(file));
  }
  for (const name of Object.keys(limits)) {
    const parts = name.split(" + ");
    const missing = parts.filter((part) => !sizes.has(part));
    for (const part of missing) complaints.push(`${part} is in budget.json but was not built`);
    if (parts.length === 1 || missing.length) continue;
    const size = parts.reduce((sum, part) => sum + sizes.get(part), 0);
    row(name, "", "", size, limits[name]);
    check(name, size);
  }
  return complaints;
}
