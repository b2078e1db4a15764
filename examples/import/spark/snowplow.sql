-- Snowplow's enriched events (TSV of 131 columns) to event lines of leadscore. Spark SQL.
-- Made by examples/import/make.mjs. Change what stands behind FROM in raw_lines to where your export is.
-- A page ping stands for 10 seconds: write your tracker's heartbeatDelay for it.
-- Of forms only the id is taken, never what was written into them.

CREATE OR REPLACE TEMP VIEW raw_lines AS
  SELECT nullif(c[0], '') AS app_id, nullif(c[1], '') AS platform, nullif(c[2], '') AS etl_tstamp, nullif(c[3], '') AS collector_tstamp, nullif(c[4], '') AS dvce_created_tstamp, nullif(c[5], '') AS event, nullif(c[6], '') AS event_id, nullif(c[7], '') AS txn_id, nullif(c[8], '') AS name_tracker, nullif(c[9], '') AS v_tracker, nullif(c[10], '') AS v_collector, nullif(c[11], '') AS v_etl, nullif(c[12], '') AS user_id, nullif(c[13], '') AS user_ipaddress, nullif(c[14], '') AS user_fingerprint, nullif(c[15], '') AS domain_userid, nullif(c[16], '') AS domain_sessionidx, nullif(c[17], '') AS network_userid, nullif(c[18], '') AS geo_country, nullif(c[19], '') AS geo_region, nullif(c[20], '') AS geo_city, nullif(c[21], '') AS geo_zipcode, nullif(c[22], '') AS geo_latitude, nullif(c[23], '') AS geo_longitude, nullif(c[24], '') AS geo_region_name, nullif(c[25], '') AS ip_isp, nullif(c[26], '') AS ip_organization, nullif(c[27], '') AS ip_domain, nullif(c[28], '') AS ip_netspeed, nullif(c[29], '') AS page_url, nullif(c[30], '') AS page_title, nullif(c[31], '') AS page_referrer, nullif(c[32], '') AS page_urlscheme, nullif(c[33], '') AS page_urlhost, nullif(c[34], '') AS page_urlport, nullif(c[35], '') AS page_urlpath, nullif(c[36], '') AS page_urlquery, nullif(c[37], '') AS page_urlfragment, nullif(c[38], '') AS refr_urlscheme, nullif(c[39], '') AS refr_urlhost, nullif(c[40], '') AS refr_urlport, nullif(c[41], '') AS refr_urlpath, nullif(c[42], '') AS refr_urlquery, nullif(c[43], '') AS refr_urlfragment, nullif(c[44], '') AS refr_medium, nullif(c[45], '') AS refr_source, nullif(c[46], '') AS refr_term, nullif(c[47], '') AS mkt_medium, nullif(c[48], '') AS mkt_source, nullif(c[49], '') AS mkt_term, nullif(c[50], '') AS mkt_content, nullif(c[51], '') AS mkt_campaign, nullif(c[52], '') AS contexts, nullif(c[53], '') AS se_category, nullif(c[54], '') AS se_action, nullif(c[55], '') AS se_label, nullif(c[56], '') AS se_property, nullif(c[57], '') AS se_value, nullif(c[58], '') AS unstruct_event, nullif(c[59], '') AS tr_orderid, nullif(c[60], '') AS tr_affiliation, nullif(c[61], '') AS tr_total, nullif(c[62], '') AS tr_tax, nullif(c[63], '') AS tr_shipping, nullif(c[64], '') AS tr_city, nullif(c[65], '') AS tr_state, nullif(c[66], '') AS tr_country, nullif(c[67], '') AS ti_orderid, nullif(c[68], '') AS ti_sku, nullif(c[69], '') AS ti_name, nullif(c[70], '') AS ti_category, nullif(c[71], '') AS ti_price, nullif(c[72], '') AS ti_quantity, nullif(c[73], '') AS pp_xoffset_min, nullif(c[74], '') AS pp_xoffset_max, nullif(c[75], '') AS pp_yoffset_min, nullif(c[76], '') AS pp_yoffset_max, nullif(c[77], '') AS useragent, nullif(c[78], '') AS br_name, nullif(c[79], '') AS br_family, nullif(c[80], '') AS br_version, nullif(c[81], '') AS br_type, nullif(c[82], '') AS br_renderengine, nullif(c[83], '') AS br_lang, nullif(c[84], '') AS br_features_pdf, nullif(c[85], '') AS br_features_flash, nullif(c[86], '') AS br_features_java, nullif(c[87], '') AS br_features_director, nullif(c[88], '') AS br_features_quicktime, nullif(c[89], '') AS br_features_realplayer, nullif(c[90], '') AS br_features_windowsmedia, nullif(c[91], '') AS br_features_gears, nullif(c[92], '') AS br_features_silverlight, nullif(c[93], '') AS br_cookies, nullif(c[94], '') AS br_colordepth, nullif(c[95], '') AS br_viewwidth, nullif(c[96], '') AS br_viewheight, nullif(c[97], '') AS os_name, nullif(c[98], '') AS os_family, nullif(c[99], '') AS os_manufacturer, nullif(c[100], '') AS os_timezone, nullif(c[101], '') AS dvce_type, nullif(c[102], '') AS dvce_ismobile, nullif(c[103], '') AS dvce_screenwidth, nullif(c[104], '') AS dvce_screenheight, nullif(c[105], '') AS doc_charset, nullif(c[106], '') AS doc_width, nullif(c[107], '') AS doc_height, nullif(c[108], '') AS tr_currency, nullif(c[109], '') AS tr_total_base, nullif(c[110], '') AS tr_tax_base, nullif(c[111], '') AS tr_shipping_base, nullif(c[112], '') AS ti_currency, nullif(c[113], '') AS ti_price_base, nullif(c[114], '') AS base_currency, nullif(c[115], '') AS geo_timezone, nullif(c[116], '') AS mkt_clickid, nullif(c[117], '') AS mkt_network, nullif(c[118], '') AS etl_tags, nullif(c[119], '') AS dvce_sent_tstamp, nullif(c[120], '') AS refr_domain_userid, nullif(c[121], '') AS refr_dvce_tstamp, nullif(c[122], '') AS derived_contexts, nullif(c[123], '') AS domain_sessionid, nullif(c[124], '') AS derived_tstamp, nullif(c[125], '') AS event_vendor, nullif(c[126], '') AS event_name, nullif(c[127], '') AS event_format, nullif(c[128], '') AS event_version, nullif(c[129], '') AS event_fingerprint, nullif(c[130], '') AS true_tstamp
  FROM (SELECT split(value, '\t', -1) AS c FROM text.`enriched.tsv`);

-- What each line says.
CREATE OR REPLACE TEMP VIEW said AS
  SELECT
    coalesce(domain_userid, network_userid) AS device,
    user_id AS person,
    event_id AS id,
    coalesce(br_type = 'Robot', false) OR coalesce(derived_contexts RLIKE '(?i)"spiderOrRobot"\\s*:\\s*true', false)
      OR CASE WHEN useragent RLIKE '(?i)^mozilla/' THEN NOT useragent RLIKE '(?i)gecko' OR useragent RLIKE '(?i)\\+ht|-go|\\.xm|/pa|/su|/we|adle|ble;|bot/|chec|dbot|ehu|feed|hth|monit|mtm|ng-|ot-|ot;|pide|prev|ps-|pts|sbot|sif|tbot|test|upt|wle|ynt'
      ELSE coalesce(useragent RLIKE '(?i)bot|crawl|spider', false) END AS is_bot,
    unix_millis(try_to_timestamp(CASE WHEN coalesce(derived_tstamp, collector_tstamp) RLIKE '(Z|[+-]\\d\\d:?\\d\\d)$' THEN coalesce(derived_tstamp, collector_tstamp) ELSE concat(coalesce(derived_tstamp, collector_tstamp), 'Z') END)) AS `at`,
    event_id AS turn,
    CASE WHEN event = 'struct' THEN nullif(trim(BOTH '_' FROM regexp_replace(lower(se_action), '[^\\p{L}\\p{N}]+', '_')), '')
      WHEN event = 'transaction_item' OR coalesce(event_name, event) IN ('change_form', 'focus_form') THEN NULL
      WHEN coalesce(event_name, event) = 'link_click' THEN 'click' WHEN coalesce(event_name, event) = 'submit_form' THEN 'form_submit'
      WHEN coalesce(event_name, event) = 'site_search' THEN 'view_search_results' ELSE coalesce(event_name, event) END AS kind,
    event <> 'page_ping' AS is_event,
    page_url AS url,
    CASE WHEN event_name = 'submit_form' THEN to_json(named_struct('form_id', nullif(get_json_object(unstruct_event, "$['data']['data']['formId']"), '')))
      WHEN event = 'unstruct' THEN nullif(get_json_object(unstruct_event, "$['data']['data']"), 'null')
      WHEN event = 'struct' THEN to_json(named_struct('category', se_category, 'label', se_label, 'property', se_property, 'value', TRY_CAST(se_value AS DOUBLE)))
      ELSE to_json(named_struct('title', page_title, 'referrer', page_referrer)) END AS props,
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
