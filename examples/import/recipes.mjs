// The recipes. For each tool, expressions map its export to the same columns; the rest of the query turns these columns
// into event lines for all tools. `node examples/import/make.mjs` writes the recipes in four dialects.
import { SNOWPLOW } from "./columns.mjs";
import { CRAWLERS, WORDS } from "./dialects.mjs";

/** True for a declared bot: the scorer's word list tests agents that look like browsers, plain words test all others. */
const bot = (d, agent) =>
  `CASE WHEN ${d.matches(agent, "^mozilla/")} THEN NOT ${d.matches(agent, "gecko")} OR ${d.matches(agent, CRAWLERS)}
      ELSE coalesce(${d.matches(agent, WORDS)}, false) END`;
const never = "false";

/**
 * The columns of each tool's lines. `kind` is null for lines that do not describe behaviour. `engaged` is in
 * milliseconds; `is_event` is false for lines that carry only engaged time.
 */
export const TOOLS = {
  ga4: {
    title: "GA4's BigQuery export",
    notes: [
      "Rows without user_pseudo_id are from visitors who did not consent. GA4 already leaves out bots.",
      "The export has no event ids: rows with equal visitor, time, name, batch position and parameters are duplicates.",
    ],
    source: (d) => d.ga4Source,
    from: () => "raw_lines",
    columns: (d) => ({
      device: "nullif(user_pseudo_id, '')",
      person: "nullif(user_id, '')",
      id: `concat(coalesce(user_pseudo_id, ''), '|', coalesce(${d.text("event_timestamp")}, ''), '|', event_name, '|', coalesce(${d.text("batch_page_id")}, ''), '|', coalesce(${d.text("batch_ordering_id")}, ''), '|', coalesce(${d.text("batch_event_index")}, ''), '|', ${d.paramsText})`,
      is_bot: never,
      at: d.div(d.whole("event_timestamp"), 1000),
      turn: `coalesce(${d.whole("batch_ordering_id")}, 0) * 1000 + coalesce(${d.whole("batch_event_index")}, 0)`,
      kind: "event_name",
      is_event: "event_name <> 'user_engagement'",
      url: d.param("page_location", "string_value"),
      props: d.params("'page_location', 'engagement_time_msec', 'ga_session_id', 'ga_session_number'"),
      session: `coalesce(${d.param("ga_session_id", "int_value")}, '')`,
      engaged: `nullif(${d.whole(d.param("engagement_time_msec", "int_value"))}, 0)`,
    }),
  },
  snowplow: {
    title: "Snowplow's enriched events (TSV of 131 columns)",
    notes: [
      "A page ping counts as 10 seconds: change 10000 (milliseconds) to your tracker's heartbeatDelay.",
      "Only the id of a form is taken, never its values.",
    ],
    source: (d) => d.tsv("enriched.tsv", SNOWPLOW),
    from: () => "raw_lines",
    columns: (d) => {
      const named = "coalesce(event_name, event)";
      const data = (...path) => d.get("unstruct_event", "data", "data", ...path);
      return {
        device: "coalesce(domain_userid, network_userid)",
        person: "user_id",
        id: "event_id",
        is_bot: `coalesce(br_type = 'Robot', false) OR coalesce(${d.matches("derived_contexts", '"spiderOrRobot"\\s*:\\s*true')}, false)
      OR ${bot(d, "useragent")}`,
        at: d.millis("coalesce(derived_tstamp, collector_tstamp)"),
        turn: "event_id",
        kind: `CASE WHEN event = 'struct' THEN nullif(${d.snake("se_action")}, '')
      WHEN event = 'transaction_item' OR ${named} IN ('change_form', 'focus_form') THEN NULL
      WHEN ${named} = 'link_click' THEN 'click' WHEN ${named} = 'submit_form' THEN 'form_submit'
      WHEN ${named} = 'site_search' THEN 'view_search_results' ELSE ${named} END`,
        is_event: "event <> 'page_ping'",
        url: "page_url",
        props: `CASE WHEN event_name = 'submit_form' THEN ${d.object([["form_id", data("formId")]])}
      WHEN event = 'unstruct' THEN ${d.raw("unstruct_event", "data", "data")}
      WHEN event = 'struct' THEN ${d.object([
        ["category", "se_category"],
        ["label", "se_label"],
        ["property", "se_property"],
        [
          "value",
          d.name === "ClickHouse"
            ? "toFloat64OrNull(ifNull(se_value, ''))"
            : d.name === "BigQuery"
              ? "SAFE_CAST(se_value AS FLOAT64)"
              : "TRY_CAST(se_value AS DOUBLE)",
        ],
      ])}
      ELSE ${d.object([
        ["title", "page_title"],
        ["referrer", "page_referrer"],
      ])} END`,
        session: "coalesce(domain_sessionid, '')",
        engaged: "CASE WHEN event = 'page_ping' THEN 10000 END",
      };
    },
  },
  segment: {
    title: "Segment's or RudderStack's calls, as JSON lines",
    notes: [
      "Company (group) traits count for its people. Traits may contain names and addresses: remove those that no rule uses.",
    ],
    source: (d) => d.jsonLines("calls.json"),
    from: () => "raw_lines",
    columns: (d) => ({
      device: d.get("j", "anonymousId"),
      person: d.get("j", "userId"),
      id: d.get("j", "messageId"),
      is_bot: bot(d, d.get("j", "context", "userAgent")),
      at: d.millis(
        `coalesce(${d.get("j", "timestamp")}, ${d.get("j", "originalTimestamp")}, ${d.get("j", "receivedAt")})`,
      ),
      turn: d.get("j", "messageId"),
      kind: `CASE ${d.get("j", "type")} WHEN 'page' THEN 'page_view' WHEN 'screen' THEN 'screen_view'
      WHEN 'identify' THEN 'identify' WHEN 'group' THEN 'identify' WHEN 'track' THEN nullif(${d.snake(d.get("j", "event"))}, '') END`,
      is_event: "true",
      url: `coalesce(${d.get("j", "properties", "url")}, ${d.get("j", "context", "page", "url")})`,
      props: `CASE WHEN ${d.get("j", "type")} IN ('identify', 'group') THEN coalesce(${d.raw("j", "traits")}, ${d.raw("j", "context", "traits")})
      ELSE ${d.raw("j", "properties")} END`,
      session: "''",
      engaged: d.whole("NULL"),
    }),
  },
  posthog: {
    title: "PostHog's batch export of events, as JSON lines",
    notes: [
      "The device is $device_id and the person $user_id, as posthog-js sends them; without them, distinct_id is used.",
      "PostHog's own page views, sent forms and person properties are taken. Custom events keep all their properties.",
    ],
    source: (d) => d.jsonLines("events.json"),
    from: () => "raw_lines",
    columns: (d) => {
      const event = d.get("j", "event");
      const of = (name) => d.get("j", "properties", name);
      return {
        device: `coalesce(${of("$device_id")}, ${d.get("j", "distinct_id")})`,
        person: of("$user_id"),
        id: d.get("j", "uuid"),
        is_bot: bot(d, of("$raw_user_agent")),
        at: d.millis(d.get("j", "timestamp")),
        turn: d.get("j", "uuid"),
        kind: `CASE WHEN ${event} = '$pageview' THEN 'page_view' WHEN ${event} = '$screen' THEN 'screen_view'
      WHEN ${event} IN ('$identify', '$set', '$groupidentify') THEN 'identify'
      WHEN ${event} = '$autocapture' AND ${of("$event_type")} = 'submit' THEN 'form_submit'
      WHEN ${event} LIKE '$%' THEN NULL ELSE nullif(${d.snake(event)}, '') END`,
        is_event: "true",
        url: of("$current_url"),
        props: `CASE WHEN ${event} IN ('$identify', '$set') THEN ${d.raw("j", "properties", "$set")}
      WHEN ${event} = '$groupidentify' THEN ${d.raw("j", "properties", "$group_set")}
      WHEN ${event} LIKE '$%' THEN ${d.object([
        ["title", of("title")],
        ["referrer", of("$referrer")],
      ])} ELSE ${d.raw("j", "properties")} END`,
        session: `coalesce(${of("$session_id")}, '')`,
        engaged: d.whole("NULL"),
      };
    },
  },
  matomo: {
    title: "Matomo's Live.getLastVisitsDetails, one visit per line (jq -c '.[]')",
    notes: [
      "Matomo already leaves out bots. Its time on a page (between two actions) is not engaged time, so it is not taken.",
    ],
    source: (d) => d.jsonLines("visits.json"),
    from: (d) => d.each("raw_lines", "j", "actionDetails"),
    columns: (d) => {
      const of = (name) => d.get(d.item, name);
      return {
        device: d.get("j", "visitorId"),
        person: d.get("j", "userId"),
        id: `concat(${d.name === "ClickHouse" ? "JSONExtractRaw(j, 'idVisit')" : d.get("j", "idVisit")}, '|', ${d.item})`,
        is_bot: never,
        at: `${d.whole(d.name === "ClickHouse" ? "JSONExtractRaw(item, 'timestamp')" : of("timestamp"))} * 1000`,
        turn: d.item,
        kind: `CASE ${of("type")} WHEN 'action' THEN 'page_view' WHEN 'event' THEN nullif(${d.snake(of("eventAction"))}, '')
      WHEN 'download' THEN 'file_download' WHEN 'outlink' THEN 'click' WHEN 'search' THEN 'view_search_results'
      WHEN 'goal' THEN 'goal' WHEN 'ecommerceOrder' THEN 'purchase' END`,
        is_event: "true",
        url: of("url"),
        props: d.object([
          ["title", of("pageTitle")],
          ["category", of("eventCategory")],
          ["name", of("eventName")],
          ["goal_name", of("goalName")],
          ["search_term", of("siteSearchKeyword")],
        ]),
        session: "''",
        engaged: d.whole("NULL"),
      };
    },
  },
};

const LATEST = "4294967296000";

/** Returns the SQL of a recipe in a dialect. */
export function recipe(d, { title, notes, source, from, columns }) {
  const at = d.name === "ClickHouse" ? "at" : d.name === "DuckDB" ? '"at"' : "`at`";
  const list = Object.entries(columns(d)).map(([name, value]) => `    ${value} AS ${name === "at" ? at : name}`);
  const order = `ORDER BY ${at}, turn`;
  const until = "ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW";
  const visitor = "coalesce(nullif(l.person, ''), nullif(p.owner, ''), nullif(l.device, ''))";
  return `-- ${title} to event lines of leadscore. ${d.name}.
-- Generated by examples/import/make.mjs. In raw_lines, replace the source after FROM with your export.
${notes.map((note) => `-- ${note}\n`).join("")}
${d.temp("raw_lines", `  ${source(d)}`)}

-- The columns that all recipes have in common.
${d.temp("mapped", `  SELECT\n${list.join(",\n")}\n  FROM ${from(d)}`)}

-- The person of each device on which exactly one person was identified. Two people are never merged.
${d.temp("people", `  SELECT device, min(person) AS owner FROM mapped\n  WHERE device IS NOT NULL AND person IS NOT NULL\n  GROUP BY device HAVING count(DISTINCT person) = 1`)}

-- The visitor of each line, and the reason if the line is left out.
${d.temp(
  "judged",
  `  SELECT l.id, l.${at}, l.turn, l.kind, l.is_event, l.url, l.props, l.session, l.engaged, ${visitor} AS visitor,
    CASE WHEN l.kind IS NULL THEN 'of a kind that does not describe behaviour'
      WHEN l.is_bot THEN 'from bots that identify themselves'
      WHEN ${visitor} IS NULL THEN 'without an id of a visitor'
      WHEN l.${at} IS NULL OR l.${at} < 0 OR l.${at} >= ${LATEST} THEN 'without a time between 1970 and 2106'
      WHEN l.id IS NOT NULL AND row_number() OVER (PARTITION BY l.id ORDER BY l.${at}, l.turn) > 1 THEN 'duplicates'
    END AS dropped
  FROM mapped AS l LEFT JOIN people AS p ON l.device = p.device`,
)}

-- Engaged time adds up for each page of a session. The time in a page view was spent on the previous page.
${d.temp(
  "placed",
  `  SELECT visitor, ${at}, turn, kind, is_event, url, props, session, engaged,
    CASE WHEN kind = 'page_view'
      THEN coalesce(lag(url) OVER (PARTITION BY visitor, session, kind ${order}), url) ELSE url END AS page
  FROM judged WHERE dropped IS NULL`,
)}

${d.temp(
  "engagement",
  `  SELECT visitor, ${at}, turn, engaged, page,
    sum(coalesce(engaged, 0)) OVER (PARTITION BY visitor, session, page ${order} ${until}) AS total
  FROM placed`,
)}

${d.temp(
  "events",
  `  SELECT visitor, kind, ${at}, url, props, turn, 0 AS part FROM placed WHERE is_event
  UNION ALL
  SELECT visitor, 'user_engagement' AS kind, ${at}, page AS url,
    concat('{"engaged_seconds":', ${d.text(d.div(d.name === "DuckDB" ? "CAST(total AS BIGINT)" : "total", 1000))}, '}') AS props, turn, 1 AS part
  FROM engagement WHERE engaged IS NOT NULL`,
)}

-- The number of lines taken, and left out for each reason: check it before you use the event lines.
SELECT coalesce(dropped, 'taken') AS what, count(*) AS how_many FROM judged GROUP BY coalesce(dropped, 'taken') ORDER BY what;

-- The event lines.
SELECT ${d.line} AS line FROM events ORDER BY ${at}, turn, part;
`;
}
