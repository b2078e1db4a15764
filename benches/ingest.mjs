// `lead.ingest` of the npm package against a scorer written by hand in JavaScript, event by event.
import { readFileSync } from "node:fs";
import { more, moreJson, twenty } from "./baseline/rules.mjs";
import { Scorer, cut, newVisitor } from "./baseline/scorer.mjs";
import { random, visits } from "./lib/events.mjs";
import { interleave, line, met, ratio, timed, title } from "./lib/measure.mjs";

const EVENTS = 20_000;
const VISITORS = 1_000;
const ROUNDS = 9;

/** Visits of which some follow the rules that are added to the twenty. */
function events(extra) {
  const next = visits(EVENTS, VISITORS);
  const chance = random(2);
  return Array.from({ length: EVENTS }, () => {
    const event = next();
    const at = Math.floor(chance() * extra);
    const kind = chance();
    if (extra > 0 && kind < 0.2) event.url = `https://wayfold.example/landing/page-${at}/`;
    else if (extra > 0 && kind < 0.25) event.url = `https://wayfold.example/?utm_campaign=c-${at}`;
    return event;
  });
}

function ours(leadscore, model, list) {
  const leads = new Map();
  for (const { visitor } of list) {
    if (!leads.has(visitor)) leads.set(visitor, new leadscore.Lead(model, { id: visitor }));
  }
  const pairs = list.map(({ visitor, ...event }) => [leads.get(visitor), event]);
  let signals = 0;
  return {
    run() {
      for (const [lead, event] of pairs) signals += lead.ingest(event, event.at).length;
    },
    end(now) {
      const snapshots = [...leads].map(([visitor, lead]) => [visitor, lead.snapshot(now)]);
      for (const lead of leads.values()) lead.free();
      return { signals, snapshots };
    },
  };
}

function theirs(rules, list) {
  const scorer = new Scorer(rules);
  const visitors = new Map();
  for (const { visitor } of list) if (!visitors.has(visitor)) visitors.set(visitor, newVisitor());
  const pairs = list.map(({ visitor, ...event }) => [visitors.get(visitor), event]);
  const read = { type: "", t: 0, props: {}, path: "/", query: "" };
  let signals = 0;
  return {
    run() {
      for (const [visitor, event] of pairs) {
        read.type = event.type;
        read.t = Math.floor(event.at / 1_000);
        read.props = event.props;
        cut(read, event.url);
        signals += scorer.ingest(visitor, read, read.t).length;
      }
    },
    end: (now) => ({
      signals,
      snapshots: [...visitors].map(([visitor, kept]) => [visitor, scorer.snapshot(kept, Math.floor(now / 1_000))]),
    }),
  };
}

function same(a, b) {
  if (a.signals !== b.signals) throw new Error(`${a.signals} signals, by hand ${b.signals}`);
  a.snapshots.forEach((ours, at) => {
    const [left, right] = [ours, b.snapshots[at]].map((entry) => JSON.stringify(entry));
    if (left !== right) throw new Error(`they differ:\n${left}\n${right}`);
  });
}

export async function ingest(leadscore, compile) {
  title("ingest through JavaScript, a lead and an event at a time");
  const base = JSON.parse(readFileSync(new URL("twenty.json", import.meta.url), "utf8"));
  for (const size of [20, 200, 2_000]) {
    const model = new leadscore.Model(compile({ ...base, rules: [...base.rules, ...moreJson(size - 20)] }));
    const rules = [...twenty, ...more(size - 20)];
    const list = events(size - 20);
    const now = list.at(-1).at;
    const [a, b] = [ours(leadscore, model, list), theirs(rules, list)];
    for (const side of [a, b]) side.run();
    same(a.end(now), b.end(now));
    const side = (make) => async () => {
      const { run, end } = make();
      const took = await timed(run);
      end(now);
      return (took * 1e6) / EVENTS;
    };
    const times = await interleave(ROUNDS, {
      ours: side(() => ours(leadscore, model, list)),
      theirs: side(() => theirs(rules, list)),
    });
    const figures = `leadscore ${times.ours.toFixed(0)} ns, by hand ${times.theirs.toFixed(0)} ns`;
    const holds = size === 20 ? times.ours <= 3 * times.theirs : times.ours < times.theirs;
    const wanted = met(holds, size === 20 ? "at most 3x" : "less than 1x");
    line(`${size} rules`, `${figures}: ${ratio(times.ours, times.theirs)}`, wanted);
  }
}
