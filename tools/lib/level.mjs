// The number of repetitions in the tests of a run. Rust's property tests read PROPTEST_CASES, those in JavaScript
// LEADSCORE_TESTS (tests/lib/level.mjs).
const CASES = { check: 64, test: 1_000, all: 20_000 };

export const LEVELS = Object.keys(CASES);

/** Returns the variables that say so; a number of cases that the caller has set stays. */
export const repetition = (level) => ({
  LEADSCORE_TESTS: level,
  PROPTEST_CASES: process.env.PROPTEST_CASES || String(CASES[level]),
});
