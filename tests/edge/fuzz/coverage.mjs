// Which parts of a script have run, as V8 counts them: so that inputs that reach something new can be kept.
import { Session } from "node:inspector";

/** @param {RegExp} scripts addresses of the scripts to look at */
export function coverage(scripts) {
  const session = new Session();
  session.connect();
  const ask = (method, params) => {
    let answer;
    // In one process the answer is there at once.
    session.post(method, params, (error, result) => {
      if (error) throw error;
      answer = result;
    });
    return answer;
  };
  ask("Profiler.enable");
  ask("Profiler.startPreciseCoverage", { callCount: true, detailed: true });
  const seen = new Set();

  /** Returns how many blocks have run since the last call that never had before. */
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
