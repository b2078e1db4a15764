// `node benches/edge/receiver.mjs`: signals that a receiver in workerd verifies and stores per second, in D1 on disk.
// The same with a store in memory, and with signals in batches, shows what limits it.
import { LANES, flood } from "./lib/receiving.mjs";
import { line, median, met, title } from "./lib/table.mjs";
import { twenty } from "./lib/visitor.mjs";
import { temporary } from "./lib/workerd.mjs";

const TARGET = 500;
const BATCH = 20;

async function measure(name, model, { target, ...options }) {
  const { rate, sent, took, waits, bytes, taken, own, busiest, failures } = await flood(model, { name, ...options });
  line(name, `${rate.toFixed(0)} signals/s`, target && met(rate >= target, `>= ${target}/s`));
  const percent = (ms) => `${((ms / took) * 100).toFixed(0)} %`;
  const wait = `answer in ${median(waits).toFixed(1)} ms, 99th percentile ${quantile(waits, 0.99).toFixed(1)} ms`;
  line("", `${sent} in ${(took / 1000).toFixed(1)} s, ${bytes} bytes each request, ${LANES} at a time, ${wait}`);
  line(
    "",
    `CPU of a core: workerd ${percent(taken)} (${(taken / sent).toFixed(2)} ms a signal), its busiest thread ${percent(busiest)}; load generator ${percent(own)}`,
  );
  for (const text of failures) {
    console.error(`FAILED: ${text}`);
    process.exitCode = 1;
  }
}

const quantile = (list, part) => [...list].sort((a, b) => a - b)[Math.floor(list.length * part)];

title("the receiver in workerd, closed loop on this machine: the load generator shares its cores");
const model = twenty();
await temporary((d1) => measure("D1 on disk", model, { d1, most: 25_000, target: TARGET }));
await temporary((d1) => measure(`D1 on disk, batches of ${BATCH}`, model, { d1, size: BATCH, most: 2_000 }));
await measure("in memory", model, { most: 30_000 });
