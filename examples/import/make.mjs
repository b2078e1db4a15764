// Writes the recipes in all dialects: `node examples/import/make.mjs`. A test checks that the files are up to date.
import { mkdirSync, writeFileSync } from "node:fs";
import * as dialects from "./dialects.mjs";
import { TOOLS, recipe } from "./recipes.mjs";

const { duckdb, bigquery, spark, clickhouse } = dialects;

/** All recipes, by their path in this folder. */
export const files = Object.fromEntries(
  Object.entries({ duckdb, bigquery, spark, clickhouse }).flatMap(([name, dialect]) =>
    Object.entries(TOOLS).map(([tool, parts]) => [`${name}/${tool}.sql`, recipe(dialect, parts)]),
  ),
);

if (process.argv[1] === new URL(import.meta.url).pathname) {
  for (const [path, text] of Object.entries(files)) {
    const file = new URL(path, import.meta.url);
    mkdirSync(new URL(".", file), { recursive: true });
    writeFileSync(file, text);
  }
}
