-- Scores with all events in the shuffle: simpler, and necessary for `--trace` and `--signals`, which need all events of
-- a visitor together. Tasks get the events unordered, so they are sorted.
WITH together AS (
  SELECT value FROM events DISTRIBUTE BY get_json_object(value, '$.visitor')
)
SELECT TRANSFORM (value)
  USING '${leadscore} replay ${model} --sort --threads 1 --skipped-ok'
  AS (line STRING)
FROM together
