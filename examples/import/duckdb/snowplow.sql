-- Snowplow's enriched events (TSV of 131 columns) to event lines of leadscore. DuckDB.
-- Made by examples/import/make.mjs. Change what stands behind FROM in raw_lines to where your export is.
-- A page ping stands for 10 seconds: write your tracker's heartbeatDelay for it.
-- Of forms only the id is taken, never what was written into them.

CREATE OR REPLACE TEMP VIEW raw_lines AS
  SELECT * FROM read_csv('enriched.tsv', delim = '\t', quote = '', escape = '', header = false, nullstr = '',
    columns = {app_id: 'VARCHAR', platform: 'VARCHAR', etl_tstamp: 'VARCHAR', collector_tstamp: 'VARCHAR', dvce_created_tstamp: 'VARCHAR', event: 'VARCHAR', event_id: 'VARCHAR', txn_id: 'VARCHAR', name_tracker: 'VARCHAR', v_tracker: 'VARCHAR', v_collector: 'VARCHAR', v_etl: 'VARCHAR', user_id: 'VARCHAR', user_ipaddress: 'VARCHAR', user_fingerprint: 'VARCHAR', domain_userid: 'VARCHAR', domain_sessionidx: 'VARCHAR', network_userid: 'VARCHAR', geo_country: 'VARCHAR', geo_region: 'VARCHAR', geo_city: 'VARCHAR', geo_zipcode: 'VARCHAR', geo_latitude: 'VARCHAR', geo_longitude: 'VARCHAR', geo_region_name: 'VARCHAR', ip_isp: 'VARCHAR', ip_organization: 'VARCHAR', ip_domain: 'VARCHAR', ip_netspeed: 'VARCHAR', page_url: 'VARCHAR', page_title: 'VARCHAR', page_referrer: 'VARCHAR', page_urlscheme: 'VARCHAR', page_urlhost: 'VARCHAR', page_urlport: 'VARCHAR', page_urlpath: 'VARCHAR', page_urlquery: 'VARCHAR', page_urlfragment: 'VARCHAR', refr_urlscheme: 'VARCHAR', refr_urlhost: 'VARCHAR', refr_urlport: 'VARCHAR', refr_urlpath: 'VARCHAR', refr_urlquery: 'VARCHAR', refr_urlfragment: 'VARCHAR', refr_medium: 'VARCHAR', refr_source: 'VARCHAR', refr_term: 'VARCHAR', mkt_medium: 'VARCHAR', mkt_source: 'VARCHAR', mkt_term: 'VARCHAR', mkt_content: 'VARCHAR', mkt_campaign: 'VARCHAR', contexts: 'VARCHAR', se_category: 'VARCHAR', se_action: 'VARCHAR', se_label: 'VARCHAR', se_property: 'VARCHAR', se_value: 'VARCHAR', unstruct_event: 'VARCHAR', tr_orderid: 'VARCHAR', tr_affiliation: 'VARCHAR', tr_total: 'VARCHAR', tr_tax: 'VARCHAR', tr_shipping: 'VARCHAR', tr_city: 'VARCHAR', tr_state: 'VARCHAR', tr_country: 'VARCHAR', ti_orderid: 'VARCHAR', ti_sku: 'VARCHAR', ti_name: 'VARCHAR', ti_category: 'VARCHAR', ti_price: 'VARCHAR', ti_quantity: 'VARCHAR', pp_xoffset_min: 'VARCHAR', pp_xoffset_max: 'VARCHAR', pp_yoffset_min: 'VARCHAR', pp_yoffset_max: 'VARCHAR', useragent: 'VARCHAR', br_name: 'VARCHAR', br_family: 'VARCHAR', br_version: 'VARCHAR', br_type: 'VARCHAR', br_renderengine: 'VARCHAR', br_lang: 'VARCHAR', br_features_pdf: 'VARCHAR', br_features_flash: 'VARCHAR', br_features_java: 'VARCHAR', br_features_director: 'VARCHAR', br_features_quicktime: 'VARCHAR', br_features_realplayer: 'VARCHAR', br_features_windowsmedia: 'VARCHAR', br_features_gears: 'VARCHAR', br_features_silverlight: 'VARCHAR', br_cookies: 'VARCHAR', br_colordepth: 'VARCHAR', br_viewwidth: 'VARCHAR', br_viewheight: 'VARCHAR', os_name: 'VARCHAR', os_family: 'VARCHAR', os_manufacturer: 'VARCHAR', os_timezone: 'VARCHAR', dvce_type: 'VARCHAR', dvce_ismobile: 'VARCHAR', dvce_screenwidth: 'VARCHAR', dvce_screenheight: 'VARCHAR', doc_charset: 'VARCHAR', doc_width: 'VARCHAR', doc_height: 'VARCHAR', tr_currency: 'VARCHAR', tr_total_base: 'VARCHAR', tr_tax_base: 'VARCHAR', tr_shipping_base: 'VARCHAR', ti_currency: 'VARCHAR', ti_price_base: 'VARCHAR', base_currency: 'VARCHAR', geo_timezone: 'VARCHAR', mkt_clickid: 'VARCHAR', mkt_network: 'VARCHAR', etl_tags: 'VARCHAR', dvce_sent_tstamp: 'VARCHAR', refr_domain_userid: 'VARCHAR', refr_dvce_tstamp: 'VARCHAR', derived_contexts: 'VARCHAR', domain_sessionid: 'VARCHAR', derived_tstamp: 'VARCHAR', event_vendor: 'VARCHAR', event_name: 'VARCHAR', event_format: 'VARCHAR', event_version: 'VARCHAR', event_fingerprint: 'VARCHAR', true_tstamp: 'VARCHAR'});

-- What each line says.
CREATE OR REPLACE TEMP VIEW said AS
  SELECT
    coalesce(domain_userid, network_userid) AS device,
    user_id AS person,
    event_id AS id,
    coalesce(br_type = 'Robot', false) OR coalesce(regexp_matches(derived_contexts, '"spiderOrRobot"\s*:\s*true', 'i'), false)
      OR CASE WHEN regexp_matches(useragent, '^mozilla/', 'i') THEN NOT regexp_matches(useragent, 'gecko', 'i') OR regexp_matches(useragent, '\+ht|-go|\.xm|/pa|/su|/we|adle|ble;|bot/|chec|dbot|ehu|feed|hth|monit|mtm|ng-|ot-|ot;|pide|prev|ps-|pts|sbot|sif|tbot|test|upt|wle|ynt', 'i')
      ELSE coalesce(regexp_matches(useragent, 'bot|crawl|spider', 'i'), false) END AS is_bot,
    epoch_ms(TRY_CAST(CASE WHEN regexp_matches(coalesce(derived_tstamp, collector_tstamp), '(Z|[+-]\d\d:?\d\d)$') THEN coalesce(derived_tstamp, collector_tstamp) ELSE coalesce(derived_tstamp, collector_tstamp) || 'Z' END AS TIMESTAMPTZ)) AS "at",
    event_id AS turn,
    CASE WHEN event = 'struct' THEN nullif(trim(regexp_replace(lower(se_action), '[^\p{L}\p{N}]+', '_', 'g'), '_'), '')
      WHEN event = 'transaction_item' OR coalesce(event_name, event) IN ('change_form', 'focus_form') THEN NULL
      WHEN coalesce(event_name, event) = 'link_click' THEN 'click' WHEN coalesce(event_name, event) = 'submit_form' THEN 'form_submit'
      WHEN coalesce(event_name, event) = 'site_search' THEN 'view_search_results' ELSE coalesce(event_name, event) END AS kind,
    event <> 'page_ping' AS is_event,
    page_url AS url,
    CASE WHEN event_name = 'submit_form' THEN CAST(json_merge_patch('{}', json_object('form_id', nullif(unstruct_event->>'$."data"."data"."formId"', ''))) AS VARCHAR)
      WHEN event = 'unstruct' THEN nullif(CAST(unstruct_event->'$."data"."data"' AS VARCHAR), 'null')
      WHEN event = 'struct' THEN CAST(json_merge_patch('{}', json_object('category', se_category, 'label', se_label, 'property', se_property, 'value', TRY_CAST(se_value AS DOUBLE))) AS VARCHAR)
      ELSE CAST(json_merge_patch('{}', json_object('title', page_title, 'referrer', page_referrer)) AS VARCHAR) END AS props,
    coalesce(domain_sessionid, '') AS session,
    CASE WHEN event = 'page_ping' THEN 10000 END AS engaged
  FROM raw_lines;

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
