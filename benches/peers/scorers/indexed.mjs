// JavaScript without eval, optimized by hand: state in pooled typed arrays, URL patterns in tries over
// dense tables (forward for prefix/exact, backward for suffix, Aho-Corasick for contains), once-only counter thresholds
// as sorted lists with a cursor, strings compared as small integers.
import { decayTable, glob } from "../workload.mjs";

const NONE = new Int32Array(0);
const NUMBERS = { active_seconds: 0, page_views: 1, sessions: 2, company_size: 3, role: 4, industry: 5 }; // visitor fields
const BEHAVIOUR = 6,
  FIT = 7,
  LAST = 8,
  DAY = 9,
  FLAGS = 10,
  CURSORS = 11;
const DEMO = 1 << 20;
const FEW = 12; // up to this number, a scan that skips used-up rules is faster than a trie

/** Trie over [literal, rule]; char classes keep the table small. fail = true adds Aho-Corasick transitions. */
class Trie {
  constructor(pairs, backward = false, fail = false) {
    this.backward = backward;
    this.fail = fail;
    this.cls = new Uint8Array(128);
    this.k = 1;
    for (const [s] of pairs)
      for (const c of s) {
        const x = c.charCodeAt(0) & 127;
        if (!this.cls[x]) this.cls[x] = this.k++;
      }
    const nodes = [new Int32Array(this.k)],
      out = [[]];
    for (const [s, i] of pairs) {
      let at = 0;
      for (let j = 0; j < s.length; j++) {
        const c = this.cls[s.charCodeAt(backward ? s.length - 1 - j : j) & 127];
        if (!nodes[at][c]) {
          nodes[at][c] = nodes.length;
          nodes.push(new Int32Array(this.k));
          out.push([]);
        }
        at = nodes[at][c];
      }
      out[at].push(i);
    }
    if (fail) {
      const link = new Int32Array(nodes.length),
        queue = [...nodes[0]].filter(Boolean);
      for (const n of queue)
        for (let c = 1; c < this.k; c++) {
          const to = nodes[n][c],
            f = nodes[link[n]][c];
          if (to) {
            link[to] = f;
            out[to].push(...out[f]);
            queue.push(to);
          } else nodes[n][c] = f;
        }
    }
    this.next = new Int32Array(nodes.length * this.k);
    nodes.forEach((n, i) => this.next.set(n, i * this.k));
    this.out = out.map((o) => (o.length ? Int32Array.from(o) : NONE));
  }
}

export function create(model, onCross) {
  const table = decayTable(model.halfLifeDays),
    rules = model.rules,
    n = rules.length,
    gap = model.sessionGapMs;
  const points = Int32Array.from(rules, (r) => r.points * 1000),
    max = Uint8Array.from(rules, (r) => r.max),
    keep = Uint8Array.from(rules, (r) => (r.keep ? FIT : BEHAVIOUR));
  const exactLen = Int32Array.from(rules, (r) => (r.path && glob(r.path).kind === "exact" ? r.path.length : -1));
  const codes = new Map(),
    code = (s) => {
      let c = codes.get(s);
      if (c === undefined) codes.set(s, (c = codes.size));
      return c;
    };
  // conditions as [field (-1 = value of the event), lowest, set of codes or null]
  const where = rules.map((r) =>
    (r.where ?? []).map(([f, op, v]) => ({
      f: f === "value" ? -1 : NUMBERS[f],
      least: op === ">=" ? v : 0,
      set: op === ">=" ? null : new Set([v].flat().map((x) => (typeof x === "string" ? code(x) : x))),
    })),
  );
  const KIND = { page_view: 1, tick: 2, demo_request: 3, identify: 4 },
    types = new Map();
  let stride = CURSORS;
  for (const type of new Set([...rules.map((r) => r.on), ...Object.keys(KIND)])) {
    const mine = rules.map((r, i) => i).filter((i) => rules[i].on === type),
      lit = { exact: [], prefix: [], suffix: [], contains: [] },
      plain = [],
      steps = [];
    for (const i of mine) {
      const r = rules[i],
        w = where[i];
      if (r.path) {
        const g = glob(r.path);
        lit[g.kind].push([g.text, i]);
      } else if (w.length === 1 && !w[0].set && r.max === 1 && w[0].f >= 0 && w[0].f <= 2) {
        let s = steps.find((x) => x.f === w[0].f);
        if (!s) steps.push((s = { f: w[0].f, cursor: stride++, list: [] }));
        s.list.push([w[0].least, i]);
      } else plain.push(i);
    }
    for (const s of steps) {
      s.list.sort((a, b) => a[0] - b[0]);
      s.at = Float64Array.from(s.list, (x) => x[0]);
      s.rule = Int32Array.from(s.list, (x) => x[1]);
    }
    const forward = [...lit.exact, ...lit.prefix],
      tries = [],
      few = [];
    for (const [pairs, make] of [
      [forward, (p) => new Trie(p)],
      [lit.suffix, (p) => new Trie(p, true)],
      [lit.contains, (p) => new Trie(p, false, true)],
    ])
      if (pairs.length > FEW) tries.push(make(pairs));
      else
        for (const [s, i] of pairs)
          few.push({ i, s, at: ["exact", "prefix", "suffix", "contains"].indexOf(glob(rules[i].path).kind) });
    types.set(type, { kind: KIND[type] ?? 0, few, tries, plain: Int32Array.from(plain), steps });
  }
  const mins = Int32Array.from(model.stages, (s) => s.min),
    demo = Uint8Array.from(model.stages, (s) => (s.requires ? 1 : 0)),
    lowest = Math.min(...mins);
  let cap = 64,
    used = 0,
    fired = new Uint8Array(cap * n),
    st = new Float64Array(cap * stride);
  const slots = new Map();
  const grow = () => {
    cap *= 2;
    const f = new Uint8Array(cap * n),
      s = new Float64Array(cap * stride);
    f.set(fired);
    s.set(st);
    fired = f;
    st = s;
  };

  const tryFire = (i, v, ev) => {
    const at = v * n + i;
    if (fired[at] >= max[i]) return;
    const ws = where[i];
    for (let k = 0; k < ws.length; k++) {
      const w = ws[k],
        x = w.f < 0 ? ev.value : st[v * stride + w.f];
      if (w.set === null ? x < w.least : !w.set.has(x)) return;
    }
    fired[at]++;
    st[v * stride + keep[i]] += points[i];
  };
  const walk = (trie, path, v, ev) => {
    const { next, out, cls, k } = trie,
      len = path.length;
    let at = 0;
    for (let j = 0; j < len; j++) {
      const ch = path.charCodeAt(trie.backward ? len - 1 - j : j);
      at = next[at * k + (ch < 128 ? cls[ch] : 0)];
      if (at === 0) {
        if (trie.fail) continue;
        return;
      }
      const o = out[at];
      for (let q = 0; q < o.length; q++) if (exactLen[o[q]] < 0 || exactLen[o[q]] === len) tryFire(o[q], v, ev);
    }
  };
  let dayLo = 1,
    dayHi = 0,
    day = 0;
  return {
    push(ev) {
      let v = slots.get(ev.visitor);
      if (v === undefined) {
        if (used === cap) grow();
        slots.set(ev.visitor, (v = used++));
      }
      const t = ev.t,
        b = v * stride;
      if (t < dayLo || t >= dayHi) {
        day = Math.floor(t / 86400000);
        dayLo = day * 86400000;
        dayHi = dayLo + 86400000;
      }
      if (day > st[b + DAY]) {
        st[b + BEHAVIOUR] = Math.floor((st[b + BEHAVIOUR] * table[Math.min(day - st[b + DAY], 255)]) / 65536);
        st[b + DAY] = day;
      }
      if (t - st[b + LAST] > gap) st[b + 2]++;
      st[b + LAST] = t;
      const type = types.get(ev.type);
      if (type !== undefined) {
        if (type.kind === 1) st[b + 1]++;
        else if (type.kind === 2) st[b] += ev.value;
        else if (type.kind === 3) st[b + FLAGS] |= DEMO;
        else if (type.kind === 4) {
          st[b + 3] = ev.company_size;
          st[b + 4] = codes.get(ev.role) ?? -1;
          st[b + 5] = codes.get(ev.industry) ?? -1;
        }
        const { few, tries, plain, steps } = type;
        for (let k = 0; k < few.length; k++) {
          const r = few[k],
            i = r.i;
          if (fired[v * n + i] >= max[i]) continue;
          const p = ev.path,
            m = r.at;
          if (m === 1 ? p.startsWith(r.s) : m === 3 ? p.includes(r.s) : m === 2 ? p.endsWith(r.s) : p === r.s)
            tryFire(i, v, ev);
        }
        for (let k = 0; k < tries.length; k++) walk(tries[k], ev.path, v, ev);
        for (let k = 0; k < plain.length; k++) tryFire(plain[k], v, ev);
        for (let k = 0; k < steps.length; k++) {
          const s = steps[k],
            x = st[b + s.f];
          let at = st[b + s.cursor] | 0;
          if (at < s.at.length && x >= s.at[at]) {
            do {
              const i = s.rule[at++];
              st[b + keep[i]] += points[i];
            } while (at < s.at.length && x >= s.at[at]);
            st[b + s.cursor] = at;
          }
        }
      }
      const score = Math.floor((st[b + BEHAVIOUR] + st[b + FIT]) / 1000);
      if (score >= lowest)
        for (let i = 0; i < mins.length; i++)
          if (score >= mins[i] && !(st[b + FLAGS] & (1 << i)) && (!demo[i] || st[b + FLAGS] & DEMO)) {
            st[b + FLAGS] |= 1 << i;
            onCross(ev.visitor, i, t, score);
          }
      return score;
    },
  };
}
