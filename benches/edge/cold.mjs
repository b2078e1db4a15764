// `node benches/edge/cold.mjs`: the CPU time that leadscore adds to a worker's cold start: from the start of a workerd
// process until its first visit is answered, minus the same for a worker without leadscore. Also the share of the
// package alone: import, model and first visit in a new Node process.
import { execFile } from "node:child_process";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { client } from "./lib/client.mjs";
import { line, met, quartiles, spread, title } from "./lib/table.mjs";
import { BROWSER, cookieHeader, fullPair, KEY, SITE, sizes, twenty } from "./lib/visitor.mjs";
import { start, temporary, threads } from "./lib/workerd.mjs";
import { WITH, WITHOUT } from "./lib/workers.mjs";

const RUNS = 20;
const TARGET = 10;
const run = promisify(execFile);

const model = twenty(25);
const pair = await fullPair(model, Date.now());
const headers = { ...BROWSER, cookie: cookieHeader(pair) };

async function cold(options) {
  const { url, pid, stop } = await start(options);
  const { send, close } = client(1);
  try {
    const { status } = await send(new URL("/customers/other", url), { headers });
    if (status !== 200) throw new Error(`status ${status}`);
    const taken = threads(pid);
    // The first thread runs the worker; the others compile and collect.
    return { main: taken.get(String(pid)), all: [...taken.values()].reduce((sum, ms) => sum + ms) };
  } finally {
    close();
    await stop();
  }
}

// In a process of its own, as an import is done once only.
const FRESH = `
  import { readFileSync } from "node:fs";
  const [model, pair, pkg] = process.argv.slice(1);
  const bytes = readFileSync(model);
  const { headers, key, url } = JSON.parse(readFileSync(pair, "utf8"));
  const request = new Request(url, { headers });
  const response = new Response("", { headers: { "content-type": "text/html" } });
  // Node loads these late, workerd has them.
  await crypto.subtle.digest("SHA-256", bytes);
  const spent = [process.cpuUsage()];
  const { createEdge } = await import(pkg);
  spent.push(process.cpuUsage());
  const edge = createEdge({ model: bytes, keys: [key] });
  spent.push(process.cpuUsage());
  const visit = await edge.visit(request);
  const { segment } = visit;
  const { headers: set } = await visit.respond(response);
  spent.push(process.cpuUsage());
  if (!segment || !set.has("set-cookie")) throw new Error("this was no visit");
  console.log(JSON.stringify(spent.map(({ user, system }) => (user + system) / 1000)));
`;

async function fresh(folder) {
  const [bytes, request] = [join(folder, "model.lsm"), join(folder, "request.json")];
  await writeFile(bytes, model);
  await writeFile(request, JSON.stringify({ headers, key: KEY, url: `${SITE}/customers/other` }));
  const pkg = new URL("../../pkg/edge-node.js", import.meta.url).href;
  const runs = [];
  for (let i = 0; i < RUNS; i++) {
    const args = ["--input-type=module", "--eval", FRESH, bytes, request, pkg];
    const { stdout } = await run(process.execPath, args);
    const spent = JSON.parse(stdout);
    runs.push(spent.slice(1).map((ms, at) => ms - spent[at]));
  }
  return runs;
}

title(`cold start in workerd, CPU: twenty rules, cookies ${sizes(pair)}, ${RUNS} fresh processes each`);
const taken = { own: [], bare: [] };
for (let i = -1; i < RUNS; i++) {
  const own = await cold({ script: WITH, model, bindings: { KEY } });
  const bare = await cold({ script: WITHOUT });
  if (i < 0) continue;
  taken.own.push(own);
  taken.bare.push(bare);
}
// Each side's own median, as two starts in a row have nothing in common but the moment.
for (const [part, name] of [
  ["all", "all threads"],
  ["main", "the worker's thread"],
]) {
  const [own, bare] = ["own", "bare"].map((side) => taken[side].map((ms) => ms[part]));
  const difference = quartiles(own)[1] - quartiles(bare)[1];
  line(name, `${difference.toFixed(1)} ms`, part === "all" ? met(difference < TARGET, `< ${TARGET} ms`) : "");
  line("", `with leadscore ${spread(own, 1)}`);
  line("", `without ${spread(bare, 1)}`);
}

title(`the package alone in Node ${process.versions.node}, CPU of all threads, ${RUNS} fresh processes`);
const runs = await temporary(fresh);
for (const [at, name] of ["import", "createEdge", "first visit"].entries()) {
  line(
    name,
    spread(
      runs.map((run) => run[at]),
      1,
    ),
  );
}
line(
  "together",
  spread(
    runs.map((run) => run.reduce((sum, ms) => sum + ms)),
    1,
  ),
);
