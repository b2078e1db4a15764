// `node tests/edge/hostile-visits.mjs [--cases 100000] [--seed 20261127]`, and the same by Deno and Bun: hostile
// cookies and headers for visits in the runtime itself. None may throw or answer 5xx, and changed data must not be
// accepted. Prints the results as JSON.
import { parseArgs } from "node:util";
import { mutateCookies } from "../../benches/edge/lib/mutate-cookies.mjs";
import { random } from "../../benches/edge/lib/random.mjs";
import { BROWSER, fullPair, OWN, PAGE, SITE, twenty } from "../../benches/edge/lib/visitor.mjs";
import { createEdge } from "../../pkg/edge-node.js";

const KEYS = [
  { id: "2026-11", secret: "a secret of the tests, no site's" },
  { id: "2026-05", secret: "the one before it, thirty-two bytes or more" },
];
const STRANGER = { id: "2026-11", secret: "what a forger guessed, thirty-two bytes" };
const FOREIGN = { id: "2020-01", secret: "a key that was dropped, thirty-two bytes" };
const ODD = [
  "",
  " ",
  "1",
  "1, 1",
  "\t1;a",
  '"1"',
  "document",
  "text/html",
  "prefetch",
  "*/*",
  "\xff\xfe",
  "x".repeat(9_000),
];
const NAMES = ["sec-gpc", "sec-fetch-dest", "sec-purpose", "purpose", "x-moz", "accept", "referer", "user-agent"];

/** Cookies that are genuine, and some that once were or never will be. */
async function collect(model, now) {
  const sealed = [];
  const pages = [];
  const add = async (isLive, options, at = now) => {
    const { own, page } = await fullPair(model, at, options);
    sealed.push({ value: own, isLive });
    pages.push(page);
  };
  for (const deeds of [0, 20, 200]) await add(true, { deeds, keys: KEYS });
  await add(true, { deeds: 60, keys: [KEYS[1]] });
  await add(false, { deeds: 100, keys: [STRANGER] });
  await add(false, { deeds: 100, keys: [FOREIGN] });
  await add(false, { deeds: 100, keys: KEYS, maxAge: 29 * 86_400 }, now - 30 * 86_400_000);
  return { sealed, pages };
}

// In the order of the header; only spaces and tabs around are not part of a name or a value.
function given(header) {
  const found = { [OWN]: [], [PAGE]: [] };
  for (const pair of header.split(";")) {
    const [, name, value] = /^[ \t]*([^=]*?)[ \t]*=[ \t]*([^]*?)[ \t]*$/.exec(pair) ?? [];
    if (Object.hasOwn(found, name)) found[name].push(value);
  }
  return found;
}

async function hostile(cases, seed) {
  const now = Date.now();
  const model = twenty(25);
  const chance = random(seed);
  const material = await collect(model, now);
  const live = material.sealed.filter(({ isLive }) => isLive).map(({ value }) => value);
  const edge = createEdge({ model, keys: KEYS, source: SITE, now: () => now });
  const report = { cases, seed, seen: {}, failures: [] };
  const look = async (headers) => {
    const visit = await edge.visit(new Request(`${SITE}/about`, { headers }));
    const { consent, snapshot } = visit;
    const answer = await visit.respond(new Response("<html>", { headers: { "content-type": "text/html" } }));
    return { consent, score: snapshot.score, status: answer.status };
  };
  for (let at = 0; at < cases; at++) {
    const { kind, cookie } = mutateCookies(material, chance);
    const headers = { ...BROWSER, cookie };
    if (at % 3 === 0) headers[chance.pick(NAMES)] = chance.pick(ODD);
    try {
      const { [OWN]: own, [PAGE]: pages } = given(cookie);
      const genuine = own.find((text) => live.includes(text));
      const clean = [...(genuine ? [`${OWN}=${genuine}`] : []), ...pages.map((page) => `${PAGE}=${page}`)].join("; ");
      const [found, expected] = [await look(headers), await look({ ...headers, cookie: clean })];
      const isDenied = ["1", "1, 1", "\t1;a"].includes(headers["sec-gpc"]);
      const isRight =
        found.status === 200 &&
        found.score === expected.score &&
        found.consent === expected.consent &&
        (found.consent === "denied") === isDenied;
      const outcome = `${found.consent}, ${genuine ? "genuine" : own.join("") ? "not believed" : "none"}`;
      report.seen[outcome] = (report.seen[outcome] ?? 0) + 1;
      if (!isRight) report.failures.push(`case ${at}, ${kind}: ${JSON.stringify([found, expected])}: ${cookie}`);
    } catch (error) {
      report.failures.push(`case ${at}, ${kind}: ${error.stack}`);
    }
    if (report.failures.length > 20) break;
  }
  return report;
}

const { values } = parseArgs({ options: { cases: { type: "string" }, seed: { type: "string" } } });
console.log(JSON.stringify(await hostile(Number(values.cases ?? 100_000), Number(values.seed ?? 20261127))));
