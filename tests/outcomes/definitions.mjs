// A second implementation of the figures of a backtest, written only from their definitions: slow and simple.

const DAY = 86_400_000;
const Z = 1.959963984540054;

/**
 * Returns the rows of visitors (`{ events: number[], won?: number }` by name), ordered by name.
 *
 * @returns {{ visitor: string, at: number, won: boolean }[]}
 */
export function rowsOf(visitors, { snapshot, every, horizon, embargo, end }) {
  const rows = [];
  for (const [visitor, { events, won }] of visitors) {
    if (events.length === 0) continue;
    for (let at = Math.min(...events) + snapshot; ; at += every) {
      if (won !== undefined && won <= at) break;
      if (at > end) break;
      const isEmbargoed = won !== undefined && won <= at + embargo;
      if (!isEmbargoed && at + horizon <= end)
        rows.push({ visitor, at, won: won !== undefined && won <= at + horizon });
      if (!every) break;
    }
  }
  return rows;
}

/** Returns the share of pairs of a won and another row in which the won row has the higher score; ties count half. */
export function auc(rows) {
  const [won, others] = [rows.filter((row) => row.won), rows.filter((row) => !row.won)];
  let pairs = 0;
  for (const a of won) for (const b of others) pairs += a.score > b.score ? 1 : a.score === b.score ? 0.5 : 0;
  return won.length && others.length ? pairs / (won.length * others.length) : undefined;
}

/** Groups items by `keyOf`, in the order of the first item of each group. */
function groups(list, keyOf) {
  const map = new Map();
  for (const item of list) map.set(keyOf(item), [...(map.get(keyOf(item)) ?? []), item]);
  return [...map.values()];
}

const scoresOf = (rows) => [...new Set(rows.map((row) => row.score))].sort((a, b) => b - a);
const share = (rows, is) => rows.filter(is).length / rows.length;

export function ks(rows) {
  const [won, others] = [rows.filter((row) => row.won), rows.filter((row) => !row.won)];
  let best = { distance: 0, at: undefined };
  for (const score of scoresOf(rows)) {
    const reach = (row) => row.score >= score;
    const distance = Math.abs(share(won, reach) - share(others, reach));
    if (distance > best.distance + 1e-12) best = { distance, at: score };
  }
  return best;
}

/** Returns the expected number of won rows among the first `count`, if rows with equal scores are in random order. */
function wonAmong(rows, count) {
  let [left, won] = [count, 0];
  for (const score of scoresOf(rows)) {
    const same = rows.filter((row) => row.score === score);
    const taken = Math.min(left, same.length);
    won += taken * share(same, (row) => row.won);
    left -= taken;
  }
  return won;
}

export function deciles(rows) {
  const rate = share(rows, (row) => row.won);
  const all = rows.filter((row) => row.won).length;
  return Array.from({ length: 10 }, (_, index) => {
    const [from, to] = [(rows.length * index) / 10, (rows.length * (index + 1)) / 10];
    const captured = wonAmong(rows, to);
    const own = captured - wonAmong(rows, from);
    return { won: own, lift: own / (to - from) / rate, capture: captured / all };
  });
}

/**
 * Returns the ends of about ten ranges: the lowest scores with 1, 2 … 9 tenths at or below, except the highest score.
 */
export function cutsOf(scores) {
  const sorted = [...scores].sort((a, b) => a - b);
  const cuts = new Set();
  for (let tenth = 1; tenth < 10; tenth++) cuts.add(sorted[Math.ceil((sorted.length * tenth) / 10 - 1e-9) - 1]);
  cuts.delete(sorted.at(-1));
  return [...cuts];
}

export function psi(expected, actual) {
  const cuts = cutsOf(expected);
  const shareOf = (scores, index) =>
    Math.max(
      0.0001,
      share(scores, (score) => cuts.filter((cut) => cut < score).length === index),
    );
  let sum = 0;
  for (let index = 0; index <= cuts.length; index++) {
    const [e, a] = [shareOf(expected, index), shareOf(actual, index)];
    sum += (a - e) * Math.log(a / e);
  }
  return sum;
}

export function bands(rows) {
  const cuts = cutsOf(rows.map((row) => row.score));
  const list = Array.from({ length: cuts.length + 1 }, (_, index) => {
    const own = rows.filter((row) => cuts.filter((cut) => cut < row.score).length === index);
    const [n, won] = [own.length, own.filter((row) => row.won).length];
    // The two shares that are Z standard errors from the observed rate: roots of (p - rate)² = Z² p (1 - p) / n.
    const rate = won / n;
    const [a, b, c] = [1 + Z ** 2 / n, -(2 * rate + Z ** 2 / n), rate ** 2];
    const root = Math.sqrt(Math.max(0, b * b - 4 * a * c));
    return { rows: n, won, low: (-b - root) / (2 * a), high: (-b + root) / (2 * a) };
  });
  return list.reverse();
}

/** The random numbers for the draws: xoshiro128**, seeded by SplitMix32. */
export function randomOf(seed) {
  let mix = seed | 0;
  const state = Array.from({ length: 4 }, () => {
    mix = (mix + 0x9e3779b9) | 0;
    let out = Math.imul(mix ^ (mix >>> 16), 0x21f0aaad);
    out = Math.imul(out ^ (out >>> 15), 0x735a2d97);
    return (out ^ (out >>> 15)) >>> 0;
  });
  const rotate = (number, by) => ((number << by) | (number >>> (32 - by))) >>> 0;
  return () => {
    const out = Math.imul(rotate(Math.imul(state[1], 5) >>> 0, 7), 9) >>> 0;
    const shifted = state[1] << 9;
    state[2] ^= state[0];
    state[3] ^= state[1];
    state[1] ^= state[2];
    state[0] ^= state[3];
    state[2] ^= shifted;
    state[3] = rotate(state[3] >>> 0, 11);
    return out;
  };
}

/** Returns the middle 95 % of the AUC over 1,000 bootstrap draws of visitors. */
export function interval(rows, seed) {
  const byVisitor = groups(rows, (row) => row.visitor);
  const random = randomOf(seed);
  const draws = [];
  for (let draw = 0; draw < 1_000; draw++) {
    const drawn = [];
    for (let index = 0; index < byVisitor.length; index++) {
      const at = Math.floor((random() / 2 ** 32) * byVisitor.length);
      drawn.push(...byVisitor[at]);
    }
    const value = auc(drawn);
    if (value !== undefined) draws.push(value);
  }
  draws.sort((a, b) => a - b);
  const quantile = (part) => {
    const at = part * (draws.length - 1);
    const low = draws[Math.floor(at)];
    return low + (draws[Math.ceil(at)] - low) * (at - Math.floor(at));
  };
  return { low: quantile(0.025), high: quantile(0.975) };
}

/**
 * Returns the gradient of the likelihood of a logistic curve with this slope and intercept. It is 0 at the best fit.
 */
export function gradient(rows, { slope, intercept }) {
  let [a, b] = [0, 0];
  for (const { score, won } of rows) {
    const residual = 1 / (1 + Math.exp(-(intercept + slope * score))) - Number(won);
    [a, b] = [a + residual * score, b + residual];
  }
  return { a, b };
}

export const brier = (rows, { slope, intercept }) =>
  rows.reduce((sum, { score, won }) => sum + (1 / (1 + Math.exp(-(intercept + slope * score))) - Number(won)) ** 2, 0) /
  rows.length;

/** Returns the weight of evidence of a rule that is live or not live in each row. */
export function woe(rows, isLive) {
  const count = (is) => rows.filter(is).length + 0.5;
  const won = count((row) => row.won && isLive(row)) / count((row) => row.won);
  return Math.log(won / (count((row) => !row.won && isLive(row)) / count((row) => !row.won)));
}

/**
 * Returns the standard error of the difference of two AUCs for independent visitors: the root of the sum of squares of
 * each visitor's influence (DeLong, DeLong and Clarke-Pearson 1988, except for the divisor n - 1).
 */
export function errorOfDifference(rows, other) {
  const influence = (rows) => {
    const own = auc(rows);
    const [won, others] = [rows.filter((row) => row.won), rows.filter((row) => !row.won)];
    const above = (a, b) => (a.score > b.score ? 1 : a.score === b.score ? 0.5 : 0);
    const mean = (list, of) => list.reduce((sum, row) => sum + of(row), 0) / list.length;
    return rows.map((row) =>
      row.won
        ? (mean(others, (b) => above(row, b)) - own) / won.length
        : (mean(won, (a) => above(a, row)) - own) / others.length,
    );
  };
  const [a, b] = [influence(rows), influence(other)];
  const sums = new Map();
  rows.forEach((row, index) => sums.set(row.visitor, (sums.get(row.visitor) ?? 0) + a[index] - b[index]));
  return Math.sqrt([...sums.values()].reduce((sum, of) => sum + of * of, 0));
}

/** Returns how many leads are taken, the highest scores of each week first, and how many of them won. */
export function capacity(rows, perWeek) {
  const first = Math.min(...rows.map((row) => row.at));
  const weeks = groups(rows, (row) => Math.floor((row.at - first) / (7 * DAY)));
  let [taken, won] = [0, 0];
  for (const own of weeks) {
    taken += Math.min(perWeek, own.length);
    won += wonAmong(own, perWeek);
  }
  return { taken, won };
}
