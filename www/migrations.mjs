// The package's tables for D1.
import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";

/** Each migration of a folder in its order: its name, and its statements, between which D1 takes no comments. */
export const migrations = (folder) =>
  readdirSync(folder)
    .sort()
    .map((name) => ({ name, statements: statements(readFileSync(join(folder, name), "utf8")) }));

const statements = (sql) =>
  sql
    .replace(/^--.*$/gm, "")
    .split(";")
    .map((part) => part.trim())
    .filter(Boolean);

/** All of them, into a database that has none. */
export async function migrate(db, folder) {
  const all = migrations(folder).flatMap(({ statements }) => statements);
  await db.batch(all.map((statement) => db.prepare(statement)));
}
