// `node benches/edge/receiver.mjs`: signals that a receiver in workerd verifies and stores per second, in D1 on disk.
// The same with a store in memory, and with signals in batches, shows what limits it.
import { client } from "./lib/client.mjs";
import { signals } from "./lib/signals.mjs";
import { line, median, met, title } from "./lib/table.mjs";
import { SITE, twenty } from "./lib/visitor.mjs";
import { cpu, migrate, start, temporary, threads } from "./lib/workerd.mjs";

const SECONDS = 10;
const TARGET = 500;
const LANES = 16;
const BATCH = 20;

const WORKER = `
  import { createReceiver, d1Store, memoryStore } from "./pkg/edge-workerd.js";
  import model from "./model.lsm";
  let receiver;
  export default {
    fetch(request, env, ctx) {
      receiver ??= createReceiver({
        models: [model],
        store: env.DB ? d1Store(env.DB) : memoryStore(),
        origins: [env.SITE],
        address: () => null,
      });
      return receiver.handle(request, ctx);
    },
  };
`;

// Made beforehand, as making them is not what is measured.
function bodies(model, count, size, run) {
  const make = signals(model, { run });
  return Array.from({ length: count }, (_, i) => {
    const texts = Array.from({ length: size }, (_, k) => make(i * size + k).text);
    return Buffer.from(size === 1 ? texts[0] : `[${texts.join(",")}]`);
  });
}

async function measure(name, model, { d1, size = 1, most, target }) {
  const { server, url, pid, stop } = await start({ script: WORKER, model, d1, bindings: { SITE } });
  const { send, flood, close } = client(LANES);
  try {
    const db = d1 && (await migrate(server));
    const made = bodies(model, most, size, name.replace(/\W/g, ""));
    const type = `application/cloudevents${size > 1 ? "-batch" : ""}+json`;
    const options = { method: "POST", headers: { origin: SITE, "content-type": type } };
    const waits = [];
    const bad = {};
    let next = 0;
    let sent = 0;
    const post = async (body) => {
      const begun = performance.now();
      const { status } = await send(url, {
        ...options,
        body,
        headers: { ...options.headers, "content-length": body.length },
      });
      waits.push(performance.now() - begun);
      if (status === (size > 1 ? 200 : 201)) sent += size;
      else bad[status] = (bad[status] ?? 0) + 1;
    };
    const warmUp = Math.ceil(most / 20);
    await flood(() => (next < warmUp ? post(made[next++]) : null));

    [sent, waits.length] = [0, 0];
    const busy = threads(pid);
    const [before, own, begun] = [cpu(pid), process.cpuUsage(), performance.now()];
    const isOver = () => next >= made.length || performance.now() - begun > SECONDS * 1000;
    await flood(() => (isOver() ? null : post(made[next++])));
    const took = performance.now() - begun;
    const taken = cpu(pid) - before;
    const { user, system } = process.cpuUsage(own);
    const busiest = Math.max(...[...threads(pid)].map(([task, ms]) => ms - (busy.get(task) ?? 0)));

    const rate = sent / (took / 1000);
    line(name, `${rate.toFixed(0)} signals/s`, target && met(rate >= target, `>= ${target}/s`));
    const percent = (ms) => `${((ms / took) * 100).toFixed(0)} %`;
    const wait = `answer in ${median(waits).toFixed(1)} ms, 99th percentile ${quantile(waits, 0.99).toFixed(1)} ms`;
    line(
      "",
      `${sent} in ${(took / 1000).toFixed(1)} s, ${made[0].length} bytes each request, ${LANES} at a time, ${wait}`,
    );
    line(
      "",
      `CPU of a core: workerd ${percent(taken)} (${(taken / sent).toFixed(2)} ms a signal), its busiest thread ${percent(busiest)}; load generator ${percent((user + system) / 1000)}`,
    );
    if (Object.keys(bad).length > 0) fail(`answers that were not as expected: ${JSON.stringify(bad)}`);
    if (db) {
      const rows = await db
        .prepare("SELECT count(*) AS n FROM leadscore_entries WHERE verification = 'verified'")
        .first("n");
      if (rows !== sent + warmUp * size) fail(`${rows} rows for ${sent + warmUp * size} signals`);
    }
  } finally {
    close();
    await stop();
  }
}

function fail(text) {
  console.error(`FAILED: ${text}`);
  process.exitCode = 1;
}

const quantile = (list, part) => [...list].sort((a, b) => a - b)[Math.floor(list.length * part)];

title("the receiver in workerd, closed loop on this machine: the load generator shares its cores");
const model = twenty();
await temporary((d1) => measure("D1 on disk", model, { d1, most: 25_000, target: TARGET }));
await temporary((d1) => measure(`D1 on disk, batches of ${BATCH}`, model, { d1, size: BATCH, most: 2_000 }));
await measure("in memory", model, { most: 30_000 });
