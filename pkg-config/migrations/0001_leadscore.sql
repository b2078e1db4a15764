-- One row for each accepted signal and each decision of sales. The primary key makes a sender's retry a duplicate. The
-- fields of lists are columns, with the recomputed values; the signal itself is stored completely. Times are RFC 3339
-- in UTC with milliseconds, so that they sort as strings.
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
