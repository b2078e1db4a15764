// `node tests/edge/fuzz/fuzz.mjs TARGET… [--seconds 300 | --inputs 10000] [--seed …]` fuzzes the parts of a request.
// Inputs that reach new parts of the script are kept and changed further. The first input that fails ends the run and
// is printed.
import { parseArgs } from "node:util";
import { random } from "../../../benches/edge/lib/random.mjs";
import { coverage } from "./coverage.mjs";
import { mutate } from "./mutate.mjs";
import { REQUESTS } from "./requests.mjs";
import { VISITS } from "./visits.mjs";

export const TARGETS = { ...VISITS, ...REQUESTS };
/** Inputs between two readings of the coverage, which take as long as several inputs. */
const BATCH = 25;

/** @returns {Promise<{ inputs: number, kept: number, blocks: number, finding: string | null }>} */
export async function fuzz(name, { seconds = Infinity, inputs = Infinity, seed = 1 }) {
  const chance = random(seed);
  const { seeds, words, run } = await TARGETS[name]();
  const cover = coverage(/\/pkg\/edge\.js$/);
  const corpus = [...seeds];
  const end = performance.now() + seconds * 1_000;
  let done = 0;
  let kept = 0;
  let finding = null;

  async function holds(text) {
    done++;
    try {
      await run(text);
      return true;
    } catch (error) {
      finding = `${name}, seed ${seed}, input ${done}: ${JSON.stringify(text).slice(0, 4_000)}: ${error.stack}`;
      return false;
    }
  }
  const log = console.error;
  // The package reports refused input on the console.
  console.error = () => {};
  try {
    for (const text of seeds) if (!(await holds(text))) break;
    cover.news();
    while (!finding && done < inputs && performance.now() < end) {
      const batch = Array.from({ length: BATCH }, () => mutate(chance.pick(corpus), chance, words, corpus));
      for (const text of batch) if (!(await holds(text))) break;
      if (finding || cover.news() === 0) continue;
      // At least one input of the batch is new. The coverage does not show which one, so the whole batch is kept.
      corpus.push(...batch);
      kept += batch.length;
    }
  } finally {
    console.error = log;
    cover.stop();
  }
  return { inputs: done, kept, blocks: cover.seen(), finding };
}

if (import.meta.url === `file://${process.argv[1]}`) {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: { seconds: { type: "string" }, inputs: { type: "string" }, seed: { type: "string" } },
  });
  const given = Object.fromEntries(Object.entries(values).map(([name, text]) => [name, Number(text)]));
  const limits = given.seconds || given.inputs ? given : { ...given, seconds: 60 };
  for (const name of positionals.length > 0 ? positionals : Object.keys(TARGETS)) {
    const { finding, ...seen } = await fuzz(name, { seed: Date.now() % 2 ** 31, ...limits });
    console.log(
      `${name}: ${Object.entries(seen)
        .map(([what, count]) => `${count} ${what}`)
        .join(", ")}`,
    );
    if (!finding) continue;
    console.error(`FAILED: ${finding}`);
    process.exitCode = 1;
  }
}
