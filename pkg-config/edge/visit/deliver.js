// Sends the signals of a visit to the site's receiver after the response.
import { poster } from "../lib/post.js";

/** Milliseconds before each try: what waits after a response has some 30 seconds. */
const PAUSES = [0, 500, 2_000, 8_000];
/** A server that asks for more time than this gets no further attempt from here. */
const LONGEST_PAUSE = 10_000;

/**
 * @param {Parameters<typeof poster>[0] & { count: (name: string) => void }} context
 * @returns {(signals: any[]) => Promise<void>}
 */
export function deliverer(context) {
  const post = poster(context);
  if (!post) return async () => {};

  /** @param {{ id: string }} signal */
  const deliver = async (signal) => {
    let asked = 0;
    for (const least of PAUSES) {
      const pause = Math.max(least, asked);
      if (pause > LONGEST_PAUSE) break;
      if (pause > 0) await new Promise((resolve) => setTimeout(resolve, pause));
      const { outcome, after } = await post(signal);
      if (outcome !== "unsent") return context.count(outcome);
      asked = after;
    }
    context.count("unsent");
  };

  return async (signals) => void (await Promise.all(signals.map(deliver)));
}
