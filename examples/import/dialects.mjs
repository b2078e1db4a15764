// The differences between the four SQL dialects. Everything else is in recipes.mjs.
import { readFileSync } from "node:fs";

const lines = (...parts) => parts.join("\n");
const quoted = (text) => `'${text.replaceAll("'", "''")}'`;
/** Returns a JSON path. Its names may contain any character except quotes. */
const dotted = (path) => quoted(`$${path.map((name) => `."${name}"`).join("")}`);
const bracketed = (path) => quoted(`$${path.map((name) => `['${name}']`).join("")}`);

/** The scorer's words for bots whose user agent looks like a browser's, and the words for all other bots. */
const parts = readFileSync(new URL("../../src/event/crawlers.txt", import.meta.url), "utf8")
  .split("\n")
  .filter(Boolean);
export const CRAWLERS = parts.map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, "\\$&")).join("|");
export const WORDS = "bot|crawl|spider";

const GA4_FIELDS = "STRUCT(string_value VARCHAR, int_value VARCHAR, float_value DOUBLE, double_value DOUBLE)";

export const duckdb = {
  name: "DuckDB",
  temp: (name, body) => lines(`CREATE OR REPLACE TEMP VIEW ${name} AS`, `${body};`),
  get: (json, ...path) => `nullif(${json}->>${dotted(path)}, '')`,
  raw: (json, ...path) => `nullif(CAST(${json}->${dotted(path)} AS VARCHAR), 'null')`,
  snake: (text) => `trim(regexp_replace(lower(${text}), '[^\\p{L}\\p{N}]+', '_', 'g'), '_')`,
  matches: (text, pattern) => `regexp_matches(${text}, ${quoted(pattern)}, 'i')`,
  millis: (text) =>
    `epoch_ms(TRY_CAST(CASE WHEN regexp_matches(${text}, '(Z|[+-]\\d\\d:?\\d\\d)$') THEN ${text} ELSE ${text} || 'Z' END AS TIMESTAMPTZ))`,
  whole: (text) => `TRY_CAST(${text} AS BIGINT)`,
  div: (a, b) => `(${a} // ${b})`,
  text: (value) => `CAST(${value} AS VARCHAR)`,
  object: (fields) =>
    `CAST(json_merge_patch('{}', json_object(${fields.map(([name, value]) => `'${name}', ${value}`).join(", ")})) AS VARCHAR)`,
  line: `CAST(json_object('visitor', visitor, 'type', kind, 'at', "at", 'url', url, 'props', CAST(props AS JSON)) AS VARCHAR)`,
  each: (from, json, name) => `${from}, unnest(json_extract(${json}, '$.${name}[*]')) AS items(item)`,
  item: "CAST(item AS VARCHAR)",
  jsonLines: (file) => `SELECT CAST(json AS VARCHAR) AS j FROM read_ndjson_objects('${file}')`,
  tsv: (file, columns) =>
    `SELECT * FROM read_csv('${file}', delim = '\\t', quote = '', escape = '', header = false, nullstr = '',\n    columns = {${columns.map((name) => `${name}: 'VARCHAR'`).join(", ")}})`,
  ga4Source: lines(
    "SELECT * FROM read_json('events.json', format = 'newline_delimited', columns = {",
    "    event_timestamp: 'VARCHAR', event_name: 'VARCHAR', user_id: 'VARCHAR', user_pseudo_id: 'VARCHAR',",
    "    batch_page_id: 'VARCHAR', batch_ordering_id: 'VARCHAR', batch_event_index: 'VARCHAR',",
    `    event_params: 'STRUCT(key VARCHAR, value ${GA4_FIELDS})[]'})`,
  ),
  param: (key, field) => `list_filter(event_params, lambda p: p.key = '${key}')[1].value.${field}`,
  params: (without) =>
    lines(
      "CAST(map_from_entries(list_transform(",
      `      list_filter(event_params, lambda p: p.key NOT IN (${without})),`,
      "      lambda p: struct_pack(k := p.key, v := coalesce(to_json(p.value.string_value),",
      "        to_json(TRY_CAST(p.value.int_value AS BIGINT)), to_json(p.value.double_value), to_json(p.value.float_value)))))",
      "      ::JSON AS VARCHAR)",
    ),
  paramsText: "CAST(to_json(event_params) AS VARCHAR)",
};

export const bigquery = {
  name: "BigQuery",
  temp: (name, body) => lines(`CREATE TEMP TABLE ${name} AS`, `${body};`),
  get: (json, ...path) => `NULLIF(JSON_VALUE(${json}, ${dotted(path)}), '')`,
  raw: (json, ...path) => `NULLIF(JSON_QUERY(${json}, ${dotted(path)}), 'null')`,
  snake: (text) => `TRIM(REGEXP_REPLACE(LOWER(${text}), r'[^\\p{L}\\p{N}]+', '_'), '_')`,
  matches: (text, pattern) => `REGEXP_CONTAINS(${text}, r'(?i)${pattern}')`,
  // BigQuery reads a time without a zone as UTC.
  millis: (text) => `UNIX_MILLIS(SAFE_CAST(${text} AS TIMESTAMP))`,
  whole: (text) => `SAFE_CAST(${text} AS INT64)`,
  div: (a, b) => `DIV(${a}, ${b})`,
  text: (value) => `CAST(${value} AS STRING)`,
  object: (fields) =>
    `TO_JSON_STRING(JSON_STRIP_NULLS(TO_JSON(STRUCT(${fields.map(([name, value]) => `${value} AS ${name}`).join(", ")}))))`,
  line: "CONCAT(REGEXP_REPLACE(TO_JSON_STRING(STRUCT(visitor, kind AS type, `at`, url)), r'}$', ''), ',\"props\":', COALESCE(props, '{}'), '}')",
  each: (from, json, name) => `${from}, UNNEST(JSON_QUERY_ARRAY(${json}, '$.${name}')) AS item`,
  item: "item",
  jsonLines: () => "-- One STRING column j: a line of JSON.\n  SELECT j FROM `project.dataset.lines`",
  tsv: () =>
    "-- The columns of the enriched TSV, all STRING, empty ones as NULL.\n  SELECT * FROM `project.dataset.enriched`",
  ga4Source:
    "SELECT * FROM `project.analytics_123456789.events_*` WHERE _TABLE_SUFFIX BETWEEN '20260101' AND '20260131'",
  param: (key, field) =>
    `(SELECT ${field === "int_value" ? "CAST(p.value.int_value AS STRING)" : `p.value.${field}`} FROM UNNEST(event_params) AS p WHERE p.key = '${key}' LIMIT 1)`,
  params: (without) =>
    lines(
      "(SELECT CONCAT('{', IFNULL(STRING_AGG(CONCAT(TO_JSON_STRING(p.key), ':', CASE",
      "      WHEN p.value.string_value IS NOT NULL THEN TO_JSON_STRING(p.value.string_value)",
      "      WHEN p.value.int_value IS NOT NULL THEN TO_JSON_STRING(p.value.int_value)",
      "      ELSE TO_JSON_STRING(COALESCE(p.value.double_value, p.value.float_value)) END), ','), ''), '}')",
      `      FROM UNNEST(event_params) AS p WHERE p.key NOT IN (${without}))`,
    ),
  paramsText: "TO_JSON_STRING(event_params)",
};

const sparkQuote = (text) =>
  `substring(to_json(named_struct('v', ${text})), 6, length(to_json(named_struct('v', ${text}))) - 6)`;
export const spark = {
  name: "Spark SQL",
  temp: (name, body) => lines(`CREATE OR REPLACE TEMP VIEW ${name} AS`, `${body};`),
  get: (json, ...path) =>
    `nullif(get_json_object(${json}, ${`"${bracketed(path).slice(1, -1).replaceAll("''", "'")}"`}), '')`,
  raw: (json, ...path) =>
    `nullif(get_json_object(${json}, ${`"${bracketed(path).slice(1, -1).replaceAll("''", "'")}"`}), 'null')`,
  snake: (text) => `trim(BOTH '_' FROM regexp_replace(lower(${text}), '[^\\\\p{L}\\\\p{N}]+', '_'))`,
  matches: (text, pattern) => `${text} RLIKE ${quoted(`(?i)${pattern}`.replaceAll("\\", "\\\\"))}`,
  millis: (text) =>
    `unix_millis(try_to_timestamp(CASE WHEN ${text} RLIKE '(Z|[+-]\\\\d\\\\d:?\\\\d\\\\d)$' THEN ${text} ELSE concat(${text}, 'Z') END))`,
  whole: (text) => `TRY_CAST(${text} AS BIGINT)`,
  div: (a, b) => `(${a} DIV ${b})`,
  text: (value) => `CAST(${value} AS STRING)`,
  object: (fields) => `to_json(named_struct(${fields.map(([name, value]) => `'${name}', ${value}`).join(", ")}))`,
  line: "concat(regexp_replace(to_json(named_struct('visitor', visitor, 'type', kind, 'at', `at`, 'url', url)), '}$', ''), ',\"props\":', coalesce(props, '{}'), '}')",
  each: (from, json, name) =>
    `${from} LATERAL VIEW explode(from_json(get_json_object(${json}, '$.${name}'), 'array<string>')) items AS item`,
  item: "item",
  jsonLines: (file) => `SELECT value AS j FROM text.\`${file}\``,
  tsv: (file, columns) =>
    lines(
      `SELECT ${columns.map((name, at) => `nullif(c[${at}], '') AS ${name}`).join(", ")}`,
      `  FROM (SELECT split(value, '\\t', -1) AS c FROM text.\`${file}\`)`,
    ),
  ga4Source: lines(
    "SELECT j.* FROM (SELECT from_json(value, 'event_timestamp STRING, event_name STRING, user_id STRING, user_pseudo_id STRING,",
    "    batch_page_id STRING, batch_ordering_id STRING, batch_event_index STRING, event_params ARRAY<STRUCT<key: STRING,",
    "    value: STRUCT<string_value: STRING, int_value: STRING, float_value: DOUBLE, double_value: DOUBLE>>>') AS j",
    "    FROM text.`events.json`)",
  ),
  param: (key, field) => `get(filter(event_params, p -> p.key = '${key}'), 0).value.${field}`,
  params: (without) =>
    lines(
      "concat('{', array_join(transform(",
      `      filter(event_params, p -> p.key NOT IN (${without})),`,
      `      p -> concat(${sparkQuote("p.key")}, ':',`,
      `        CASE WHEN p.value.string_value IS NOT NULL THEN ${sparkQuote("p.value.string_value")}`,
      "          ELSE coalesce(p.value.int_value, CAST(coalesce(p.value.double_value, p.value.float_value) AS STRING), 'null') END)), ','), '}')",
    ),
  paramsText: "to_json(event_params)",
};

export const clickhouse = {
  name: "ClickHouse",
  temp: (name, body) => lines(`CREATE OR REPLACE TEMPORARY TABLE ${name} AS`, `${body};`),
  get: (json, ...path) => `nullIf(JSONExtractString(assumeNotNull(${json}), ${path.map(quoted).join(", ")}), '')`,
  raw: (json, ...path) =>
    `nullIf(nullIf(JSONExtractRaw(assumeNotNull(${json}), ${path.map(quoted).join(", ")}), ''), 'null')`,
  snake: (text) => `trim(BOTH '_' FROM replaceRegexpAll(lowerUTF8(ifNull(${text}, '')), '[^\\\\p{L}\\\\p{N}]+', '_'))`,
  matches: (text, pattern) => `match(ifNull(${text}, ''), ${quoted(`(?i)${pattern}`.replaceAll("\\", "\\\\"))})`,
  millis: (text) => `toUnixTimestamp64Milli(parseDateTime64BestEffortOrNull(ifNull(${text}, ''), 3, 'UTC'))`,
  whole: (text) => `toInt64OrNull(ifNull(${text}, ''))`,
  div: (a, b) => `intDiv(${a}, ${b})`,
  text: (value) => `toString(${value})`,
  object: (fields) =>
    `concat('{', arrayStringConcat(arrayFilter(x -> x != '', [${fields
      .map(([name, value]) => `ifNull(concat('"${name}":', toJSONString(${value})), '')`)
      .map((text) =>
        text.replace(/^ifNull\((concat\('".*?":', toJSONString\((.*)\)\)), ''\)$/s, "if(isNull($2), '', $1)"),
      )
      .join(", ")}]), ','), '}')`,
  line: "concat('{\"visitor\":', toJSONString(visitor), ',\"type\":', toJSONString(kind), ',\"at\":', toString(at), ',\"url\":', ifNull(toJSONString(url), 'null'), ',\"props\":', ifNull(props, '{}'), '}')",
  each: (from, json, name) => `${from} ARRAY JOIN JSONExtractArrayRaw(${json}, '${name}') AS item`,
  item: "item",
  jsonLines: (file) => `SELECT json AS j FROM file('${file}', 'JSONAsString', 'json String')`,
  tsv: (file, columns) =>
    lines(
      `SELECT ${columns.map((name, at) => `nullIf(c[${at + 1}], '') AS ${name}`).join(", ")}`,
      `  FROM (SELECT splitByChar('\\t', line) AS c FROM file('${file}', 'LineAsString', 'line String'))`,
    ),
  ga4Source: lines(
    "SELECT * FROM file('events.json', 'JSONEachRow', 'event_timestamp Nullable(String), event_name String, user_id Nullable(String),",
    "    user_pseudo_id Nullable(String), batch_page_id Nullable(String), batch_ordering_id Nullable(String), batch_event_index Nullable(String),",
    "    event_params Array(Tuple(key String, value Tuple(string_value Nullable(String), int_value Nullable(String),",
    "      float_value Nullable(Float64), double_value Nullable(Float64))))')",
  ),
  param: (key, field) => `arrayFirst(p -> p.key = '${key}', event_params).value.${field}`,
  params: (without) =>
    lines(
      "concat('{', arrayStringConcat(arrayMap(",
      "      p -> concat(toJSONString(p.key), ':', multiIf(isNotNull(p.value.string_value), toJSONString(p.value.string_value),",
      "        isNotNull(p.value.int_value), ifNull(p.value.int_value, ''),",
      "        toJSONString(coalesce(p.value.double_value, p.value.float_value)))),",
      `      arrayFilter(p -> p.key NOT IN (${without}), event_params)), ','), '}')`,
    ),
  paramsText: "toJSONString(event_params)",
};
