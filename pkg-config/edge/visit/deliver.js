// Sends the signals of a visit to the site's receiver, while the visitor reads the page already.
import { poster } from "../lib/post.js";

/** Milliseconds before each try: what waits after a response has some 30 seconds. */
const PAUSES = [0, 500, 2_000, 8_000];

/** @returns {(signals: object[]) => Promise<void>} */
export function deliverer(context) {
  const post = poster(context);
  if (!post) return async () => {};

  const deliver = async (signal) => {
    for (const pause of PAUSES) {
      if (pause > 0) await new Promise((resolve) => setTimeout(resolve, pause));
      const outcome = await post(signal);
      if (outcome !== "unsent") return context.count(outcome);
    }
    context.count("unsent");
  };

  return async (signals) => void (await Promise.all(signals.map(deliver)));
}
