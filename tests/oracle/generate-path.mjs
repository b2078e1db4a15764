// Random paths, URLs and path patterns over the same few segments.

import { PatternError, parsePattern } from "./pattern.mjs";
import { HASHES, NO_URLS, ODD_SEGMENTS, ORIGINS, QUERY_PAIRS, SEGMENTS } from "./pools.mjs";

function segment(random) {
  return random.chance(0.8) ? random.pick(SEGMENTS) : random.pick(ODD_SEGMENTS);
}

function generatePath(random, quirks) {
  if (random.chance(0.06)) return random.pick(["/", "//", "///", "/pricing//"]);
  const segments = random.times(
    random.weighted([
      [5, 1],
      [4, 2],
      [1, 3],
    ]),
    () => segment(random),
  );
  if (quirks.has("backslash") && random.chance(0.1)) segments.push("a\\b");
  if (quirks.has("caret") && random.chance(0.1)) segments.push("a^b");
  const dotted = /^(?:\.|%2e){1,2}$/i;
  // A dot segment at the end leaves a trailing slash, but only after canonicalisation.
  while (dotted.test(segments.at(-1)) && !quirks.has("dot-slash")) segments.push(random.pick(SEGMENTS));
  return `/${segments.join("/")}${random.chance(0.25) ? "/" : ""}`;
}

// A URL, a text that is none, null or undefined (no `url` at all).
export function generateUrl(random, quirks) {
  if (random.chance(0.05)) return random.pick([null, undefined]);
  if (random.chance(0.06)) return random.pick(NO_URLS);
  if (quirks.has("empty-host") && random.chance(0.05))
    return random.pick(["file:///pricing", "https://", "https:///pricing"]);
  if (quirks.has("odd-scheme") && random.chance(0.05)) return random.pick(["1http://x/pricing", "ht tp://x/pricing"]);
  const origin = random.chance(0.6) ? "" : random.pick(ORIGINS);
  const path = origin !== "" && random.chance(0.1) ? "" : generatePath(random, quirks);
  const pairs = random.chance(0.35) ? random.times(random.int(0, 3), () => queryPair(random, quirks)) : null;
  const query = pairs === null ? "" : `?${pairs.join("&")}`;
  return `${origin}${path}${query}${random.chance(0.15) ? random.pick(HASHES) : ""}`;
}

function queryPair(random, quirks) {
  if (quirks.has("encoded-query-name") && random.chance(0.2))
    return random.pick(["%71=1", "utm%5Fsource=ads", "%6e=10"]);
  return random.pick(QUERY_PAIRS);
}

const COMMON_PATTERNS = [
  "/pricing",
  "/pricing/",
  "/pricing/*",
  "/product/*",
  "/blog/:post",
  "/blog/:post/",
  "*",
  "/*",
  "/",
  "/docs/:a/:b",
  "/docs/:rest*",
  "/docs/:rest+",
  "/docs/:rest?",
  "{/docs}?/blog",
  "/{:a-}?blog",
  "/product/:id{/*}?",
  "/careers",
  "/*/pricing",
  "/:any",
  "/:any/*",
  "/caf%C3%A9",
  "/café",
  "/blog/../pricing",
  "{/1}*",
  "{/1}+/2",
  "/a%20b",
  "/a b",
  "/:a.:b",
  "/v:major.:minor",
  "/x\\{y",
  "pricing",
  "/p{ri}?cing",
  "/p*",
  "*{ing}",
  "/**",
  "/*?",
  "/*+",
  "/:é",
  "//",
  "/{*.b}",
  "/{a:x.b}",
  "{/:x}*",
  "{/:x/2}+",
  "{a}",
  "/pric{i:x}?ing*",
  "/\\*",
  "/a\\*b",
  "/\\:a",
  "/a\\:b",
];

export function generatePattern(random, quirks) {
  for (;;) {
    const pattern = random.chance(0.6) ? random.pick(COMMON_PATTERNS) : composedPattern(random, quirks);
    try {
      parsePattern(pattern);
      return pattern;
    } catch (error) {
      if (!(error instanceof PatternError)) throw error;
    }
  }
}

function composedPattern(random, quirks) {
  let pattern = "";
  const pieces = random.weighted([
    [2, 1],
    [4, 2],
    [2, 3],
  ]);
  for (let i = 0; i < pieces; i++) {
    const text = segment(random).replace(/[\\:*+?{}()]/g, "\\$&");
    const name = `:n${i}`;
    const modifier = random.chance(0.4) ? random.pick(["?", "*", "+"]) : "";
    pattern += random.weighted([
      [6, `/${text}`],
      [3, `/${name}${modifier}`],
      [2, `/*${modifier}`],
      [2, `{/${text}}${modifier}`],
      [1, `{/${name}/${text}}${modifier}`],
      [1, `{/${text}${name}}${modifier}`],
      [1, `/${text}-${name}${modifier}`],
      [1, `/{${text}*}${modifier}`],
      [1, `/{${name}${text}}${modifier}`],
      [0.5, "/"],
      [0.3, "*"],
    ]);
  }
  if (quirks.has("backslash") && random.chance(0.1)) pattern += "\\\\b";
  if (quirks.has("caret") && random.chance(0.1)) pattern += "/a^b";
  return pattern;
}
