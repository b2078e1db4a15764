// The score over time during the visit. Across the pages of a tab, times and scores are kept in sessionStorage, only
// while consent is granted.

export const KEY = "leadscore-inspector";
/** Points that are kept, the newest: a chart of some hundred pixels shows no more. */
const MOST = 500;

function kept() {
  try {
    const points = JSON.parse(sessionStorage.getItem(KEY) ?? "");
    return Array.isArray(points) ? points : [];
  } catch {
    return [];
  }
}

export class Curve {
  #points;
  #isKept;

  constructor(consent) {
    this.#isKept = consent === "granted";
    this.#points = this.#isKept ? kept() : [];
  }

  /** The score at a time, in milliseconds. */
  add(at, score, consent) {
    const isNew = score !== this.#points.at(-1)?.[1];
    if (isNew) this.#points.push([at, score]);
    if (this.#points.length > MOST) this.#points.shift();
    const wasKept = this.#isKept;
    this.#isKept = consent === "granted";
    if (this.#isKept ? !isNew && wasKept : !wasKept) return;
    try {
      if (this.#isKept) sessionStorage.setItem(KEY, JSON.stringify(this.#points));
      else sessionStorage.removeItem(KEY);
    } catch {
      // Blocked, or full: the chart begins with each page.
    }
  }

  /** With a point at `now`, as a curve goes on until then. */
  until(now) {
    const last = this.#points.at(-1);
    return last ? [...this.#points, [now, last[1]]] : [];
  }
}
