// `node tests/edge/faults/disk.mjs`, as root on Linux: D1's disk is full for a while. No acknowledged signal is lost,
// none is stored twice, and the receiver continues when there is free space again.
import { execFileSync } from "node:child_process";
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { temporary } from "../../../benches/edge/lib/workerd.mjs";
import { report } from "./report.mjs";
import { pause, run } from "./signals.mjs";

/** Space for some hundreds of signals. */
const SMALL = "3m";
const LARGE = "256m";
/** The number of answers from a receiver that cannot store, before the test frees space. */
const ENOUGH = 100;

/** The reason why the test cannot run here, or null. */
export function impossible() {
  if (process.platform !== "linux") return "a full disk needs Linux, whose file systems in memory have a size";
  if (process.getuid() !== 0) return "a full disk needs root, as a small file system is mounted";
  return null;
}

export function onFullDisk({ seconds, seed = 20261123 }) {
  return temporary(async (folder) => {
    const d1 = join(folder, "disk");
    mkdirSync(d1);
    execFileSync("mount", ["-t", "tmpfs", "-o", `size=${SMALL}`, "leadscore-test", d1]);
    try {
      const disturb = async ({ seen, see }) => {
        for (let waited = 0; (seen["answer 503"] ?? 0) < ENOUGH; waited++) {
          if (waited > 600) throw new Error("the disk was never full");
          await pause(100);
        }
        see("the disk was full");
        execFileSync("mount", ["-o", `remount,size=${LARGE}`, d1]);
      };
      return await run({ d1, seconds, seed, disturb });
    } finally {
      execFileSync("umount", [d1]);
    }
  });
}

if (import.meta.url === `file://${process.argv[1]}`) {
  const reason = impossible();
  if (reason) console.log(`left out: ${reason}`);
  else report("the receiver on a full disk", await onFullDisk({ seconds: 10 }));
}
