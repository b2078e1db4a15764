// Measures one scorer with one model size in a fresh process, and prints a line of JSON.
// node --expose-gc child.mjs NAME RULES BUDGET_MS VERIFY(0|1) PKG MODEL.lsm
import { readFileSync } from "node:fs";
import { median } from "../lib/measure.mjs";
import { model as modelOf, stream } from "./workload.mjs";

const [name, rulesText, budgetText, verify, pkg, compiledFile] = process.argv.slice(2);
const rules = Number(rulesText);
const budget = Number(budgetText);
const decays = name.endsWith("-decay");
const kind = name.replace("-decay", "");
const model = modelOf(rules, decays);
const events = stream(rules);
const text = JSON.stringify(events);
const visitors = new Set(events.map((event) => event.visitor)).size;
/**
 * The events with new strings, which have no cached hashes, like input from a request. Each pass has its own visitors.
 */
const fresh = (pass) => JSON.parse(text.replaceAll('"visitor":"v', `"visitor":"${pass.toString(36)}`));
const cpu = () => {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1_000;
};

// Node defines it with --expose-gc.
const { gc } = globalThis;
let memory = null;
const { Instance } = WebAssembly;
WebAssembly.Instance = function (module, imports) {
  const made = new Instance(module, imports);
  memory = Object.values(made.exports).find((value) => value instanceof WebAssembly.Memory) ?? memory;
  return made;
};
const held = () => {
  gc();
  gc();
  const { heapUsed, arrayBuffers } = process.memoryUsage();
  return heapUsed + arrayBuffers + (memory?.buffer.byteLength ?? 0);
};

async function load() {
  if (kind !== "ingest" && kind !== "snapshot") {
    const { create } = await import(`./scorers/${kind}.mjs`);
    return (onCross) => create(model, onCross);
  }
  const { scorer } = await import("./scorers/leadscore.mjs");
  const leadscore = await import(new URL("node.js", pkg));
  await leadscore.default();
  const compiled = readFileSync(compiledFile);
  return (onCross) => scorer(leadscore, model, onCross, { compiled, withSnapshot: kind === "snapshot" });
}

// Cold: load, make, then the first 100 events.
const first = fresh(0).slice(0, 100);
const started = cpu();
const create = await load();
const subject = create(() => {});
const made = cpu();
for (const event of first) subject.push(event);
const cold = cpu();

/** Pushes events until `budget` ms of CPU time are used. Returns the number of events and the time. */
function pass(number) {
  const list = fresh(number);
  gc();
  const start = cpu();
  let [at, chunk, used, sum] = [0, 1, 0, 0];
  while (at < list.length && used < budget) {
    const end = Math.min(list.length, at + chunk);
    for (; at < end; at++) sum += subject.push(list[at]);
    const now = cpu() - start;
    if (now - used < 5) chunk *= 2;
    used = now;
  }
  return { count: at, took: cpu() - start, sum };
}

let number = 1;
const warm = cpu() + budget;
do pass(number++);
while (cpu() < warm && number < 5);

const times = [];
let [spent, count] = [0, 0];
const before = held();
while (times.length < 12 && spent < budget) {
  const { count: done, took } = pass(number++);
  times.push((took * 1e6) / done);
  spent += took;
  count = done;
}
const isWhole = count === events.length;
const bytes = isWhole ? (held() - before) / visitors / times.length : null;

let verified = null;
if (verify === "1" && !decays) {
  const { reference } = await import("./reference.mjs");
  const list = fresh(0).slice(0, Math.min(count, rules > 1_000 ? 300 : rules > 20 ? 3_000 : events.length));
  const [own, expected] = [[], []];
  const a = create((...crossing) => own.push(crossing.join()));
  const b = reference(model, (...crossing) => expected.push(crossing.join()));
  list.forEach((event, at) => {
    const [got, wanted] = [a.push(event), b.push(event)];
    if (got !== wanted && kind !== "ingest") throw new Error(`event ${at}: ${got} instead of ${wanted}`);
  });
  if (own.join("|") !== expected.join("|")) throw new Error("other stages were reached");
  verified = list.length;
}
const result = { name, rules, ns: median(times), init: made - started, cold: (cold - made) * 10, bytes, verified };
console.log(JSON.stringify(result));
process.exit(0);
