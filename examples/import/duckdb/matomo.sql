-- Matomo's Live.getLastVisitsDetails, a visit a line (jq -c '.[]') to event lines of leadscore. DuckDB.
-- Made by examples/import/make.mjs. Change what stands behind FROM in raw_lines to where your export is.
-- Matomo leaves out bots itself. Its time on a page is that between two actions, which is not engaged time: it is not taken.

CREATE OR REPLACE TEMP VIEW raw_lines AS
  SELECT CAST(json AS VARCHAR) AS j FROM read_ndjson_objects('visits.json');

-- What each line says.
CREATE OR REPLACE TEMP VIEW said AS
  SELECT
    nullif(j->>'$."visitorId"', '') AS device,
    nullif(j->>'$."userId"', '') AS person,
    concat(nullif(j->>'$."idVisit"', ''), '|', CAST(item AS VARCHAR)) AS id,
    false AS is_bot,
    TRY_CAST(nullif(CAST(item AS VARCHAR)->>'$."timestamp"', '') AS BIGINT) * 1000 AS "at",
    CAST(item AS VARCHAR) AS turn,
    CASE nullif(CAST(item AS VARCHAR)->>'$."type"', '') WHEN 'action' THEN 'page_view' WHEN 'event' THEN nullif(trim(regexp_replace(lower(nullif(CAST(item AS VARCHAR)->>'$."eventAction"', '')), '[^\p{L}\p{N}]+', '_', 'g'), '_'), '')
      WHEN 'download' THEN 'file_download' WHEN 'outlink' THEN 'click' WHEN 'search' THEN 'view_search_results'
      WHEN 'goal' THEN 'goal' WHEN 'ecommerceOrder' THEN 'purchase' END AS kind,
    true AS is_event,
    nullif(CAST(item AS VARCHAR)->>'$."url"', '') AS url,
    CAST(json_merge_patch('{}', json_object('title', nullif(CAST(item AS VARCHAR)->>'$."pageTitle"', ''), 'category', nullif(CAST(item AS VARCHAR)->>'$."eventCategory"', ''), 'name', nullif(CAST(item AS VARCHAR)->>'$."eventName"', ''), 'goal_name', nullif(CAST(item AS VARCHAR)->>'$."goalName"', ''), 'search_term', nullif(CAST(item AS VARCHAR)->>'$."siteSearchKeyword"', ''))) AS VARCHAR) AS props,
    '' AS session,
    TRY_CAST(NULL AS BIGINT) AS engaged
  FROM raw_lines, unnest(json_extract(j, '$.actionDetails[*]')) AS items(item);

-- The person of each device that one person alone was identified on: two people are never made one.
CREATE OR REPLACE TEMP VIEW people AS
  SELECT device, min(person) AS owner FROM said
  WHERE device IS NOT NULL AND person IS NOT NULL
  GROUP BY device HAVING count(DISTINCT person) = 1;

-- Who each line counts for, and why it is left out.
CREATE OR REPLACE TEMP VIEW judged AS
  SELECT l.id, l."at", l.turn, l.kind, l.is_event, l.url, l.props, l.session, l.engaged, coalesce(nullif(l.person, ''), nullif(p.owner, ''), nullif(l.device, '')) AS visitor,
    CASE WHEN l.kind IS NULL THEN 'of a kind that tells nothing about behaviour'
      WHEN l.is_bot THEN 'of bots that say so'
      WHEN coalesce(nullif(l.person, ''), nullif(p.owner, ''), nullif(l.device, '')) IS NULL THEN 'without an id of a visitor'
      WHEN l."at" IS NULL OR l."at" < 0 OR l."at" >= 4294967296000 THEN 'without a time between 1970 and 2106'
      WHEN l.id IS NOT NULL AND row_number() OVER (PARTITION BY l.id ORDER BY l."at", l.turn) > 1 THEN 'duplicates'
    END AS dropped
  FROM said AS l LEFT JOIN people AS p ON l.device = p.device;

-- Engaged time adds up for each page of a session. What a page view tells was spent on the page before.
CREATE OR REPLACE TEMP VIEW placed AS
  SELECT visitor, "at", turn, kind, is_event, url, props, session, engaged,
    CASE WHEN kind = 'page_view'
      THEN coalesce(lag(url) OVER (PARTITION BY visitor, session, kind ORDER BY "at", turn), url) ELSE url END AS page
  FROM judged WHERE dropped IS NULL;

CREATE OR REPLACE TEMP VIEW engagement AS
  SELECT visitor, "at", turn, engaged, page,
    sum(coalesce(engaged, 0)) OVER (PARTITION BY visitor, session, page ORDER BY "at", turn ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW) AS total
  FROM placed;

CREATE OR REPLACE TEMP VIEW events AS
  SELECT visitor, kind, "at", url, props, turn, 0 AS part FROM placed WHERE is_event
  UNION ALL
  SELECT visitor, 'user_engagement' AS kind, "at", page AS url,
    concat('{"engaged_seconds":', CAST((CAST(total AS BIGINT) // 1000) AS VARCHAR), '}') AS props, turn, 1 AS part
  FROM engagement WHERE engaged IS NOT NULL;

-- What was left out, and why: look at it before you trust the rest.
SELECT coalesce(dropped, 'taken') AS what, count(*) AS how_many FROM judged GROUP BY coalesce(dropped, 'taken') ORDER BY what;

-- The event lines.
SELECT CAST(json_object('visitor', visitor, 'type', kind, 'at', "at", 'url', url, 'props', CAST(props AS JSON)) AS VARCHAR) AS line FROM events ORDER BY "at", turn, part;
