// Points in whole milli-points, times a factor of their age, rounded to the nearest, ties away from zero.

const SECONDS = { s: 1, m: 60, h: 3600, d: 86400, w: 604800 };

export function parseDuration(text) {
  const [, count, unit] = /^([0-9]+)([smhdw])$/.exec(text);
  return Number(count) * SECONDS[unit];
}

export function parseDecay(decay) {
  if (!decay) return null;
  if (decay.half_life) return { kind: "half_life", duration: parseDuration(decay.half_life) };
  if (decay.linear) return { kind: "linear", duration: parseDuration(decay.linear) };
  return { kind: "step", percent: decay.step, duration: parseDuration(decay.every) };
}

export function decayedPoints(points, decay, age) {
  if (decay === null || points === 0) return points;
  const magnitude = Math.abs(points);
  const { kind, duration } = decay;
  let kept;
  if (kind === "linear") {
    kept = roundedRatio(magnitude * Math.max(0, duration - age), duration);
  } else if (kind === "step") {
    kept = roundedRatio(magnitude * Math.max(0, 100 - decay.percent * Math.floor(age / duration)), 100);
  } else {
    kept = halved(magnitude, age, duration);
  }
  return points < 0 ? -kept : kept;
}

// Round half up of a ratio of whole numbers that are not negative.
function roundedRatio(numerator, denominator) {
  const [above, below] = [BigInt(numerator), BigInt(denominator)];
  return Number((2n * above + below) / (2n * below));
}

function halved(magnitude, age, halfLife) {
  if (age % halfLife === 0) {
    const halvings = age / halfLife;
    return halvings > 64 ? 0 : Number((2n * BigInt(magnitude) + 2n ** BigInt(halvings)) / 2n ** BigInt(halvings + 1));
  }
  const product = magnitude * 2 ** (-age / halfLife);
  const fraction = product - Math.floor(product);
  // A double decides everything but values next to a tie (there is no exact tie, because the factor is irrational).
  if (Math.abs(fraction - 0.5) > 1e-5) return Math.round(product);
  return halvedExactly(magnitude, age, halfLife);
}

const BITS = 256n;
const ONE = 1n << BITS;
const LN_2 = (() => {
  let sum = 0n;
  for (let k = 1n; k <= BITS; k++) sum += ONE / (k << k);
  return sum;
})();

export function halvedExactly(magnitude, age, halfLife) {
  const halvings = Math.floor(age / halfLife);
  const exponent = (LN_2 * BigInt(age % halfLife)) / BigInt(halfLife);
  let term = ONE;
  let factor = 0n;
  for (let k = 1n; term !== 0n; k++) {
    factor += term;
    term = (-term * exponent) / (ONE * k);
  }
  const product = (BigInt(magnitude) * factor) >> BigInt(halvings);
  return Number((product + ONE / 2n) >> BITS);
}
