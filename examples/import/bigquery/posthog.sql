-- PostHog's batch export of events, as JSON lines to event lines of leadscore. BigQuery.
-- Made by examples/import/make.mjs. Change what stands behind FROM in raw_lines to where your export is.
-- A device is $device_id, a person $user_id, as posthog-js sends them; else distinct_id counts.
-- Of PostHog's own events, page views, sent forms and what is known of a person are taken. Custom events keep all their properties.

CREATE TEMP TABLE raw_lines AS
  -- One STRING column j: a line of JSON.
  SELECT j FROM `project.dataset.lines`;

-- What each line says.
CREATE TEMP TABLE said AS
  SELECT
    coalesce(NULLIF(JSON_VALUE(j, '$."properties"."$device_id"'), ''), NULLIF(JSON_VALUE(j, '$."distinct_id"'), '')) AS device,
    NULLIF(JSON_VALUE(j, '$."properties"."$user_id"'), '') AS person,
    NULLIF(JSON_VALUE(j, '$."uuid"'), '') AS id,
    CASE WHEN REGEXP_CONTAINS(NULLIF(JSON_VALUE(j, '$."properties"."$raw_user_agent"'), ''), r'(?i)^mozilla/') THEN NOT REGEXP_CONTAINS(NULLIF(JSON_VALUE(j, '$."properties"."$raw_user_agent"'), ''), r'(?i)gecko') OR REGEXP_CONTAINS(NULLIF(JSON_VALUE(j, '$."properties"."$raw_user_agent"'), ''), r'(?i)\+ht|-go|\.xm|/pa|/su|/we|adle|ble;|bot/|chec|dbot|ehu|feed|hth|monit|mtm|ng-|ot-|ot;|pide|prev|ps-|pts|sbot|sif|tbot|test|upt|wle|ynt')
      ELSE coalesce(REGEXP_CONTAINS(NULLIF(JSON_VALUE(j, '$."properties"."$raw_user_agent"'), ''), r'(?i)bot|crawl|spider'), false) END AS is_bot,
    UNIX_MILLIS(SAFE_CAST(NULLIF(JSON_VALUE(j, '$."timestamp"'), '') AS TIMESTAMP)) AS `at`,
    NULLIF(JSON_VALUE(j, '$."uuid"'), '') AS turn,
    CASE WHEN NULLIF(JSON_VALUE(j, '$."event"'), '') = '$pageview' THEN 'page_view' WHEN NULLIF(JSON_VALUE(j, '$."event"'), '') = '$screen' THEN 'screen_view'
      WHEN NULLIF(JSON_VALUE(j, '$."event"'), '') IN ('$identify', '$set', '$groupidentify') THEN 'identify'
      WHEN NULLIF(JSON_VALUE(j, '$."event"'), '') = '$autocapture' AND NULLIF(JSON_VALUE(j, '$."properties"."$event_type"'), '') = 'submit' THEN 'form_submit'
      WHEN NULLIF(JSON_VALUE(j, '$."event"'), '') LIKE '$%' THEN NULL ELSE nullif(TRIM(REGEXP_REPLACE(LOWER(NULLIF(JSON_VALUE(j, '$."event"'), '')), r'[^\p{L}\p{N}]+', '_'), '_'), '') END AS kind,
    true AS is_event,
    NULLIF(JSON_VALUE(j, '$."properties"."$current_url"'), '') AS url,
    CASE WHEN NULLIF(JSON_VALUE(j, '$."event"'), '') IN ('$identify', '$set') THEN NULLIF(JSON_QUERY(j, '$."properties"."$set"'), 'null')
      WHEN NULLIF(JSON_VALUE(j, '$."event"'), '') = '$groupidentify' THEN NULLIF(JSON_QUERY(j, '$."properties"."$group_set"'), 'null')
      WHEN NULLIF(JSON_VALUE(j, '$."event"'), '') LIKE '$%' THEN TO_JSON_STRING(JSON_STRIP_NULLS(TO_JSON(STRUCT(NULLIF(JSON_VALUE(j, '$."properties"."title"'), '') AS title, NULLIF(JSON_VALUE(j, '$."properties"."$referrer"'), '') AS referrer)))) ELSE NULLIF(JSON_QUERY(j, '$."properties"'), 'null') END AS props,
    coalesce(NULLIF(JSON_VALUE(j, '$."properties"."$session_id"'), ''), '') AS session,
    SAFE_CAST(NULL AS INT64) AS engaged
  FROM raw_lines;

-- The person of each device that one person alone was identified on: two people are never made one.
CREATE TEMP TABLE people AS
  SELECT device, min(person) AS owner FROM said
  WHERE device IS NOT NULL AND person IS NOT NULL
  GROUP BY device HAVING count(DISTINCT person) = 1;

-- Who each line counts for, and why it is left out.
CREATE TEMP TABLE judged AS
  SELECT l.id, l.`at`, l.turn, l.kind, l.is_event, l.url, l.props, l.session, l.engaged, coalesce(nullif(l.person, ''), nullif(p.owner, ''), nullif(l.device, '')) AS visitor,
    CASE WHEN l.kind IS NULL THEN 'of a kind that tells nothing about behaviour'
      WHEN l.is_bot THEN 'of bots that say so'
      WHEN coalesce(nullif(l.person, ''), nullif(p.owner, ''), nullif(l.device, '')) IS NULL THEN 'without an id of a visitor'
      WHEN l.`at` IS NULL OR l.`at` < 0 OR l.`at` >= 4294967296000 THEN 'without a time between 1970 and 2106'
      WHEN l.id IS NOT NULL AND row_number() OVER (PARTITION BY l.id ORDER BY l.`at`, l.turn) > 1 THEN 'duplicates'
    END AS dropped
  FROM said AS l LEFT JOIN people AS p ON l.device = p.device;

-- Engaged time adds up for each page of a session. What a page view tells was spent on the page before.
CREATE TEMP TABLE placed AS
  SELECT visitor, `at`, turn, kind, is_event, url, props, session, engaged,
    CASE WHEN kind = 'page_view'
      THEN coalesce(lag(url) OVER (PARTITION BY visitor, session, kind ORDER BY `at`, turn), url) ELSE url END AS page
  FROM judged WHERE dropped IS NULL;

CREATE TEMP TABLE engagement AS
  SELECT visitor, `at`, turn, engaged, page,
    sum(coalesce(engaged, 0)) OVER (PARTITION BY visitor, session, page ORDER BY `at`, turn ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW) AS total
  FROM placed;

CREATE TEMP TABLE events AS
  SELECT visitor, kind, `at`, url, props, turn, 0 AS part FROM placed WHERE is_event
  UNION ALL
  SELECT visitor, 'user_engagement' AS kind, `at`, page AS url,
    concat('{"engaged_seconds":', CAST(DIV(total, 1000) AS STRING), '}') AS props, turn, 1 AS part
  FROM engagement WHERE engaged IS NOT NULL;

-- What was left out, and why: look at it before you trust the rest.
SELECT coalesce(dropped, 'taken') AS what, count(*) AS how_many FROM judged GROUP BY coalesce(dropped, 'taken') ORDER BY what;

-- The event lines.
SELECT CONCAT(REGEXP_REPLACE(TO_JSON_STRING(STRUCT(visitor, kind AS type, `at`, url)), r'}$', ''), ',"props":', COALESCE(props, '{}'), '}') AS line FROM events ORDER BY `at`, turn, part;
