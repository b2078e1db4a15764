// Sends signals to a receiver in workerd, in a closed loop, and counts what it stores.
import { client } from "./client.mjs";
import { signals } from "./signals.mjs";
import { SITE } from "./visitor.mjs";
import { cpu, migrate, start, threads } from "./workerd.mjs";

const SECONDS = 10;
export const LANES = 16;

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

/**
 * Sends `most` requests with `size` signals each, for ten seconds at most, after a twentieth of them to warm up. The
 * store is D1 in the folder `d1`, or memory. Times are in ms.
 *
 * @param {Uint8Array} model
 * @param {{ name?: string, d1?: string, size?: number, most: number }} options `name` distinguishes runs on one store
 */
export async function flood(model, { name = "", d1, size = 1, most }) {
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
    const failures = Object.keys(bad).length > 0 ? [`answers that were not as expected: ${JSON.stringify(bad)}`] : [];
    if (db) {
      const rows = await db
        .prepare("SELECT count(*) AS n FROM leadscore_entries WHERE verification = 'verified'")
        .first("n");
      if (rows !== sent + warmUp * size) failures.push(`${rows} rows for ${sent + warmUp * size} signals`);
    }
    const rate = sent / (took / 1000);
    return { rate, sent, took, waits, bytes: made[0].length, taken, own: (user + system) / 1000, busiest, failures };
  } finally {
    close();
    await stop();
  }
}
