// `node tests/edge/faults/receiver.mjs [--seconds 20] [--seed …]`: no signal is lost or stored twice while the
// receiver's process is killed, its clock is ten years off, its database fails before and after a write, the target of
// forwarded signals fails, and clients time out and send again.
import { parseArgs } from "node:util";
import { temporary } from "../../../benches/edge/lib/workerd.mjs";
import { report } from "./report.mjs";
import { pause, run } from "./signals.mjs";

const FAULTS = 0.1;
const KILLS = 5;

export function underFaults({ seconds, seed = 20261122, kills = KILLS }) {
  const disturb = async ({ pid, restart, see }) => {
    for (let i = 0; i < kills; i++) {
      await pause((seconds * 1000) / (kills + 1));
      process.kill(pid(), "SIGKILL");
      see("workerd was killed");
      await restart();
    }
  };
  return temporary((d1) => run({ d1, seconds, seed, faults: FAULTS, clocks: true, disturb }));
}

if (import.meta.url === `file://${process.argv[1]}`) {
  const { values } = parseArgs({ options: { seconds: { type: "string" }, seed: { type: "string" } } });
  const seconds = Number(values.seconds ?? 20);
  const faults = await underFaults({ seconds, seed: Number(values.seed ?? 20261122) });
  report(`the receiver under faults: D1 fails ${FAULTS * 100} % before and ${FAULTS * 100} % after a write`, faults);
}
