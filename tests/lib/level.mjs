// The number of repetitions in tests. LEADSCORE_TESTS is set by the scripts: "check" by `make check`, "test" by `make
// test`, "all" by `make test-all`. A level changes only the number of repetitions, never the tested behaviour.
const LEVELS = ["check", "test", "all"];

/** The level of this run; "test" where nothing is said. */
export const level = process.env.LEADSCORE_TESTS || "test";

if (!LEVELS.includes(level)) {
  throw new Error(`LEADSCORE_TESTS is "${level}"; it must be one of ${LEVELS.join(", ")}`);
}

/**
 * Returns the number of repetitions for this level, for example
 * `const REQUESTS = repeat({ check: 100, test: 1_000, all: 100_000 })`.
 */
export function repeat(counts) {
  const count = counts[level];
  if (!Number.isInteger(count) || count < 1) throw new Error(`repeat: no whole number above 0 for "${level}"`);
  return count;
}
