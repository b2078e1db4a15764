// The parts of a script that have run, counted by V8. The fuzzer keeps inputs that reach new parts.
import { Session } from "node:inspector";

/** @param {RegExp} scripts matches the URLs of the scripts to measure */
export function coverage(scripts) {
  const session = new Session();
  session.connect();
  const ask = (method, params) => {
    let answer;
    // In the same process the callback runs synchronously.
    session.post(method, params, (error, result) => {
      if (error) throw error;
      answer = result;
    });
    return /** @type {any} */ (answer);
  };
  ask("Profiler.enable");
  ask("Profiler.startPreciseCoverage", { callCount: true, detailed: true });
  const seen = new Set();

  /** Returns the number of blocks that ran for the first time since the last call. */
  function news() {
    let found = 0;
    for (const { url, functions } of ask("Profiler.takePreciseCoverage").result) {
      if (!scripts.test(url)) continue;
      for (const { ranges } of functions) {
        for (const { startOffset, endOffset, count } of ranges) {
          if (count === 0) continue;
          const block = `${startOffset}-${endOffset}`;
          if (seen.has(block)) continue;
          seen.add(block);
          found++;
        }
      }
    }
    return found;
  }
  return { news, seen: () => seen.size, stop: () => session.disconnect() };
}
