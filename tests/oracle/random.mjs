// A seeded source of randomness: one seed and case number always give the same case.

export class Random {
  #state;

  constructor(seed, stream = 0) {
    // Spreads neighbouring seeds and streams apart before the first draw.
    this.#state = (Math.imul(seed | 0, 0x9e3779b1) ^ Math.imul((stream + 1) | 0, 0x85ebca6b)) | 0;
    for (let i = 0; i < 4; i++) this.next();
  }

  // A double in [0, 1): mulberry32.
  next() {
    this.#state = (this.#state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(this.#state ^ (this.#state >>> 15), 1 | this.#state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  }

  chance(probability) {
    return this.next() < probability;
  }

  // A whole number from low to high, both included.
  int(low, high) {
    return low + Math.floor(this.next() * (high - low + 1));
  }

  pick(choices) {
    return choices[this.int(0, choices.length - 1)];
  }

  // `weighted([[3, "a"], [1, "b"]])`: "a" three times as often as "b".
  weighted(choices) {
    let ticket = this.next() * choices.reduce((sum, [weight]) => sum + weight, 0);
    for (const [weight, choice] of choices) {
      ticket -= weight;
      if (ticket < 0) return choice;
    }
    return choices.at(-1)[1];
  }

  // Some of the choices, each at most once, in random order.
  sample(choices, count) {
    const left = [...choices];
    const picked = [];
    while (picked.length < count && left.length > 0) {
      picked.push(left.splice(this.int(0, left.length - 1), 1)[0]);
    }
    return picked;
  }

  times(count, make) {
    return Array.from({ length: count }, (_, index) => make(index));
  }
}
