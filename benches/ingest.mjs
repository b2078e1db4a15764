// `lead.ingest` of the npm package against a scorer written by hand in JavaScript, event by event.
import { readFileSync } from "node:fs";
import { more, moreJson, twenty } from "./baseline/rules.mjs";
import { Scorer, cut, newVisitor } from "./baseline/scorer.mjs";
import { random, visits } from "./lib/events.mjs";
import { interleave, line, met, ratio, title } from "./lib/measure.mjs";

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

/** The events of each visitor, since a page or a request knows one visitor only. */
function byVisitor(list) {
  const visits = new Map();
  for (const { visitor, ...event } of list) {
    if (!visits.has(visitor)) visits.set(visitor, []);
    visits.get(visitor).push(event);
  }
  return [...visits];
}

function ours(leadscore, model, visits, now) {
  const result = { took: 0, signals: 0, snapshots: [] };
  for (const [id, events] of visits) {
    const lead = new leadscore.Lead(model, { id });
    const start = performance.now();
    for (const event of events) result.signals += lead.ingest(event, event.at).length;
    result.took += performance.now() - start;
    result.snapshots.push([id, lead.snapshot(now)]);
    lead.free();
  }
  return result;
}

function theirs(scorer, visits, now) {
  const result = { took: 0, signals: 0, snapshots: [] };
  const read = { type: "", t: 0, props: {}, path: "/", query: "" };
  for (const [id, events] of visits) {
    const visitor = newVisitor();
    const start = performance.now();
    for (const event of events) {
      read.type = event.type;
      read.t = Math.floor(event.at / 1_000);
      read.props = event.props;
      cut(read, event.url);
      result.signals += scorer.ingest(visitor, read, read.t).length;
    }
    result.took += performance.now() - start;
    result.snapshots.push([id, scorer.snapshot(visitor, Math.floor(now / 1_000))]);
  }
  return result;
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
    const scorer = new Scorer([...twenty, ...more(size - 20)]);
    const list = events(size - 20);
    const [visits, now] = [byVisitor(list), list.at(-1).at];
    same(ours(leadscore, model, visits, now), theirs(scorer, visits, now));
    const each = ({ took }) => (took * 1e6) / EVENTS;
    const times = await interleave(ROUNDS, {
      ours: () => each(ours(leadscore, model, visits, now)),
      theirs: () => each(theirs(scorer, visits, now)),
    });
    const figures = `leadscore ${times.ours.toFixed(0)} ns, by hand ${times.theirs.toFixed(0)} ns`;
    const holds = size === 20 ? times.ours <= 3 * times.theirs : times.ours < times.theirs;
    const wanted = met(holds, size === 20 ? "at most 3x" : "less than 1x");
    line(`${size} rules`, `${figures}: ${ratio(times.ours, times.theirs)}`, wanted);
  }
}
