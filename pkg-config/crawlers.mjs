// Writes src/event/crawlers.txt, with which the script tag detects crawlers. `--check` only checks that it is current.
//
// The tag's rule, for navigator.userAgent in lower case: it is a crawler's, unless it contains "gecko" and no line of
// the file. Every engine that runs WebAssembly says "Gecko" (WebKit and Chromium are "like Gecko"), so that word alone
// detects six of seven crawlers; the file lists those with a browser's user agent.
//
// It is derived from packages pinned in package-lock.json, and copies none of them. A crawler is a user agent that both
// maintained lists, crawler-user-agents (MIT) and isbot (Unlicense), contain; a browser is one that neither contains,
// from user-agents (BSD-2-Clause) and ua-parser's tests in @financial-times/useragent_parser (MIT), and one made up for
// each device and app that node-device-detector (MIT) knows.
import { readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { fileURLToPath } from "node:url";
import { brotliCompressSync } from "node:zlib";

const require = createRequire(import.meta.url);
const { isbot } = require("isbot");
const listed = require("crawler-user-agents");

const OUTPUT = new URL("../src/event/crawlers.txt", import.meta.url);
const packaged = (path) => readFileSync(new URL(`../node_modules/${path}`, import.meta.url), "utf8");
const distinct = (agents) => [...new Set(agents.map((agent) => agent.toLowerCase()))];

const visitors = JSON.parse(packaged("user-agents/dist/user-agents.json")).map((visitor) => visitor.userAgent);
const parsed = packaged("@financial-times/useragent_parser/test/ua.test.js").matchAll(/uaParser\((".*")\)/g);
const seen = [...new Set([...visitors, ...[...parsed].map((call) => JSON.parse(call[1]))])];

const patterns = listed.map((crawler) => new RegExp(crawler.pattern));
const isListed = (agent) => patterns.some((pattern) => pattern.test(agent));

/** The crawlers' user agents, in lower case. */
export const crawlers = () =>
  distinct(
    [...listed.flatMap((crawler) => crawler.instances), ...seen.filter(isListed)].filter((agent) => isbot(agent)),
  );

/** The browsers' user agents, in lower case. */
export const browsers = () =>
  distinct([
    ...seen.filter((agent) => /Gecko[/)]/.test(agent) && !DEAD.test(agent) && !isbot(agent) && !isListed(agent)),
    ...madeUp(),
  ]);

// Browsers from before WebAssembly. They contain "compatible;", as most crawlers still do but no browser any more.
const DEAD = /MSIE |Konqueror\/[1-4]/;

// The names that phones, televisions and in-app browsers go by: they keep tokens from being bits of common words. isbot
// has no say on devices, it takes FOSSiBOT's phones for bots. Only Spider's tablets have to yield to the crawlers'
// word.
function madeUp() {
  const load = (path) => require(`node-device-detector/regexes/${path}`);
  const names = (all) => [...new Set(all.filter((name) => name && !/\$|^spider/i.test(name)))];
  const devices = ["device/mobiles", "device/televisions"]
    .flatMap((path) => Object.entries(load(path)))
    .flatMap(([brand, { model, models = [] }]) => [brand, model, ...models.map((one) => one.model)]);
  const apps = [
    ...["client/browsers", "client/mobile_apps"].flatMap((path) => load(path).map((app) => app.name)),
    ...["client/hints/browsers", "client/hints/apps"].flatMap((path) => Object.entries(load(path)).flat()),
  ];
  const webkit = "AppleWebKit/537.36 (KHTML, like Gecko)";
  return [
    ...names(devices).flatMap((name) => [
      `Mozilla/5.0 (Linux; Android 10; ${name}) ${webkit} Chrome/99.0.0.0 Mobile Safari/537.36`,
      `Mozilla/5.0 (Linux; Android 10; ${name} Build/QP1A; wv) ${webkit} Chrome/99.0.0.0 Mobile Safari/537.36`,
    ]),
    // An app may say where it comes from: an address is not the mark of a crawler, but the `+` before it is.
    ...names(apps)
      .map((name) => `Mozilla/5.0 (iPhone; CPU iPhone OS 17_0 like Mac OS X) ${webkit} Mobile/15E148 ${name}/1.0`)
      .filter((agent) => !isbot(agent))
      .flatMap((agent, i) => [agent, `${agent} ${ADDRESSES[i % ADDRESSES.length]}`]),
  ];
}

const ADDRESSES = [
  "(https://app.example.com/)",
  "http://www.example.com",
  "(at example.org/app.html)",
  "(support@example.com)",
  "info@example.com",
];

// Part of a word and the punctuation beside it, but no digits: versions change. No space at the end: editors remove it.
const TOKEN = /^[ (./@_+-]?[a-z]{2,}[-,./;)]?$/;
const SHORTEST = 3;
const LONGEST = 12;
/** The minimum number of crawlers for a line, once nearly all are detected. */
const FEWEST = 2;
const PART_UNDETECTED = 0.019;

function* pieces(agent) {
  for (let start = 0; start < agent.length; start++)
    for (let size = SHORTEST; size <= LONGEST && start + size <= agent.length; size++)
      yield agent.slice(start, start + size);
}

/** The tokens, by greedy set cover: always the one that detects the most new crawlers per byte. */
export function derive(crawlers, browsers) {
  const undetected = new Set(crawlers.filter((agent) => agent.includes("gecko")));
  const agentsByToken = new Map();
  for (const agent of undetected)
    for (const piece of pieces(agent))
      if (TOKEN.test(piece)) agentsByToken.set(piece, (agentsByToken.get(piece) ?? new Set()).add(agent));
  for (const agent of browsers) for (const piece of pieces(agent)) agentsByToken.delete(piece);
  const candidates = [...agentsByToken]
    .map(([token, agents]) => ({ token, agents }))
    .sort((a, b) => (a.token < b.token ? -1 : 1));

  let chosen = [];
  while (undetected.size) {
    let best;
    let most = 0;
    for (const candidate of candidates) {
      const detected = [...candidate.agents].filter((agent) => undetected.has(agent)).length;
      const fewest = undetected.size > crawlers.length * PART_UNDETECTED ? 1 : FEWEST;
      const worth = detected < fewest ? 0 : detected / (candidate.token.length + 1);
      // Of equal ones, the one that detects more crawlers in total, because it is more likely to detect future ones.
      if (worth > most || (worth && worth === most && candidate.agents.size > (best?.agents.size ?? 0))) {
        best = candidate;
        most = worth;
      }
    }
    // The remaining crawlers use their own names. Each would be a line on every page for a single crawler.
    if (!best) break;
    chosen.push(best);
    for (const agent of best.agents) undetected.delete(agent);
  }
  // Later choices can make an earlier one needless.
  for (const one of [...chosen].sort((a, b) => a.agents.size - b.agents.size)) {
    const others = chosen.filter((other) => other !== one);
    if ([...one.agents].every((agent) => others.some((other) => other.agents.has(agent)))) chosen = others;
  }
  return chosen.map((one) => one.token).sort();
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const corpus = { crawlers: crawlers(), browsers: browsers() };
  const text = derive(corpus.crawlers, corpus.browsers).join("\n");
  const size = `${text.length} bytes, ${brotliCompressSync(text).length} after brotli`;
  console.log(`${corpus.crawlers.length} crawlers, ${corpus.browsers.length} browsers: ${size}`);
  if (!process.argv.includes("--check")) writeFileSync(OUTPUT, text);
  else if (readFileSync(OUTPUT, "utf8") !== text) {
    console.error("src/event/crawlers.txt is not what the packages give: run node pkg-config/crawlers.mjs");
    process.exitCode = 1;
  }
}
