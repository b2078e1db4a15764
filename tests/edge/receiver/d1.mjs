// The real D1, in memory, with the migrations applied.
import { readFile } from "node:fs/promises";
import { Miniflare } from "miniflare";

const MIGRATION = new URL("../../../pkg-config/migrations/0001_leadscore.sql", import.meta.url);

export async function startD1(options = {}) {
  const server = new Miniflare({
    host: "127.0.0.1",
    cf: false,
    compatibilityDate: "2026-04-01",
    modules: true,
    script: "export default {}",
    d1Databases: { DB: "leadscore" },
    d1Persist: false,
    ...options,
  });
  const db = await server.getD1Database("DB");
  const sql = await readFile(MIGRATION, "utf8");
  const statements = sql
    .replace(/^--.*$/gm, "")
    .split(";")
    .map((part) => part.trim())
    .filter(Boolean);
  await db.batch(statements.map((statement) => db.prepare(statement)));
  return { server, db };
}
