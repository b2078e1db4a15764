// Progress messages.

export const say = (text) => console.log(`setup: ${text}`);

/** An error that the person can mend: it ends the run with this sentence, without a stack. */
export class Failure extends Error {}

/** @returns {never} */
export function fail(text) {
  throw new Failure(text);
}

/** Runs a script to its end; a `Failure` is one line. */
export async function main(script) {
  try {
    await script();
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    console.error(error.message);
    process.exit(1);
  }
}

/** Returns a time in milliseconds as `1:05`. */
export function clock(time) {
  const seconds = Math.round(time / 1000);
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
}
