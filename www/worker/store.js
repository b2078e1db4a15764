// Signals in D1 (SQLite).

const NEWEST = 100;

// False where the id is known already: the same signal sent twice is one row.
export async function insertSignal(db, signal, snapshot) {
  const result = await db
    .prepare(
      `INSERT OR IGNORE INTO signals (id, visitor, stage, score, segment, label, happened_at, received_at, signal)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    )
    .bind(
      signal.id,
      signal.subject,
      signal.data.stage,
      snapshot.score,
      snapshot.segment,
      snapshot.label,
      signal.time,
      new Date().toISOString(),
      JSON.stringify(signal),
    )
    .run();
  return result.meta.changes === 1;
}

export async function newestSignals(db) {
  const { results } = await db
    .prepare("SELECT * FROM signals ORDER BY received_at DESC, id LIMIT ?")
    .bind(NEWEST)
    .all();
  return results.map((row) => ({ ...row, signal: JSON.parse(row.signal) }));
}
