// The real D1, in memory, with the migrations applied.
import { fileURLToPath } from "node:url";
import { Miniflare } from "miniflare";
import { migrations } from "../../../www/migrations.mjs";

export const MIGRATIONS = fileURLToPath(new URL("../../../pkg-config/migrations", import.meta.url));

/** With all migrations, or those that are given. */
export async function startD1({ migrations: applied = migrations(MIGRATIONS), ...options } = /** @type {any} */ ({})) {
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
  await db.batch(applied.flatMap(({ statements }) => statements).map((statement) => db.prepare(statement)));
  return { server, db };
}
