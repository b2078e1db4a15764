-- Adds the points that an edge worker has witnessed, the time before which an entry is not forwarded again, and
-- namespaces of ids. Older receivers work with this table, and newer ones with the previous table: apply it at any
-- time.
ALTER TABLE leadscore_entries ADD COLUMN witnessed REAL;
ALTER TABLE leadscore_entries ADD COLUMN due TEXT;

-- What says `edge` follows from what the worker saw alone.
UPDATE leadscore_entries SET witnessed = score WHERE provenance = 'edge';

-- So that neither what was never verified nor another kind of signal takes the id of a visitor's signal.
UPDATE leadscore_entries SET id = 'account:' || id WHERE kind = 'account' AND instr(id, ':') = 0;
UPDATE leadscore_entries SET id = 'unverified:' || id WHERE verification = 'unverified' AND id NOT LIKE 'unverified:%';
