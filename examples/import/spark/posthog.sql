-- PostHog's batch export of events, as JSON lines to event lines of leadscore. Spark SQL.
-- Made by examples/import/make.mjs. Change what stands behind FROM in raw_lines to where your export is.
-- A device is $device_id, a person $user_id, as posthog-js sends them; else distinct_id counts.
-- Of PostHog's own events, page views, sent forms and what is known of a person are taken. Custom events keep all their properties.

CREATE OR REPLACE TEMP VIEW raw_lines AS
  SELECT value AS j FROM text.`events.json`;

-- What each line says.
CREATE OR REPLACE TEMP VIEW said AS
  SELECT
    coalesce(nullif(get_json_object(j, "$['properties']['$device_id']"), ''), nullif(get_json_object(j, "$['distinct_id']"), '')) AS device,
    nullif(get_json_object(j, "$['properties']['$user_id']"), '') AS person,
    nullif(get_json_object(j, "$['uuid']"), '') AS id,
    CASE WHEN nullif(get_json_object(j, "$['properties']['$raw_user_agent']"), '') RLIKE '(?i)^mozilla/' THEN NOT nullif(get_json_object(j, "$['properties']['$raw_user_agent']"), '') RLIKE '(?i)gecko' OR nullif(get_json_object(j, "$['properties']['$raw_user_agent']"), '') RLIKE '(?i)\\+ht|-go|\\.xm|/pa|/su|/we|adle|ble;|bot/|chec|dbot|ehu|feed|hth|monit|mtm|ng-|ot-|ot;|pide|prev|ps-|pts|sbot|sif|tbot|test|upt|wle|ynt'
      ELSE coalesce(nullif(get_json_object(j, "$['properties']['$raw_user_agent']"), '') RLIKE '(?i)bot|crawl|spider', false) END AS is_bot,
    unix_millis(try_to_timestamp(CASE WHEN nullif(get_json_object(j, "$['timestamp']"), '') RLIKE '(Z|[+-]\\d\\d:?\\d\\d)$' THEN nullif(get_json_object(j, "$['timestamp']"), '') ELSE concat(nullif(get_json_object(j, "$['timestamp']"), ''), 'Z') END)) AS `at`,
    nullif(get_json_object(j, "$['uuid']"), '') AS turn,
    CASE WHEN nullif(get_json_object(j, "$['event']"), '') = '$pageview' THEN 'page_view' WHEN nullif(get_json_object(j, "$['event']"), '') = '$screen' THEN 'screen_view'
      WHEN nullif(get_json_object(j, "$['event']"), '') IN ('$identify', '$set', '$groupidentify') THEN 'identify'
      WHEN nullif(get_json_object(j, "$['event']"), '') = '$autocapture' AND nullif(get_json_object(j, "$['properties']['$event_type']"), '') = 'submit' THEN 'form_submit'
      WHEN nullif(get_json_object(j, "$['event']"), '') LIKE '$%' THEN NULL ELSE nullif(trim(BOTH '_' FROM regexp_replace(lower(nullif(get_json_object(j, "$['event']"), '')), '[^\\p{L}\\p{N}]+', '_')), '') END AS kind,
    true AS is_event,
    nullif(get_json_object(j, "$['properties']['$current_url']"), '') AS url,
    CASE WHEN nullif(get_json_object(j, "$['event']"), '') IN ('$identify', '$set') THEN nullif(get_json_object(j, "$['properties']['$set']"), 'null')
      WHEN nullif(get_json_object(j, "$['event']"), '') = '$groupidentify' THEN nullif(get_json_object(j, "$['properties']['$group_set']"), 'null')
      WHEN nullif(get_json_object(j, "$['event']"), '') LIKE '$%' THEN to_json(named_struct('title', nullif(get_json_object(j, "$['properties']['title']"), ''), 'referrer', nullif(get_json_object(j, "$['properties']['$referrer']"), ''))) ELSE nullif(get_json_object(j, "$['properties']"), 'null') END AS props,
    coalesce(nullif(get_json_object(j, "$['properties']['$session_id']"), ''), '') AS session,
    TRY_CAST(NULL AS BIGINT) AS engaged
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
