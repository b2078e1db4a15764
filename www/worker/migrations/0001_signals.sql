-- One row for each signal that was believed. The id is the sender's, so a retry or a second tab finds it taken.
-- What a report asks for stands in columns, as the receiver recomputed it; the signal itself is kept whole.
CREATE TABLE signals (
  id TEXT PRIMARY KEY,
  visitor TEXT NOT NULL,
  stage TEXT NOT NULL,
  score REAL NOT NULL,
  segment TEXT NOT NULL,
  label TEXT,
  happened_at TEXT NOT NULL,
  received_at TEXT NOT NULL,
  signal TEXT NOT NULL
) STRICT;

CREATE INDEX signals_received ON signals (received_at);
