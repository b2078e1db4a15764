-- Scores of all visitors, with only their states in the shuffle: events stay where they are. `${leadscore}` is the
-- program and `${model}` the compiled model, under their paths on every executor; `events` has a column `value` with
-- event lines.
WITH states AS (
  -- Each task makes a state of each visitor in its part of the events.
  SELECT TRANSFORM (value)
    USING '${leadscore} replay ${model} --states --threads 1 --skipped-ok'
    AS (line STRING)
  FROM events
),
together AS (
  SELECT line FROM states DISTRIBUTE BY get_json_object(line, '$.visitor')
)
-- All states of a visitor are in one task now, which joins and scores them.
SELECT TRANSFORM (line)
  USING '${leadscore} score ${model} --threads 1'
  AS (line STRING)
FROM together
