-- One row for each signal that was taken and each decision of sales. A sender's retry finds its id taken.
-- What a list asks for stands in columns, as the receiver recomputed it; the signal itself is kept whole.
-- Times are RFC 3339 in UTC with milliseconds, so that they sort as text.
CREATE TABLE leadscore_entries (
  id TEXT PRIMARY KEY NOT NULL,
  kind TEXT NOT NULL,
  visitor TEXT NOT NULL,
  stage TEXT NOT NULL,
  score REAL,
  segment TEXT,
  label TEXT,
  provenance TEXT,
  verification TEXT,
  happened TEXT NOT NULL,
  received TEXT NOT NULL,
  forward TEXT NOT NULL,
  attempts INTEGER NOT NULL,
  signal TEXT
) STRICT;

-- Every list is in order of receipt, with the id where two came at once.
CREATE INDEX leadscore_received ON leadscore_entries (received, id);
CREATE INDEX leadscore_visitor ON leadscore_entries (visitor, kind, received, id);
CREATE INDEX leadscore_stage ON leadscore_entries (stage, received, id);
CREATE INDEX leadscore_kind ON leadscore_entries (kind, received, id);
CREATE INDEX leadscore_verification ON leadscore_entries (verification, received, id);
CREATE INDEX leadscore_provenance ON leadscore_entries (provenance, received, id);
CREATE INDEX leadscore_forward ON leadscore_entries (forward, received, id);

-- The newest decision of a visitor, which every list shows.
CREATE INDEX leadscore_decision ON leadscore_entries (visitor, happened, received, id) WHERE kind = 'lifecycle';
