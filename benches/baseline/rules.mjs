// The rules of benches/twenty.json, written by hand: one function for each, by event type. An event is `{ type, t,
// props, path, query }`, `t` in seconds, `path` and `query` are parts of its URL.

const HOUR = 3_600;
export const DAY = 86_400;

const below = (path, folder) =>
  path.startsWith(folder) && (path.length === folder.length || path[folder.length] === "/");

/** Returns the number of segments after a folder. */
function depth(path, folder) {
  if (!below(path, folder)) return 0;
  let segments = 0;
  for (let at = folder.length; at < path.length; at++) if (path[at] === "/" && at + 1 < path.length) segments++;
  return segments;
}

/** A query value, if it needs no decoding; the events here have none that do. */
function query(event, name) {
  for (let at = 0; at >= 0 && at < event.query.length;) {
    let end = event.query.indexOf("&", at);
    if (end < 0) end = event.query.length;
    if (event.query.startsWith(name, at) && event.query[at + name.length] === "=") {
      return event.query.slice(at + name.length + 1, end);
    }
    at = end + 1;
  }
  return undefined;
}

// One division at the end, so that a tie is one.
const halfLife = (time) => (points, age) => points * 2 ** (-age / time);
const linear = (time) => (points, age) => (points * Math.max(0, time - age)) / time;
const step = (percent, every) => (points, age) => (points * Math.max(0, 100 - percent * Math.floor(age / every))) / 100;

const PAID = new Set(["cpc", "paid", "paid_social"]);
const COMPARES = new Set(["pricing", "alternative", "migrate"]);
const view = (match) => ({ types: ["page_view"], match });
const on = (type, match) => ({ types: [type], match });
const each = (event) => event.path;
const days = (event) => Math.floor(event.t / DAY);
const hours = (event) => Math.floor(event.t / HOUR);
const once = { limit: 1, key: (event) => event.t };

/** In thousandths of a point. `key` identifies a hit of a rule. */
export const twenty = [
  {
    id: "pricing-view",
    ...view((e) => below(e.path, "/pricing")),
    points: 15_000,
    limit: 3,
    key: days,
    decay: halfLife(14 * DAY),
    dimension: 1,
  },
  {
    id: "product-view",
    ...view((e) => depth(e.path, "/product") === 1),
    points: 4_000,
    limit: 5,
    key: each,
    decay: linear(60 * DAY),
    dimension: 0,
  },
  {
    id: "product-depth",
    ...view((e) => below(e.path, "/product")),
    points: 10_000,
    limit: 3,
    atLeast: 3,
    key: each,
    expires: 30 * DAY,
    dimension: 0,
  },
  {
    id: "blog-read",
    ...view((e) => depth(e.path, "/blog") === 2),
    points: 1_500,
    limit: 10,
    key: each,
    decay: halfLife(7 * DAY),
    dimension: 0,
  },
  {
    id: "docs",
    ...view((e) => below(e.path, "/docs")),
    points: 2_000,
    limit: 5,
    key: hours,
    decay: step(25, 7 * DAY),
    dimension: 0,
  },
  {
    id: "case-study",
    ...view((e) => depth(e.path, "/customers") === 1),
    points: 8_000,
    ...once,
    decay: linear(60 * DAY),
    dimension: 0,
  },
  {
    id: "careers",
    ...view((e) => e.path === "/careers" || e.path === "/careers/" || below(e.path, "/jobs")),
    points: -20_000,
    ...once,
    expires: 30 * DAY,
    dimension: 0,
  },
  {
    id: "paid-visit",
    ...view((e) => PAID.has(query(e, "utm_medium"))),
    points: 5_000,
    ...once,
    expires: 30 * DAY,
    dimension: 0,
  },
  {
    id: "from-search",
    ...view((e) => typeof e.props.page_referrer === "string" && e.props.page_referrer.includes("://www.google.")),
    points: 3_000,
    limit: 3,
    key: days,
    dimension: 0,
  },
  {
    id: "returning",
    ...view(() => true),
    points: 10_000,
    limit: 3,
    atLeast: 3,
    key: days,
    expires: 30 * DAY,
    dimension: 0,
  },
  {
    id: "read-pricing",
    ...on("user_engagement", (e) => below(e.path, "/pricing") && e.props.engaged_seconds >= 60),
    points: 10_000,
    ...once,
    decay: halfLife(14 * DAY),
    dimension: 1,
  },
  {
    id: "deep-scroll",
    ...on("scroll", (e) => e.props.percent_scrolled >= 90),
    points: 1_000,
    limit: 4,
    key: each,
    dimension: 0,
  },
  {
    id: "demo-started",
    ...on("form_start", (e) => e.props.form_id === "demo"),
    points: 10_000,
    ...once,
    expires: 7 * DAY,
    dimension: 1,
  },
  {
    id: "demo-request",
    ...on("form_submit", (e) => e.props.form_id === "demo"),
    points: 50_000,
    ...once,
    dimension: 1,
  },
  {
    id: "newsletter",
    ...on("form_submit", (e) => e.props.form_id === "newsletter"),
    points: 10_000,
    ...once,
    dimension: 0,
  },
  {
    id: "whitepaper",
    ...on("file_download", (e) => e.path.endsWith(".pdf")),
    points: 8_000,
    limit: 3,
    key: each,
    dimension: 1,
  },
  { id: "video", ...on("video_complete", () => true), points: 6_000, limit: 3, key: days, dimension: 0 },
  {
    id: "compares",
    ...on("view_search_results", (e) => COMPARES.has(e.props.search_term)),
    points: 5_000,
    ...once,
    dimension: 0,
  },
  {
    id: "enterprise",
    trait: (props) => (props.employees === undefined ? undefined : props.employees >= 200),
    points: 30_000,
    dimension: 2,
  },
  { id: "evaluating", all: [0, 2], within: 7 * DAY, points: 10_000, dimension: 1 },
];
