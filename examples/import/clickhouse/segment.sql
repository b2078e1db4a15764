-- Segment's or RudderStack's calls, as JSON lines to event lines of leadscore. ClickHouse.
-- Made by examples/import/make.mjs. Change what stands behind FROM in raw_lines to where your export is.
-- Traits of a company (group) are facts about its people. Traits may hold names and addresses: leave out what no rule asks for.

CREATE OR REPLACE TEMPORARY TABLE raw_lines AS
  SELECT json AS j FROM file('calls.json', 'JSONAsString', 'json String');

-- What each line says.
CREATE OR REPLACE TEMPORARY TABLE said AS
  SELECT
    nullIf(JSONExtractString(assumeNotNull(j), 'anonymousId'), '') AS device,
    nullIf(JSONExtractString(assumeNotNull(j), 'userId'), '') AS person,
    nullIf(JSONExtractString(assumeNotNull(j), 'messageId'), '') AS id,
    CASE WHEN match(ifNull(nullIf(JSONExtractString(assumeNotNull(j), 'context', 'userAgent'), ''), ''), '(?i)^mozilla/') THEN NOT match(ifNull(nullIf(JSONExtractString(assumeNotNull(j), 'context', 'userAgent'), ''), ''), '(?i)gecko') OR match(ifNull(nullIf(JSONExtractString(assumeNotNull(j), 'context', 'userAgent'), ''), ''), '(?i)\\+ht|-go|\\.xm|/pa|/su|/we|adle|ble;|bot/|chec|dbot|ehu|feed|hth|monit|mtm|ng-|ot-|ot;|pide|prev|ps-|pts|sbot|sif|tbot|test|upt|wle|ynt')
      ELSE coalesce(match(ifNull(nullIf(JSONExtractString(assumeNotNull(j), 'context', 'userAgent'), ''), ''), '(?i)bot|crawl|spider'), false) END AS is_bot,
    toUnixTimestamp64Milli(parseDateTime64BestEffortOrNull(ifNull(coalesce(nullIf(JSONExtractString(assumeNotNull(j), 'timestamp'), ''), nullIf(JSONExtractString(assumeNotNull(j), 'originalTimestamp'), ''), nullIf(JSONExtractString(assumeNotNull(j), 'receivedAt'), '')), ''), 3, 'UTC')) AS at,
    nullIf(JSONExtractString(assumeNotNull(j), 'messageId'), '') AS turn,
    CASE nullIf(JSONExtractString(assumeNotNull(j), 'type'), '') WHEN 'page' THEN 'page_view' WHEN 'screen' THEN 'screen_view'
      WHEN 'identify' THEN 'identify' WHEN 'group' THEN 'identify' WHEN 'track' THEN nullif(trim(BOTH '_' FROM replaceRegexpAll(lowerUTF8(ifNull(nullIf(JSONExtractString(assumeNotNull(j), 'event'), ''), '')), '[^\\p{L}\\p{N}]+', '_')), '') END AS kind,
    true AS is_event,
    coalesce(nullIf(JSONExtractString(assumeNotNull(j), 'properties', 'url'), ''), nullIf(JSONExtractString(assumeNotNull(j), 'context', 'page', 'url'), '')) AS url,
    CASE WHEN nullIf(JSONExtractString(assumeNotNull(j), 'type'), '') IN ('identify', 'group') THEN coalesce(nullIf(nullIf(JSONExtractRaw(assumeNotNull(j), 'traits'), ''), 'null'), nullIf(nullIf(JSONExtractRaw(assumeNotNull(j), 'context', 'traits'), ''), 'null'))
      ELSE nullIf(nullIf(JSONExtractRaw(assumeNotNull(j), 'properties'), ''), 'null') END AS props,
    '' AS session,
    toInt64OrNull(ifNull(NULL, '')) AS engaged
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
