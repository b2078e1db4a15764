// Medians of alternating runs, so that load on the machine affects both sides.

export function median(list) {
  const sorted = [...list].sort((a, b) => a - b);
  return sorted[sorted.length >> 1];
}

/** Calls each of `{ name: function }` once a round; a function gives what it took. The first round warms up. */
export async function interleave(rounds, sides) {
  const times = Object.fromEntries(Object.keys(sides).map((name) => [name, []]));
  for (let round = 0; round <= rounds; round++) {
    for (const [name, side] of Object.entries(sides)) {
      const took = await side();
      if (round > 0) times[name].push(took);
    }
  }
  return Object.fromEntries(Object.entries(times).map(([name, list]) => [name, median(list)]));
}

/** Milliseconds that a call takes. */
export async function timed(call) {
  const start = performance.now();
  await call();
  return performance.now() - start;
}

export const title = (text) => console.log(`\n${text}\n${"-".repeat(text.length)}`);

/** A line of the report; with a target, whether it is met. */
export function line(name, figures, verdict) {
  console.log(`${name.padEnd(34)} ${figures}${verdict ? `   ${verdict}` : ""}`);
}

export const ratio = (a, b) => `${(a / b).toFixed(2)}x`;
export const met = (holds, target) => (holds ? `ok, ${target}` : `MISSED: ${target}`);
