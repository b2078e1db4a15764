// The startup time on a page: from the bytes of the wasm to a lead with its first event.
import { readFileSync } from "node:fs";
import { interleave, line, title } from "./lib/measure.mjs";

const ROUNDS = 25;

/** The same module to run, another one to the engine, which else would find what it compiled before. */
function renamed(bytes, name) {
  const text = Buffer.from(name.padStart(8));
  return Buffer.concat([bytes, Buffer.from([0, text.length + 1, text.length]), text]);
}

export async function startup(pkg, compile) {
  title("start-up in Node, from bytes in memory");
  const bytes = readFileSync(new URL("leadscore.wasm", pkg));
  const model = compile(readFileSync(new URL("twenty.json", import.meta.url), "utf8"));
  let copy = 0;
  const start = async () => {
    // Each address is a module of its own, with an instance of its own.
    const fresh = await import(new URL(`index.js?${++copy}`, pkg));
    const own = renamed(bytes, `${copy}`);
    const steps = [performance.now()];
    const step = () => steps.push(performance.now());
    const module = new WebAssembly.Module(own);
    step();
    fresh.initSync({ module });
    step();
    const loaded = new fresh.Model(model);
    step();
    const lead = new fresh.Lead(loaded, { id: "v-1" });
    lead.ingest({ type: "page_view", url: "https://wayfold.example/pricing" }, Date.now());
    step();
    return steps.slice(1).map((time, at) => time - steps[at]);
  };
  const runs = [];
  for (let round = 0; round < ROUNDS; round++) runs.push(await start());
  const names = ["compile the module", "instantiate it", "load a model of twenty rules", "first lead, first event"];
  let at = 0;
  const sides = Object.fromEntries(
    names.map((name, step) => [name, () => runs[Math.floor(at++ / names.length)][step]]),
  );
  const medians = await interleave(ROUNDS - 1, sides);
  for (const [name, value] of Object.entries(medians)) line(name, `${value.toFixed(3)} ms`);
  const total = Object.values(medians).reduce((sum, value) => sum + value, 0);
  line("together", `${total.toFixed(3)} ms`);
}
