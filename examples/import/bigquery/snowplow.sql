-- Snowplow's enriched events (TSV of 131 columns) to event lines of leadscore. BigQuery.
-- Made by examples/import/make.mjs. Change what stands behind FROM in raw_lines to where your export is.
-- A page ping stands for 10 seconds: write your tracker's heartbeatDelay for it.
-- Of forms only the id is taken, never what was written into them.

CREATE TEMP TABLE raw_lines AS
  -- The columns of the enriched TSV, all STRING, empty ones as NULL.
  SELECT * FROM `project.dataset.enriched`;

-- What each line says.
CREATE TEMP TABLE said AS
  SELECT
    coalesce(domain_userid, network_userid) AS device,
    user_id AS person,
    event_id AS id,
    coalesce(br_type = 'Robot', false) OR coalesce(REGEXP_CONTAINS(derived_contexts, r'(?i)"spiderOrRobot"\s*:\s*true'), false)
      OR CASE WHEN REGEXP_CONTAINS(useragent, r'(?i)^mozilla/') THEN NOT REGEXP_CONTAINS(useragent, r'(?i)gecko') OR REGEXP_CONTAINS(useragent, r'(?i)\+ht|-go|\.xm|/pa|/su|/we|adle|ble;|bot/|chec|dbot|ehu|feed|hth|monit|mtm|ng-|ot-|ot;|pide|prev|ps-|pts|sbot|sif|tbot|test|upt|wle|ynt')
      ELSE coalesce(REGEXP_CONTAINS(useragent, r'(?i)bot|crawl|spider'), false) END AS is_bot,
    UNIX_MILLIS(SAFE_CAST(coalesce(derived_tstamp, collector_tstamp) AS TIMESTAMP)) AS `at`,
    event_id AS turn,
    CASE WHEN event = 'struct' THEN nullif(TRIM(REGEXP_REPLACE(LOWER(se_action), r'[^\p{L}\p{N}]+', '_'), '_'), '')
      WHEN event = 'transaction_item' OR coalesce(event_name, event) IN ('change_form', 'focus_form') THEN NULL
      WHEN coalesce(event_name, event) = 'link_click' THEN 'click' WHEN coalesce(event_name, event) = 'submit_form' THEN 'form_submit'
      WHEN coalesce(event_name, event) = 'site_search' THEN 'view_search_results' ELSE coalesce(event_name, event) END AS kind,
    event <> 'page_ping' AS is_event,
    page_url AS url,
    CASE WHEN event_name = 'submit_form' THEN TO_JSON_STRING(JSON_STRIP_NULLS(TO_JSON(STRUCT(NULLIF(JSON_VALUE(unstruct_event, '$."data"."data"."formId"'), '') AS form_id))))
      WHEN event = 'unstruct' THEN NULLIF(JSON_QUERY(unstruct_event, '$."data"."data"'), 'null')
      WHEN event = 'struct' THEN TO_JSON_STRING(JSON_STRIP_NULLS(TO_JSON(STRUCT(se_category AS category, se_label AS label, se_property AS property, SAFE_CAST(se_value AS FLOAT64) AS value))))
      ELSE TO_JSON_STRING(JSON_STRIP_NULLS(TO_JSON(STRUCT(page_title AS title, page_referrer AS referrer)))) END AS props,
    coalesce(domain_sessionid, '') AS session,
    CASE WHEN event = 'page_ping' THEN 10000 END AS engaged
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
