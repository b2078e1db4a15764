// `node benches/edge/visit.mjs`: the CPU time of a visit, from the kernel's statistics of the workerd process. Blocks
// of requests go alternately to a worker with leadscore and to one without; the difference is the cost of leadscore.
import { client } from "./lib/client.mjs";
import { line, median, met, quartiles, spread, title } from "./lib/table.mjs";
import { BROWSER, cookieHeader, fullPair, KEY, sizes, twenty } from "./lib/visitor.mjs";
import { cpu, start } from "./lib/workerd.mjs";
import { WITH, WITHOUT } from "./lib/workers.mjs";

const BLOCKS = 24;
// Until V8 has optimised what it will.
const WARM_UP = 8;
const REQUESTS = 500;
const TARGET = 0.2;

const { send, flood, close } = client(8);

// Milliseconds of CPU per request of one block.
async function block({ url, pid }, path, headers, isSealed) {
  let left = REQUESTS;
  const before = cpu(pid);
  await flood(() => (left-- > 0 ? one(url, path, headers, isSealed) : null));
  return (cpu(pid) - before) / REQUESTS;
}

async function one(url, path, headers, isSealed) {
  const response = await send(new URL(path, url), { headers });
  if (response.status !== 200) throw new Error(`status ${response.status}`);
  if (isSealed !== undefined && Boolean(response.headers["set-cookie"]) !== isSealed) {
    throw new Error(isSealed ? "the cookie was not sealed again" : "the cookie was sealed again");
  }
}

// The clock is stopped: otherwise the rule `returning`, which any page view hits, has a newer hit each second, and with
// it each visit something to seal.
async function compare(model, pair, variants) {
  const sides = [await start({ script: WITH, model, bindings: { KEY, NOW: now } }), await start({ script: WITHOUT })];
  const [own, bare] = sides;
  try {
    const headers = { ...BROWSER, cookie: cookieHeader(pair) };
    for (const { name, path, isSealed } of variants) {
      const taken = { own: [], bare: [] };
      for (let i = -WARM_UP; i < BLOCKS; i++) {
        const sums = { own: await block(own, path, headers, isSealed), bare: await block(bare, path, headers) };
        if (i >= 0) for (const side of ["own", "bare"]) taken[side].push(sums[side]);
      }
      const difference = taken.own.map((ms, i) => ms - taken.bare[i]);
      const middle = quartiles(difference)[1];
      line(name, spread(difference), met(middle < TARGET, `< ${TARGET} ms`));
      line("", `${median(taken.own).toFixed(3)} ms with leadscore, ${median(taken.bare).toFixed(3)} ms without`);
    }
  } finally {
    await Promise.all(sides.map(({ stop }) => stop()));
  }
}

const VARIANTS = [
  { name: "nothing new to seal", path: "/about", isSealed: false },
  { name: "rule hit, sealed again", path: "/customers/other", isSealed: true },
];

const now = Date.now();
// The twenty rules' own limits end before the cookies are full: with more hits to a rule they are.
for (const [text, limit] of [
  ["limits raised until the cookies are full", 25],
  ["as it is, all limits reached", undefined],
]) {
  const model = twenty(limit);
  const pair = await fullPair(model, now);
  title(`a visit in workerd, CPU: twenty rules, ${text}, cookies ${sizes(pair)}`);
  await compare(model, pair, VARIANTS);
}
close();
