// The models and the event stream for every scorer. The seed makes them the same on every machine.
import { readFileSync } from "node:fs";
import { random } from "../lib/events.mjs";

const START = Date.UTC(2025, 0, 6);
const DAY = 86_400_000;
const WORDS =
  "team,scale,guide,intro,api,sso,audit,cloud,sync,alerts,billing,retail,health,fintech,starter,release".split(",");
const ROLES = ["cto", "vp", "director", "head", "manager", "engineer", "analyst", "student", "intern"];

/** Paths of a site, each with its weight for hot, warm and cold visitors and for job seekers. */
const SITE = [
  [[14, 5, 1, 0], () => "/pricing"],
  [[6, 3, 1, 0], (word) => `/pricing/${word()}`],
  [[3, 1, 0, 0], () => "/pricing/enterprise"],
  [[6, 2, 0, 0], () => "/demo"],
  [[8, 6, 2, 0], (word, below) => `/customers/${word()}-${below(40)}`],
  [[12, 14, 8, 1], (word, below) => `/docs/${word()}/${word()}-${below(60)}`],
  [[6, 20, 40, 6], (word, below) => `/blog/2025/0${1 + below(9)}/${word()}-${word()}-${below(200)}`],
  [[0, 1, 1, 30], (word, below) => `/careers/${word()}-engineer-${below(30)}`],
  [[3, 3, 1, 0], (word) => `/solutions/enterprise-${word()}`],
  [[10, 15, 25, 10], (word) => `/product/${word()}`],
  [[8, 12, 20, 10], () => "/"],
];

function sitePath(next, persona) {
  const below = (n) => Math.floor(next() * n);
  const total = SITE.reduce((sum, [weights]) => sum + weights[persona], 0);
  let left = next() * total;
  let at = 0;
  while ((left -= SITE[at][0][persona]) >= 0) at++;
  return SITE[at][1](() => WORDS[below(WORDS.length)], below);
}

/**
 * Returns events ordered by time: `{ visitor, t, type, path, value }`; identify events have company_size, role and
 * industry. With `sections` the paths match the rules of `scaled(sections)` instead of the site.
 */
function generate({ events, visitors, sections }) {
  const next = random(42);
  const below = (n) => Math.floor(next() * n);
  const spread = Math.max(4, sections);
  const path = sections
    ? () => `/s${below(spread)}/p${below(20)}-w${below(spread)}-x`
    : (persona) => sitePath(next, persona);
  const file = () => `${WORDS[below(16)]}-${below(30)}.${next() < 0.8 ? "pdf" : "zip"}`;
  const out = [];
  for (let made = 0; made < visitors; made++) {
    const visitor = `v${Array.from({ length: 15 }, () => below(16).toString(16)).join("")}`;
    const kind = next();
    const persona = kind < 0.12 ? 0 : kind < 0.42 ? 1 : kind < 0.9 ? 2 : 3;
    const share = [1, 0.75, 0.45, 0.45][persona] * (0.4 + next() * 1.1);
    const wanted = Math.max(5, Math.round(Math.ceil(events / visitors) * 2 * share));
    const end = out.length + wanted;
    const push = (type, path, value = 0, more) => out.push({ visitor, t, type, path, value, ...more });
    let t = START + below(40 * DAY);
    let isKnown = false;
    while (out.length < end) {
      let pages = 1 + below(persona === 2 ? 5 : 9);
      if (next() < (persona < 2 ? 0.25 : 0.05)) push("email_click", "/");
      while (pages-- > 0 && out.length < end) {
        const page = path(persona);
        t += 300 + below(4_000);
        push("page_view", page);
        for (let ticks = below(4); ticks > 0; ticks--) {
          t += 5_000;
          push("tick", page, 5);
        }
        if (next() < 0.4) {
          t += 200;
          push("scroll", page, 25 * (1 + below(4)));
        }
        if (next() < 0.04) {
          t += 1_000;
          push("download", `/files/${sections ? `w${below(spread)}.pdf` : file()}`);
        }
        const chance = [0.06, 0.012, 0.001, 0.002][persona];
        if (next() < chance) {
          t += 15_000;
          push("form_submit", sections ? page : next() < 0.5 ? "/contact" : "/newsletter");
          if (!isKnown) {
            isKnown = true;
            const size = 1 + Math.floor(next() ** 3 * 5_000);
            const role = ROLES[persona === 3 ? 5 + below(4) : below(persona === 0 ? 6 : 9)];
            const industry = next() < 0.05 ? "competitor" : "software";
            push("identify", page, 0, { company_size: size, role, industry });
          }
        }
        if (next() < chance / 2) {
          t += 20_000;
          push("demo_request", "/demo");
        }
      }
      t += below(persona < 2 ? 3 * DAY : 9 * DAY) + 1_900_000;
    }
  }
  out.sort(byTime);
  return out.slice(0, events);
}

const byTime = (a, b) => a.t - b.t || (a.visitor < b.visitor ? -1 : a.visitor > b.visitor ? 1 : 0);

/**
 * Returns the stream for a model of `rules` rules. A visitor's events are a second apart: hits in one second count
 * once.
 */
export function stream(rules) {
  const events =
    rules === 20
      ? generate({ events: 100_000, visitors: 1_000, sections: 0 })
      : generate({ events: 20_000, visitors: 200, sections: rules });
  const last = new Map();
  for (const event of events) {
    event.t = Math.max(event.t, (last.get(event.visitor) ?? 0) + 1_000);
    last.set(event.visitor, event.t);
  }
  return events.sort(byTime);
}

const base = () => JSON.parse(readFileSync(new URL("model.json", import.meta.url), "utf8"));

/** Returns a model of `count` rules with the proportions of model.json: paths, thresholds, fit. */
function scaled(count) {
  const next = random(7);
  const below = (n) => Math.floor(next() * n);
  const rule = (at) => {
    const points = below(10) < 1 ? -1 - below(3) : 1 + below(4);
    const kind = next();
    const own = { id: `r${at}`, points, max: 1 + below(5) };
    if (kind < 0.45) return { ...own, on: "page_view", path: `/s${below(count)}/*` };
    if (kind < 0.55) return { ...own, on: "page_view", path: `/s${below(count)}/p${below(20)}-w${below(count)}-x` };
    if (kind < 0.65) return { ...own, on: "page_view", path: `*-w${below(count)}-*` };
    if (kind < 0.7) return { ...own, on: "download", path: `*w${below(count)}.pdf` };
    if (kind < 0.8) return { ...own, on: "tick", where: [["active_seconds", ">=", 5 + below(5 * count)]], max: 1 };
    if (kind < 0.85) return { ...own, on: "scroll", where: [["value", ">=", 10 + below(90)]] };
    if (kind < 0.9) return { ...own, on: "form_submit", path: `/s${below(count)}/*` };
    return { ...own, on: "identify", keep: true, where: [["company_size", ">=", 1 + below(5_000)]], max: 1 };
  };
  const rules = Array.from({ length: count }, (_, at) => rule(at));
  // A stage requires a demo request: with this rule it can be reached at every size.
  rules[0] = { id: "demo", on: "demo_request", points: 40, max: 1 };
  return { ...base(), rules };
}

/** Returns the model of `count` rules. Without `decay` the half-life is so long that every factor is 1. */
export function model(count, decay = false) {
  const made = count === 20 ? base() : scaled(count);
  return decay ? made : { ...made, halfLifeDays: 1e300 };
}

/** Returns the kind of test for a path with stars: `/a*` prefix, `*b` suffix, `*c*` contains, `/d` exact. */
export function glob(path) {
  const [head, tail] = [path.startsWith("*"), path.endsWith("*")];
  const kind = head ? (tail ? "contains" : "suffix") : tail ? "prefix" : "exact";
  return { kind, text: path.slice(head ? 1 : 0, tail ? -1 : undefined) };
}

/** Returns a rule as a list of [field, operator, value]. All of them must be true. */
export function conditions(rule) {
  const { kind, text } = rule.path ? glob(rule.path) : {};
  const path = kind ? [["path", kind === "exact" ? "==" : kind, text]] : [];
  return [["type", "==", rule.on], ...path, ...(rule.where ?? [])];
}

/** Returns decay factors by whole days, in 1/65,536. They are integers, so every scorer computes the same scores. */
export function decayTable(halfLifeDays) {
  const perDay = Math.round(65_536 * 0.5 ** (1 / halfLifeDays));
  const table = new Uint32Array(256);
  table[0] = 65_536;
  for (let day = 1; day < 256; day++) table[day] = Math.floor((table[day - 1] * perDay) / 65_536);
  return table;
}
