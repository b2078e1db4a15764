-- Matomo's Live.getLastVisitsDetails, a visit a line (jq -c '.[]') to event lines of leadscore. BigQuery.
-- Made by examples/import/make.mjs. Change what stands behind FROM in raw_lines to where your export is.
-- Matomo leaves out bots itself. Its time on a page is that between two actions, which is not engaged time: it is not taken.

CREATE TEMP TABLE raw_lines AS
  -- One STRING column j: a line of JSON.
  SELECT j FROM `project.dataset.lines`;

-- What each line says.
CREATE TEMP TABLE said AS
  SELECT
    NULLIF(JSON_VALUE(j, '$."visitorId"'), '') AS device,
    NULLIF(JSON_VALUE(j, '$."userId"'), '') AS person,
    concat(NULLIF(JSON_VALUE(j, '$."idVisit"'), ''), '|', item) AS id,
    false AS is_bot,
    SAFE_CAST(NULLIF(JSON_VALUE(item, '$."timestamp"'), '') AS INT64) * 1000 AS `at`,
    item AS turn,
    CASE NULLIF(JSON_VALUE(item, '$."type"'), '') WHEN 'action' THEN 'page_view' WHEN 'event' THEN nullif(TRIM(REGEXP_REPLACE(LOWER(NULLIF(JSON_VALUE(item, '$."eventAction"'), '')), r'[^\p{L}\p{N}]+', '_'), '_'), '')
      WHEN 'download' THEN 'file_download' WHEN 'outlink' THEN 'click' WHEN 'search' THEN 'view_search_results'
      WHEN 'goal' THEN 'goal' WHEN 'ecommerceOrder' THEN 'purchase' END AS kind,
    true AS is_event,
    NULLIF(JSON_VALUE(item, '$."url"'), '') AS url,
    TO_JSON_STRING(JSON_STRIP_NULLS(TO_JSON(STRUCT(NULLIF(JSON_VALUE(item, '$."pageTitle"'), '') AS title, NULLIF(JSON_VALUE(item, '$."eventCategory"'), '') AS category, NULLIF(JSON_VALUE(item, '$."eventName"'), '') AS name, NULLIF(JSON_VALUE(item, '$."goalName"'), '') AS goal_name, NULLIF(JSON_VALUE(item, '$."siteSearchKeyword"'), '') AS search_term)))) AS props,
    '' AS session,
    SAFE_CAST(NULL AS INT64) AS engaged
  FROM raw_lines, UNNEST(JSON_QUERY_ARRAY(j, '$.actionDetails')) AS item;

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
