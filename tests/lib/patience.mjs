/**
 * Milliseconds after which what a test waits for counts as never happening. A test waits only until it happens, so that
 * the number is far above what the slowest machine needs.
 */
export const PATIENCE = 30_000;

/** The same for a whole test, or for what a file starts. */
export const LONG_PATIENCE = 4 * PATIENCE;
