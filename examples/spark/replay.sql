-- The same with all events in the shuffle: simpler, and the way to get `--trace` and `--signals`, for which the events of
-- a visitor have to be together. Each task gets them in no order, which is why they are sorted.
WITH together AS (
  SELECT value FROM events DISTRIBUTE BY get_json_object(value, '$.visitor')
)
SELECT TRANSFORM (value)
  USING '${leadscore} replay ${model} --sort --threads 1 --skipped-ok'
  AS (line STRING)
FROM together
