// Small pools of names and values, so that models and visits often match.

// Readings on which the design can be taken two ways. Off by default: each is one name for `--quirks`.
export const QUIRKS = [
  "group-operand", // $or, $and, $nor, $not whose operand is not a list or no condition
  "elem-match-operand", // $elemMatch with an operand that is not an object
  "elem-match-group", // $elemMatch holding only $or, $and, $nor or $not of a condition
  "objects-in-lists", // objects and arrays as operands of $in, $nin and $ne
  "nested-null", // equality with an object that holds null
  "index-names", // names that go into arrays: `tags.0`, `tags.length`
  "no-hash", // whether url.hash is missing or empty without `#`
  "encoded-query-name", // query names with escapes
  "empty-host", // file:///a, https://
  "odd-scheme", // 1http://x, `ht tp://x`
  "backslash", // backslashes in paths and patterns
  "caret", // `^` in paths, which the URL standard began to encode in 2024
  "dot-slash", // `/a/.`: a trailing slash that only canonicalisation shows
  "float-at", // 1.0e12 as `at`
  "empty-type", // "" as event type
  "lone-surrogate", // \ud800 in an event
  "array-depth", // arrays count for the depth of props
  "negative-zero", // -0 as a distinct value
  "url-in-element", // `url.path` inside $elemMatch
  "zero-threshold", // a stage at 0
];

// A value that must reach the file in a spelling of its own, such as `1.0`.
export function spelled(text) {
  return `@@${encodeURIComponent(text)}@@`;
}

export function isSpelled(value) {
  return value.startsWith("@@");
}

export function toJson(value, indent) {
  return JSON.stringify(value, null, indent).replace(/"@@([^"]*?)@@"/g, (_, text) => decodeURIComponent(text));
}

export const SITE_TYPES = ["page_view", "click", "form_submit", "user_engagement", "cta:hover", "video_start"];

export const DURATIONS = ["1s", "30s", "5m", "1h", "12h", "1d", "36h", "3d", "7d", "2w", "30d", "90d", "365d"];

export const SEGMENTS = ["pricing", "product", "blog", "docs", "careers", "1", "2"];
export const ODD_SEGMENTS = [
  "Pricing",
  "café",
  "caf%C3%A9",
  "caf%c3%a9",
  "a b",
  "a%20b",
  "x{y",
  "x%7By",
  "🚲",
  "a.b",
  "v1.2",
  "..",
  ".",
  "%2e%2e",
  "%2E",
  "",
  "a+b",
  "a|b",
  "'q'",
  '"q"',
  "%",
  "%zz",
  "%41",
  "a;b",
  "a:b",
  "a(b)",
  "a*b",
  "~x",
  "\u0001",
  "ﬀ",
];

const NUMBERS = [0, 1, 2, 10, 59.999, 60, 61, 120, -5, 1e21, 0.1];
const NUMBER_TEXTS = ["60", " 60 ", "6e1", "60.0", "060", "60.", "+60", "0x3c", "-5", "10", "9", "", "1e-1", "sixty"];
const TEXTS = [
  "free",
  "pro",
  "enterprise",
  "Pro",
  "",
  "Zürich",
  "zu\u0308rich",
  "🚲",
  "\uff5e",
  "a",
  "b",
  "demo",
  "pro plan",
];

// Props by name, with the values that events give them and conditions ask for.
export const FIELDS = {
  plan: ["free", "pro", "enterprise", "pro", "free", "", null],
  form_id: ["demo", "contact", "demo"],
  engaged_seconds: [10, 59.999, 60, 61, 120, spelled("60.0"), spelled("6E1"), "60", " 60 ", "6e1", "9"],
  employees: [1, 50, 199, 200, 201, "200", "1e3", spelled("2e2")],
  email_domain: ["rival.example", "acme.example", "Rival.example"],
  tags: [["a"], ["a", "b"], ["b", "c", 1], [], [null], [0], ["a", "a", "b"], [1, 2, 3], ["1"], "a"],
  company: [{ size: 10 }, { size: 10, name: "x" }, { name: "x", size: spelled("10.0") }, {}, null],
  "company.size": [5, 10, 11, "10", null],
  "company.address.city": ["Zürich", "Basel", "🚲"],
  items: [
    [{ sku: "a", qty: 1 }],
    [
      { sku: "a", qty: 1 },
      { sku: "b", qty: 20 },
    ],
    [{ qty: 20, sku: "a" }, 5, null, "a"],
    [],
    [[1], {}, false],
  ],
  flag: [true, false, true, 1, 0, "true"],
  note: TEXTS,
  n: [...NUMBERS, spelled("1.0"), spelled("100000000000000000001"), spelled("0.10"), spelled("9007199254740993"), "1"],
};

export const FIELD_NAMES = Object.keys(FIELDS);
export const ELEMENT_FIELDS = { sku: ["a", "b", null], qty: [1, 20, "20", spelled("1.0")] };
export const URL_FIELDS = {
  "url.path": ["/pricing", "/pricing/", "/product/1", "/", "/café", "/caf%C3%A9"],
  "url.host": ["acme.example", "acme.example:8443", "screen", "[::1]:8080"],
  "url.query.q": ["", "a b", "café", "%ff", "%zz", "1", "a+b", "🚲"],
  "url.query.utm_source": ["ads", "newsletter", "a=b"],
  "url.query.a.b": ["c", "1"],
  "url.query.n": ["10", "9", "60"],
  "url.hash": ["top", "a?b", "%41"],
};

export const SCALARS = [null, true, false, ...NUMBERS, ...NUMBER_TEXTS, ...TEXTS];
export const QUERY_PAIRS = [
  "q=",
  "q",
  "q=a+b",
  "q=a%20b",
  "q=a%2Bb",
  "q=caf%C3%A9",
  "q=café",
  "q=%ff",
  "q=%zz",
  "q=%",
  "q=%f0%9f%9a%b2",
  "q=%e2%82",
  "q=%e2%82%41",
  "q=%C3%A9%C3",
  "q=%c0%80",
  "q=%ed%a0%80",
  "q=1&q=2",
  "utm_source=ads",
  "utm_source=newsletter",
  "utm_source=a=b",
  "a.b=c",
  "a.b=1",
  "n=10",
  "n=9",
  "n=%36%30",
  "plan=pro",
  "&",
  "",
  "=x",
  "q=a;n=9",
  "Q=1",
  "n=10?x",
  "q=%EF%BF%BD",
  "q=%F4%90%80%80",
  "q=%41%ff%42",
];
export const HASHES = ["#top", "#", "#a?b", "#%41", "#top#b", "#/pricing"];
export const ORIGINS = [
  "https://acme.example",
  "https://user:pw@Acme.Example:8443",
  "http://acme.example:80",
  "app://Screen",
  "HTTPS://ACME.EXAMPLE",
  "https://a@b@acme.example",
  "http://[::1]:8080",
  "web+x.y-z://acme.example",
];
export const NO_URLS = [
  "mailto:a@acme.example",
  "about:blank",
  "pricing",
  "",
  "javascript:void(0)",
  "http:/pricing",
  "://x/pricing",
  "?q=1",
  "#top",
  "data:text/plain,/pricing",
  " /pricing",
  "./pricing",
  "acme.example/pricing",
  "\\pricing",
];
