// A tab is closed during its work: its recorded events are stored, however busy the tab and the machine are.
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { availableParallelism } from "node:os";
import { level, repeat } from "../lib/level.mjs";
import { LONG_PATIENCE } from "../lib/patience.mjs";
import { counting } from "./lib/models.mjs";
import { suite } from "./lib/suite.mjs";
import { counts, started, track } from "./lib/tag.mjs";

const CLOSINGS = repeat({ check: 1, test: 3, all: 100 });
/** Processes that leave no core idle. Not more: `make test-all` tests the engines side by side, each with so many. */
const BUSY = level === "all" ? availableParallelism() : 0;
/** A closing takes about a second beside them. */
const TIMEOUT = LONG_PATIENCE + CLOSINGS * 10_000;

/** Counts all the time, and works in between. */
const work = () => {
  setInterval(() => {
    leadscore.track("noise", { n: Math.random() });
    const end = performance.now() + 8;
    while (performance.now() < end);
  }, 10);
};

async function closings({ site, open }) {
  site.model(counting({ said: { event: "said", distinct: "n" }, noise: { event: "noise", distinct: "n" } }));
  const busy = Array.from({ length: BUSY }, () => spawn(process.execPath, ["-e", "for (;;);"], { stdio: "ignore" }));
  try {
    const first = await open("/");
    for (let n = 0; n < CLOSINGS; n += 1) {
      const tab = await open("/");
      await tab.run(work);
      await track(tab, "said", { n });
      await tab.close();
    }
    // From the storage, not from events that the first tab received. A browser may show it to a page that begins only a
    // while after the tab has written it.
    const stored = async () => {
      await first.reload();
      await started(first);
      return (await counts(first)).said;
    };
    await site.until(async () => (await stored()) === CLOSINGS, "all that was counted").catch(() => {});
    assert.equal(await stored(), CLOSINGS);
  } finally {
    for (const child of busy) child.kill("SIGKILL");
  }
}

suite("closing", (everywhere) => {
  everywhere("what a busy tab counted is not lost when it is closed at once", closings, { timeout: TIMEOUT });
});
