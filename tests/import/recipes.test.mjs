// The SQL recipes: the files are up to date with make.mjs, and those for DuckDB print the expected lines. The inputs
// follow the public schemas. tests/cli/import.rs compares `leadscore import` with the same lines.
import assert from "node:assert/strict";
import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { DuckDBInstance } from "@duckdb/node-api";
import { files } from "../../examples/import/make.mjs";

const HERE = fileURLToPath(new URL(".", import.meta.url));
const RECIPES = fileURLToPath(new URL("../../examples/import", import.meta.url));

/** The file name of the export in each recipe, and the test's export that replaces it. */
const EXPORTS = {
  ga4: ["events.json", "ga4.json"],
  snowplow: ["enriched.tsv", "snowplow.tsv"],
  segment: ["calls.json", "segment.json"],
  posthog: ["events.json", "posthog.json"],
  matomo: ["visits.json", "matomo.json"],
};
const LEFT_OUT = {
  ga4: { duplicates: 1, "without a time between 1970 and 2106": 1, "without an id of a visitor": 1 },
  snowplow: { duplicates: 1, "from bots that identify themselves": 2, "without an id of a visitor": 1 },
  segment: {
    duplicates: 1,
    "of a kind that does not describe behaviour": 1,
    "from bots that identify themselves": 1,
    "without a time between 1970 and 2106": 1,
    "without an id of a visitor": 1,
  },
  posthog: {
    duplicates: 1,
    "of a kind that does not describe behaviour": 2,
    "from bots that identify themselves": 1,
    "without an id of a visitor": 1,
  },
  matomo: { duplicates: 1, "of a kind that does not describe behaviour": 1, "without an id of a visitor": 1 },
};

/** Returns the rows of every statement. */
async function run(sql) {
  const instance = await DuckDBInstance.create(":memory:");
  const connection = await instance.connect();
  const statements = await connection.extractStatements(sql);
  const results = [];
  for (let at = 0; at < statements.count; at++) {
    const prepared = await statements.prepare(at);
    results.push((await prepared.runAndReadAll()).getRows());
  }
  connection.closeSync();
  instance.closeSync();
  return results;
}

const sorted = (value) =>
  value && typeof value === "object"
    ? Object.fromEntries(
        Object.keys(value)
          .sort()
          .map((name) => [name, sorted(value[name])]),
      )
    : value;
/** Returns an event with sorted fields, without null and empty objects, so that events can be compared. */
const event = (line) => {
  const { url, props, ...rest } = JSON.parse(line);
  return JSON.stringify(
    sorted({ ...rest, ...(url ? { url } : {}), ...(Object.keys(props ?? {}).length ? { props } : {}) }),
  );
};

test("the recipes are up to date with make.mjs", () => {
  for (const [path, text] of Object.entries(files)) assert.equal(readFileSync(join(RECIPES, path), "utf8"), text, path);
  const there = readdirSync(RECIPES, { withFileTypes: true }).filter((entry) => entry.isDirectory());
  const all = there.flatMap(({ name }) => readdirSync(join(RECIPES, name)).map((file) => `${name}/${file}`));
  assert.deepEqual(all.sort(), Object.keys(files).sort());
});

for (const [tool, [stand, input]] of Object.entries(EXPORTS)) {
  test(`DuckDB's recipe for ${tool} prints the expected lines and the number of lines left out`, async () => {
    const recipe = files[`duckdb/${tool}.sql`];
    assert.ok(recipe.includes(`'${stand}'`));
    const results = await run(recipe.replaceAll(`'${stand}'`, `'${join(HERE, "inputs", input)}'`));
    const lines = results.at(-1).map(([line]) => String(line));
    const expected = readFileSync(join(HERE, "expected", `${tool}.ndjson`), "utf8")
      .trimEnd()
      .split("\n");
    assert.deepEqual(lines.map(event).sort(), expected.map(event).sort());
    const times = lines.map((line) => JSON.parse(line).at);
    assert.deepEqual(
      times,
      [...times].sort((a, b) => a - b),
    );
    const counts = Object.fromEntries(results.at(-2).map(([what, count]) => [what, Number(count)]));
    const { taken, ...leftOut } = counts;
    assert.ok(taken > 0);
    assert.deepEqual(leftOut, LEFT_OUT[tool]);
  });
}
