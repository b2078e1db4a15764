-- GA4's BigQuery export to event lines of leadscore. ClickHouse.
-- Made by examples/import/make.mjs. Change what stands behind FROM in raw_lines to where your export is.
-- Rows without user_pseudo_id are of visitors who did not consent. GA4 leaves out bots itself.
-- The export has no ids of events: two rows are one if their ids, times, names, numbers in the batch and parameters are.

CREATE OR REPLACE TEMPORARY TABLE raw_lines AS
  SELECT * FROM file('events.json', 'JSONEachRow', 'event_timestamp Nullable(String), event_name String, user_id Nullable(String),
    user_pseudo_id Nullable(String), batch_page_id Nullable(String), batch_ordering_id Nullable(String), batch_event_index Nullable(String),
    event_params Array(Tuple(key String, value Tuple(string_value Nullable(String), int_value Nullable(String),
      float_value Nullable(Float64), double_value Nullable(Float64))))');

-- What each line says.
CREATE OR REPLACE TEMPORARY TABLE said AS
  SELECT
    nullif(user_pseudo_id, '') AS device,
    nullif(user_id, '') AS person,
    concat(coalesce(user_pseudo_id, ''), '|', coalesce(toString(event_timestamp), ''), '|', event_name, '|', coalesce(toString(batch_page_id), ''), '|', coalesce(toString(batch_ordering_id), ''), '|', coalesce(toString(batch_event_index), ''), '|', toJSONString(event_params)) AS id,
    false AS is_bot,
    intDiv(toInt64OrNull(ifNull(event_timestamp, '')), 1000) AS at,
    coalesce(toInt64OrNull(ifNull(batch_ordering_id, '')), 0) * 1000 + coalesce(toInt64OrNull(ifNull(batch_event_index, '')), 0) AS turn,
    event_name AS kind,
    event_name <> 'user_engagement' AS is_event,
    arrayFirst(p -> p.key = 'page_location', event_params).value.string_value AS url,
    concat('{', arrayStringConcat(arrayMap(
      p -> concat(toJSONString(p.key), ':', multiIf(isNotNull(p.value.string_value), toJSONString(p.value.string_value),
        isNotNull(p.value.int_value), ifNull(p.value.int_value, ''),
        toJSONString(coalesce(p.value.double_value, p.value.float_value)))),
      arrayFilter(p -> p.key NOT IN ('page_location', 'engagement_time_msec', 'ga_session_id', 'ga_session_number'), event_params)), ','), '}') AS props,
    coalesce(arrayFirst(p -> p.key = 'ga_session_id', event_params).value.int_value, '') AS session,
    nullif(toInt64OrNull(ifNull(arrayFirst(p -> p.key = 'engagement_time_msec', event_params).value.int_value, '')), 0) AS engaged
  FROM raw_lines;

-- The person of each device that one person alone was identified on: two people are never made one.
CREATE OR REPLACE TEMPORARY TABLE people AS
  SELECT device, min(person) AS owner FROM said
  WHERE device IS NOT NULL AND person IS NOT NULL
  GROUP BY device HAVING count(DISTINCT person) = 1;

-- Who each line counts for, and why it is left out.
CREATE OR REPLACE TEMPORARY TABLE judged AS
  SELECT l.id, l.at, l.turn, l.kind, l.is_event, l.url, l.props, l.session, l.engaged, coalesce(nullif(l.person, ''), nullif(p.owner, ''), nullif(l.device, '')) AS visitor,
    CASE WHEN l.kind IS NULL THEN 'of a kind that tells nothing about behaviour'
      WHEN l.is_bot THEN 'of bots that say so'
      WHEN coalesce(nullif(l.person, ''), nullif(p.owner, ''), nullif(l.device, '')) IS NULL THEN 'without an id of a visitor'
      WHEN l.at IS NULL OR l.at < 0 OR l.at >= 4294967296000 THEN 'without a time between 1970 and 2106'
      WHEN l.id IS NOT NULL AND row_number() OVER (PARTITION BY l.id ORDER BY l.at, l.turn) > 1 THEN 'duplicates'
    END AS dropped
  FROM said AS l LEFT JOIN people AS p ON l.device = p.device;

-- Engaged time adds up for each page of a session. What a page view tells was spent on the page before.
CREATE OR REPLACE TEMPORARY TABLE placed AS
  SELECT visitor, at, turn, kind, is_event, url, props, session, engaged,
    CASE WHEN kind = 'page_view'
      THEN coalesce(lag(url) OVER (PARTITION BY visitor, session, kind ORDER BY at, turn), url) ELSE url END AS page
  FROM judged WHERE dropped IS NULL;

CREATE OR REPLACE TEMPORARY TABLE engagement AS
  SELECT visitor, at, turn, engaged, page,
    sum(coalesce(engaged, 0)) OVER (PARTITION BY visitor, session, page ORDER BY at, turn ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW) AS total
  FROM placed;

CREATE OR REPLACE TEMPORARY TABLE events AS
  SELECT visitor, kind, at, url, props, turn, 0 AS part FROM placed WHERE is_event
  UNION ALL
  SELECT visitor, 'user_engagement' AS kind, at, page AS url,
    concat('{"engaged_seconds":', toString(intDiv(total, 1000)), '}') AS props, turn, 1 AS part
  FROM engagement WHERE engaged IS NOT NULL;

-- What was left out, and why: look at it before you trust the rest.
SELECT coalesce(dropped, 'taken') AS what, count(*) AS how_many FROM judged GROUP BY coalesce(dropped, 'taken') ORDER BY what;

-- The event lines.
SELECT concat('{"visitor":', toJSONString(visitor), ',"type":', toJSONString(kind), ',"at":', toString(at), ',"url":', ifNull(toJSONString(url), 'null'), ',"props":', ifNull(props, '{}'), '}') AS line FROM events ORDER BY at, turn, part;
