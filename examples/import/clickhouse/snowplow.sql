-- Snowplow's enriched events (TSV of 131 columns) to event lines of leadscore. ClickHouse.
-- Made by examples/import/make.mjs. Change what stands behind FROM in raw_lines to where your export is.
-- A page ping stands for 10 seconds: write your tracker's heartbeatDelay for it.
-- Of forms only the id is taken, never what was written into them.

CREATE OR REPLACE TEMPORARY TABLE raw_lines AS
  SELECT nullIf(c[1], '') AS app_id, nullIf(c[2], '') AS platform, nullIf(c[3], '') AS etl_tstamp, nullIf(c[4], '') AS collector_tstamp, nullIf(c[5], '') AS dvce_created_tstamp, nullIf(c[6], '') AS event, nullIf(c[7], '') AS event_id, nullIf(c[8], '') AS txn_id, nullIf(c[9], '') AS name_tracker, nullIf(c[10], '') AS v_tracker, nullIf(c[11], '') AS v_collector, nullIf(c[12], '') AS v_etl, nullIf(c[13], '') AS user_id, nullIf(c[14], '') AS user_ipaddress, nullIf(c[15], '') AS user_fingerprint, nullIf(c[16], '') AS domain_userid, nullIf(c[17], '') AS domain_sessionidx, nullIf(c[18], '') AS network_userid, nullIf(c[19], '') AS geo_country, nullIf(c[20], '') AS geo_region, nullIf(c[21], '') AS geo_city, nullIf(c[22], '') AS geo_zipcode, nullIf(c[23], '') AS geo_latitude, nullIf(c[24], '') AS geo_longitude, nullIf(c[25], '') AS geo_region_name, nullIf(c[26], '') AS ip_isp, nullIf(c[27], '') AS ip_organization, nullIf(c[28], '') AS ip_domain, nullIf(c[29], '') AS ip_netspeed, nullIf(c[30], '') AS page_url, nullIf(c[31], '') AS page_title, nullIf(c[32], '') AS page_referrer, nullIf(c[33], '') AS page_urlscheme, nullIf(c[34], '') AS page_urlhost, nullIf(c[35], '') AS page_urlport, nullIf(c[36], '') AS page_urlpath, nullIf(c[37], '') AS page_urlquery, nullIf(c[38], '') AS page_urlfragment, nullIf(c[39], '') AS refr_urlscheme, nullIf(c[40], '') AS refr_urlhost, nullIf(c[41], '') AS refr_urlport, nullIf(c[42], '') AS refr_urlpath, nullIf(c[43], '') AS refr_urlquery, nullIf(c[44], '') AS refr_urlfragment, nullIf(c[45], '') AS refr_medium, nullIf(c[46], '') AS refr_source, nullIf(c[47], '') AS refr_term, nullIf(c[48], '') AS mkt_medium, nullIf(c[49], '') AS mkt_source, nullIf(c[50], '') AS mkt_term, nullIf(c[51], '') AS mkt_content, nullIf(c[52], '') AS mkt_campaign, nullIf(c[53], '') AS contexts, nullIf(c[54], '') AS se_category, nullIf(c[55], '') AS se_action, nullIf(c[56], '') AS se_label, nullIf(c[57], '') AS se_property, nullIf(c[58], '') AS se_value, nullIf(c[59], '') AS unstruct_event, nullIf(c[60], '') AS tr_orderid, nullIf(c[61], '') AS tr_affiliation, nullIf(c[62], '') AS tr_total, nullIf(c[63], '') AS tr_tax, nullIf(c[64], '') AS tr_shipping, nullIf(c[65], '') AS tr_city, nullIf(c[66], '') AS tr_state, nullIf(c[67], '') AS tr_country, nullIf(c[68], '') AS ti_orderid, nullIf(c[69], '') AS ti_sku, nullIf(c[70], '') AS ti_name, nullIf(c[71], '') AS ti_category, nullIf(c[72], '') AS ti_price, nullIf(c[73], '') AS ti_quantity, nullIf(c[74], '') AS pp_xoffset_min, nullIf(c[75], '') AS pp_xoffset_max, nullIf(c[76], '') AS pp_yoffset_min, nullIf(c[77], '') AS pp_yoffset_max, nullIf(c[78], '') AS useragent, nullIf(c[79], '') AS br_name, nullIf(c[80], '') AS br_family, nullIf(c[81], '') AS br_version, nullIf(c[82], '') AS br_type, nullIf(c[83], '') AS br_renderengine, nullIf(c[84], '') AS br_lang, nullIf(c[85], '') AS br_features_pdf, nullIf(c[86], '') AS br_features_flash, nullIf(c[87], '') AS br_features_java, nullIf(c[88], '') AS br_features_director, nullIf(c[89], '') AS br_features_quicktime, nullIf(c[90], '') AS br_features_realplayer, nullIf(c[91], '') AS br_features_windowsmedia, nullIf(c[92], '') AS br_features_gears, nullIf(c[93], '') AS br_features_silverlight, nullIf(c[94], '') AS br_cookies, nullIf(c[95], '') AS br_colordepth, nullIf(c[96], '') AS br_viewwidth, nullIf(c[97], '') AS br_viewheight, nullIf(c[98], '') AS os_name, nullIf(c[99], '') AS os_family, nullIf(c[100], '') AS os_manufacturer, nullIf(c[101], '') AS os_timezone, nullIf(c[102], '') AS dvce_type, nullIf(c[103], '') AS dvce_ismobile, nullIf(c[104], '') AS dvce_screenwidth, nullIf(c[105], '') AS dvce_screenheight, nullIf(c[106], '') AS doc_charset, nullIf(c[107], '') AS doc_width, nullIf(c[108], '') AS doc_height, nullIf(c[109], '') AS tr_currency, nullIf(c[110], '') AS tr_total_base, nullIf(c[111], '') AS tr_tax_base, nullIf(c[112], '') AS tr_shipping_base, nullIf(c[113], '') AS ti_currency, nullIf(c[114], '') AS ti_price_base, nullIf(c[115], '') AS base_currency, nullIf(c[116], '') AS geo_timezone, nullIf(c[117], '') AS mkt_clickid, nullIf(c[118], '') AS mkt_network, nullIf(c[119], '') AS etl_tags, nullIf(c[120], '') AS dvce_sent_tstamp, nullIf(c[121], '') AS refr_domain_userid, nullIf(c[122], '') AS refr_dvce_tstamp, nullIf(c[123], '') AS derived_contexts, nullIf(c[124], '') AS domain_sessionid, nullIf(c[125], '') AS derived_tstamp, nullIf(c[126], '') AS event_vendor, nullIf(c[127], '') AS event_name, nullIf(c[128], '') AS event_format, nullIf(c[129], '') AS event_version, nullIf(c[130], '') AS event_fingerprint, nullIf(c[131], '') AS true_tstamp
  FROM (SELECT splitByChar('\t', line) AS c FROM file('enriched.tsv', 'LineAsString', 'line String'));

-- What each line says.
CREATE OR REPLACE TEMPORARY TABLE said AS
  SELECT
    coalesce(domain_userid, network_userid) AS device,
    user_id AS person,
    event_id AS id,
    coalesce(br_type = 'Robot', false) OR coalesce(match(ifNull(derived_contexts, ''), '(?i)"spiderOrRobot"\\s*:\\s*true'), false)
      OR CASE WHEN match(ifNull(useragent, ''), '(?i)^mozilla/') THEN NOT match(ifNull(useragent, ''), '(?i)gecko') OR match(ifNull(useragent, ''), '(?i)\\+ht|-go|\\.xm|/pa|/su|/we|adle|ble;|bot/|chec|dbot|ehu|feed|hth|monit|mtm|ng-|ot-|ot;|pide|prev|ps-|pts|sbot|sif|tbot|test|upt|wle|ynt')
      ELSE coalesce(match(ifNull(useragent, ''), '(?i)bot|crawl|spider'), false) END AS is_bot,
    toUnixTimestamp64Milli(parseDateTime64BestEffortOrNull(ifNull(coalesce(derived_tstamp, collector_tstamp), ''), 3, 'UTC')) AS at,
    event_id AS turn,
    CASE WHEN event = 'struct' THEN nullif(trim(BOTH '_' FROM replaceRegexpAll(lowerUTF8(ifNull(se_action, '')), '[^\\p{L}\\p{N}]+', '_')), '')
      WHEN event = 'transaction_item' OR coalesce(event_name, event) IN ('change_form', 'focus_form') THEN NULL
      WHEN coalesce(event_name, event) = 'link_click' THEN 'click' WHEN coalesce(event_name, event) = 'submit_form' THEN 'form_submit'
      WHEN coalesce(event_name, event) = 'site_search' THEN 'view_search_results' ELSE coalesce(event_name, event) END AS kind,
    event <> 'page_ping' AS is_event,
    page_url AS url,
    CASE WHEN event_name = 'submit_form' THEN concat('{', arrayStringConcat(arrayFilter(x -> x != '', [if(isNull(nullIf(JSONExtractString(assumeNotNull(unstruct_event), 'data', 'data', 'formId'), '')), '', concat('"form_id":', toJSONString(nullIf(JSONExtractString(assumeNotNull(unstruct_event), 'data', 'data', 'formId'), ''))))]), ','), '}')
      WHEN event = 'unstruct' THEN nullIf(nullIf(JSONExtractRaw(assumeNotNull(unstruct_event), 'data', 'data'), ''), 'null')
      WHEN event = 'struct' THEN concat('{', arrayStringConcat(arrayFilter(x -> x != '', [if(isNull(se_category), '', concat('"category":', toJSONString(se_category))), if(isNull(se_label), '', concat('"label":', toJSONString(se_label))), if(isNull(se_property), '', concat('"property":', toJSONString(se_property))), if(isNull(toFloat64OrNull(ifNull(se_value, ''))), '', concat('"value":', toJSONString(toFloat64OrNull(ifNull(se_value, '')))))]), ','), '}')
      ELSE concat('{', arrayStringConcat(arrayFilter(x -> x != '', [if(isNull(page_title), '', concat('"title":', toJSONString(page_title))), if(isNull(page_referrer), '', concat('"referrer":', toJSONString(page_referrer)))]), ','), '}') END AS props,
    coalesce(domain_sessionid, '') AS session,
    CASE WHEN event = 'page_ping' THEN 10000 END AS engaged
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
