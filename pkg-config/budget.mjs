// What a visitor downloads is a promise: the build fails above the limits in budget.json.
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

/** Prints every file's size; returns the complaints. `limits` are bytes after brotli -11. */
export function checkBudget(folder, limits) {
  const complaints = [];
  const row = (...cells) => console.log(cells[0].padEnd(22), ...cells.slice(1).map((cell) => String(cell).padStart(8)));
  row("file", "raw", "gzip", "brotli", "limit");
  const files = list(folder);
  for (const file of files) {
    const bytes = readFileSync(join(folder, file));
    const size = brotli(bytes);
    const limit = limits[file];
    row(file, bytes.length, gzipSync(bytes, { level: 9 }).length, size, limit ?? "none");
    if (limit === undefined) complaints.push(`${file} has no limit in budget.json`);
    else if (size > limit) complaints.push(`${file} is ${size - limit} bytes over its limit`);
  }
  for (const file of Object.keys(limits))
    if (!files.includes(file)) complaints.push(`${file} is in budget.json but was not built`);
  return complaints;
}
