-- What an edge worker itself has seen, until when an entry is not forwarded again, and ids in namespaces. Receivers from
-- before go on with this table, and newer ones with the table from before: apply it when it suits.
ALTER TABLE leadscore_entries ADD COLUMN witnessed REAL;
ALTER TABLE leadscore_entries ADD COLUMN due TEXT;

-- What says `edge` follows from what the worker saw alone.
UPDATE leadscore_entries SET witnessed = score WHERE provenance = 'edge';

-- So that neither what was never verified nor another kind of signal takes the id of a visitor's signal.
UPDATE leadscore_entries SET id = 'account:' || id WHERE kind = 'account' AND instr(id, ':') = 0;
UPDATE leadscore_entries SET id = 'unverified:' || id WHERE verification = 'unverified' AND id NOT LIKE 'unverified:%';
