-- GA4's BigQuery export to event lines of leadscore. Spark SQL.
-- Made by examples/import/make.mjs. Change what stands behind FROM in raw_lines to where your export is.
-- Rows without user_pseudo_id are of visitors who did not consent. GA4 leaves out bots itself.
-- The export has no ids of events: two rows are one if their ids, times, names, numbers in the batch and parameters are.

CREATE OR REPLACE TEMP VIEW raw_lines AS
  SELECT j.* FROM (SELECT from_json(value, 'event_timestamp STRING, event_name STRING, user_id STRING, user_pseudo_id STRING,
    batch_page_id STRING, batch_ordering_id STRING, batch_event_index STRING, event_params ARRAY<STRUCT<key: STRING,
    value: STRUCT<string_value: STRING, int_value: STRING, float_value: DOUBLE, double_value: DOUBLE>>>') AS j
    FROM text.`events.json`);

-- What each line says.
CREATE OR REPLACE TEMP VIEW said AS
  SELECT
    nullif(user_pseudo_id, '') AS device,
    nullif(user_id, '') AS person,
    concat(coalesce(user_pseudo_id, ''), '|', coalesce(CAST(event_timestamp AS STRING), ''), '|', event_name, '|', coalesce(CAST(batch_page_id AS STRING), ''), '|', coalesce(CAST(batch_ordering_id AS STRING), ''), '|', coalesce(CAST(batch_event_index AS STRING), ''), '|', to_json(event_params)) AS id,
    false AS is_bot,
    (TRY_CAST(event_timestamp AS BIGINT) DIV 1000) AS `at`,
    coalesce(TRY_CAST(batch_ordering_id AS BIGINT), 0) * 1000 + coalesce(TRY_CAST(batch_event_index AS BIGINT), 0) AS turn,
    event_name AS kind,
    event_name <> 'user_engagement' AS is_event,
    get(filter(event_params, p -> p.key = 'page_location'), 0).value.string_value AS url,
    concat('{', array_join(transform(
      filter(event_params, p -> p.key NOT IN ('page_location', 'engagement_time_msec', 'ga_session_id', 'ga_session_number')),
      p -> concat(substring(to_json(named_struct('v', p.key)), 6, length(to_json(named_struct('v', p.key))) - 6), ':',
        CASE WHEN p.value.string_value IS NOT NULL THEN substring(to_json(named_struct('v', p.value.string_value)), 6, length(to_json(named_struct('v', p.value.string_value))) - 6)
          ELSE coalesce(p.value.int_value, CAST(coalesce(p.value.double_value, p.value.float_value) AS STRING), 'null') END)), ','), '}') AS props,
    coalesce(get(filter(event_params, p -> p.key = 'ga_session_id'), 0).value.int_value, '') AS session,
    nullif(TRY_CAST(get(filter(event_params, p -> p.key = 'engagement_time_msec'), 0).value.int_value AS BIGINT), 0) AS engaged
  FROM raw_lines;

-- The person of each device that one person alone was identified on: two people are never made one.
CREATE OR REPLACE TEMP VIEW people AS
  SELECT device, min(person) AS owner FROM said
  WHERE device IS NOT NULL AND person IS NOT NULL
  GROUP BY device HAVING count(DISTINCT person) = 1;

-- Who each line counts for, and why it is left out.
CREATE OR REPLACE TEMP VIEW judged AS
  SELECT l.id, l.`at`, l.turn, l.kind, l.is_event, l.url, l.props, l.session, l.engaged, coalesce(nullif(l.person, ''), nullif(p.owner, ''), nullif(l.device, '')) AS visitor,
    CASE WHEN l.kind IS NULL THEN 'of a kind that tells nothing about behaviour'
      WHEN l.is_bot THEN 'of bots that say so'
      WHEN coalesce(nullif(l.person, ''), nullif(p.owner, ''), nullif(l.device, '')) IS NULL THEN 'without an id of a visitor'
      WHEN l.`at` IS NULL OR l.`at` < 0 OR l.`at` >= 4294967296000 THEN 'without a time between 1970 and 2106'
      WHEN l.id IS NOT NULL AND row_number() OVER (PARTITION BY l.id ORDER BY l.`at`, l.turn) > 1 THEN 'duplicates'
    END AS dropped
  FROM said AS l LEFT JOIN people AS p ON l.device = p.device;

-- Engaged time adds up for each page of a session. What a page view tells was spent on the page before.
CREATE OR REPLACE TEMP VIEW placed AS
  SELECT visitor, `at`, turn, kind, is_event, url, props, session, engaged,
    CASE WHEN kind = 'page_view'
      THEN coalesce(lag(url) OVER (PARTITION BY visitor, session, kind ORDER BY `at`, turn), url) ELSE url END AS page
  FROM judged WHERE dropped IS NULL;

CREATE OR REPLACE TEMP VIEW engagement AS
  SELECT visitor, `at`, turn, engaged, page,
    sum(coalesce(engaged, 0)) OVER (PARTITION BY visitor, session, page ORDER BY `at`, turn ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW) AS total
  FROM placed;

CREATE OR REPLACE TEMP VIEW events AS
  SELECT visitor, kind, `at`, url, props, turn, 0 AS part FROM placed WHERE is_event
  UNION ALL
  SELECT visitor, 'user_engagement' AS kind, `at`, page AS url,
    concat('{"engaged_seconds":', CAST((total DIV 1000) AS STRING), '}') AS props, turn, 1 AS part
  FROM engagement WHERE engaged IS NOT NULL;

-- What was left out, and why: look at it before you trust the rest.
SELECT coalesce(dropped, 'taken') AS what, count(*) AS how_many FROM judged GROUP BY coalesce(dropped, 'taken') ORDER BY what;

-- The event lines.
SELECT concat(regexp_replace(to_json(named_struct('visitor', visitor, 'type', kind, 'at', `at`, 'url', url)), '}$', ''), ',"props":', coalesce(props, '{}'), '}') AS line FROM events ORDER BY `at`, turn, part;
