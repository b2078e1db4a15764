// Fuzz targets of a visit: the cookie header, only the sealed cookie, and all headers.
import { BROWSER, cookieHeader, fullPair, OWN, PAGE, SITE, twenty } from "../../../benches/edge/lib/visitor.mjs";
import { createEdge } from "../../../pkg/edge-node.js";

const KEYS = [
  { id: "2026-11", secret: "a secret of the tests, no site's" },
  { id: "2026-05", secret: "the one before it, thirty-two bytes or more" },
];
const FOREIGN = [{ id: "2026-11", secret: "what a forger guessed, thirty-two bytes" }];
const HOST_PAGE = "__Host-leadscore-page";
const HEADERS = [
  ...["cookie", "sec-gpc", "sec-fetch-dest", "sec-purpose", "purpose", "x-moz", "accept", "referer", "user-agent"],
  ...["origin", "host", "x-forwarded-proto", "x-forwarded-host"],
];
const PAGE_TEXT = "<!doctype html><html><p>Hi";

async function world() {
  const now = Date.UTC(2026, 10, 27);
  const model = twenty(25);
  const pairs = [];
  for (const deeds of [0, 20, 200]) pairs.push(await fullPair(model, now, { deeds, keys: KEYS }));
  const foreign = await fullPair(model, now, { deeds: 100, keys: FOREIGN });
  const live = new Set(pairs.map(({ own }) => own));
  const edge = createEdge({ model, keys: KEYS, source: SITE, now: () => now });

  async function look(headers) {
    const visit = await edge.visit(new Request(`${SITE}/about`, { headers }));
    const { consent, visitor } = visit;
    const { score } = visit.snapshot;
    const response = await visit.respond(
      visit.mark(new Response(PAGE_TEXT, { headers: { "content-type": "text/html", "cache-control": "public" } })),
    );
    const text = await response.text();
    if (response.status !== 200) throw new Error(`status ${response.status}`);
    const unmarked = text.replace(/ data-leadscore-segment="[\w-]+"/, "");
    if (unmarked !== PAGE_TEXT) throw new Error(`the page was changed: ${text}`);
    const isPublic = /public/.test(response.headers.get("cache-control"));
    if (response.headers.has("set-cookie") && isPublic) throw new Error("a cookie in a public response");
    return { consent, visitor, score };
  }
  return { pairs: [...pairs, foreign], live, look };
}

// Leading and trailing spaces and tabs do not belong to a name or a value; other white space does.
function given(header) {
  const found = { [OWN]: [], [HOST_PAGE]: [], [PAGE]: [] };
  for (const pair of header.split(";")) {
    const [, name, value] = /^[ \t]*([^=]*?)[ \t]*=([^]*)$/.exec(pair) ?? [];
    if (Object.hasOwn(found, name)) found[name].push(value.replace(/^[ \t]+|[ \t]+$/g, ""));
  }
  return found;
}

/** True if a header can have this value. Servers refuse all other values. */
const isHeader = (text) => /^[\t\x20-\x7e\x80-\xff]*$/.test(text);

const COOKIE_WORDS = [
  ...[`${OWN}=`, `${HOST_PAGE}=`, `${PAGE}=`, OWN, PAGE, "; ", ";", "=", "denied", "AA.", "BA.", "..", ".", "2.", "1."],
  ...["2026-11", "2026-05", "zzzzzz", "\u00a0", " ", "\t", "__host-leadscore=", "leadscore=x; "],
];

async function cookieHeaderTarget() {
  const { pairs, live, look } = await world();
  return {
    seeds: [...pairs.map(cookieHeader), `${PAGE}=denied`, `a=b; ${OWN}=; ${OWN}=${pairs[1].own}`],
    words: COOKIE_WORDS,
    async run(text) {
      if (!isHeader(text)) return;
      const found = await look({ ...BROWSER, cookie: text });
      // The same request with only the cookies that count.
      const { [OWN]: own, [HOST_PAGE]: host, [PAGE]: pages } = given(text);
      const genuine = own.slice(0, 16).find((value) => live.has(value));
      const named = (name, values) => values.map((value) => `${name}=${value}`);
      const clean = [...named(OWN, genuine ? [genuine] : []), ...named(HOST_PAGE, host), ...named(PAGE, pages)].join(
        "; ",
      );
      const expected = await look({ ...BROWSER, cookie: clean });
      if (found.score !== expected.score || found.consent !== expected.consent) {
        throw new Error(`${JSON.stringify(found)}, not ${JSON.stringify(expected)}`);
      }
    },
  };
}

async function sealedCookieTarget() {
  const { pairs, live, look } = await world();
  const bare = await look({ ...BROWSER, cookie: cookieHeader({ own: "", page: pairs[1].page }) });
  const plain = await look(BROWSER);
  return {
    seeds: pairs.map(({ own }) => own),
    words: ["2", "1", ".", "..", "2026-11", "2026-05", "A", "_", "-", "=", "zzzzzz", "0", "%2E"],
    async run(text) {
      if (!isHeader(text) || text.includes(";") || live.has(text.replace(/^[ \t]+|[ \t]+$/g, ""))) return;
      // With the page's cookie, and with the sealed cookie alone.
      const told = await look({ ...BROWSER, cookie: cookieHeader({ own: text, page: pairs[1].page }) });
      if (told.score !== bare.score || told.visitor !== bare.visitor)
        throw new Error(`believed: ${JSON.stringify(told)}`);
      const alone = await look({ ...BROWSER, cookie: `${OWN}=${text}` });
      if (alone.consent !== "pending" || alone.score !== plain.score)
        throw new Error(`believed: ${JSON.stringify(alone)}`);
    },
  };
}

/** Writes each header as a line `name: value`. */
async function headersTarget() {
  const { pairs, look } = await world();
  const lines = (headers) =>
    Object.entries(headers)
      .map(([name, value]) => `${name}: ${value}`)
      .join("\n");
  return {
    seeds: [
      lines(BROWSER),
      lines({ ...BROWSER, cookie: cookieHeader(pairs[1]) }),
      lines({ ...BROWSER, "sec-gpc": "1", "sec-purpose": "prefetch;prerender" }),
    ],
    words: [
      ...HEADERS.map((name) => `\n${name}: `),
      ...[
        "1",
        '"1"',
        "?1",
        "1, 1",
        "1;a=b",
        "document",
        "text/html",
        "prefetch",
        "https://a.example/?q=1",
        "bot",
        "Mozilla/5.0 ",
      ],
    ],
    async run(text) {
      const headers = {};
      for (const line of text.split("\n")) {
        const [, name, value] = /^([\w-]{1,40}): (.*)$/.exec(line) ?? [];
        if (name && isHeader(value)) headers[name.toLowerCase()] = value;
      }
      const { consent } = await look(headers);
      // A list that starts with 1 is a refusal. Without the digit 1 there is no refusal.
      const gpc = (headers["sec-gpc"] ?? "").trim();
      if (/^1(\s*,.*)?$/.test(gpc) && consent !== "denied") throw new Error(`GPC is not heeded: ${gpc}`);
      const isWithdrawn = /denied/.test(headers.cookie ?? "");
      if (!gpc.includes("1") && !isWithdrawn && consent === "denied") throw new Error(`denied without a word: ${gpc}`);
    },
  };
}

export const VISITS = {
  "cookie-header": cookieHeaderTarget,
  "sealed-cookie": sealedCookieTarget,
  "visit-headers": headersTarget,
};
