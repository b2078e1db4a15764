// Cases: a random valid model, the lines of an events file and a time to score at.
//
//     node generate.mjs --seed S --case N [--quirks NAMES]   prints that case

import { pathToFileURL } from "node:url";
import { placeThresholds, generateRules } from "./generate-model.mjs";
import { generateVisits } from "./generate-visits.mjs";
import { DURATIONS, QUIRKS, toJson } from "./pools.mjs";
import { parseDuration } from "./decay.mjs";
import { Random } from "./random.mjs";
import { replay } from "./replay.mjs";

// `{ model, events, at }`: the model's JSON text, the events' text, and `at` as `{ ms, text }`.
export function generateCase(seed, index, quirks = new Set()) {
  const random = new Random(seed, index);
  const model = generateRules(random, quirks);
  const rearms = random.sample(DURATIONS, 2);
  const lines = generateVisits(random, quirks, model, rearms);
  const events = eventsText(random, lines);
  placeThresholds(random, quirks, model, observe(model, events), rearms);
  return { model: toJson(model, random.chance(0.2) ? 2 : undefined), events, at: generateTime(random, events) };
}

// The scores and dimensions that the visits reach under the rules alone.
function observe(model, events) {
  const { trace } = replay(asParsed(model), events);
  const dimensions = Object.keys(model.dimensions ?? {});
  const observed = { scores: [0], dimensions: {} };
  for (const id of new Set(["engagement", ...dimensions])) observed.dimensions[id] = [0];
  for (const line of trace) {
    observed.scores.push(line.score);
    for (const [id, value] of Object.entries(line.dimensions)) observed.dimensions[id].push(value);
  }
  return observed;
}

// The model as its reader sees it, with specially spelled numbers read.
export function asParsed(model) {
  return JSON.parse(toJson(model));
}

function eventsText(random, lines) {
  const mark = random.chance(0.03) ? "\ufeff" : "";
  return mark + lines.join("\n") + (random.chance(0.8) ? "\n" : "");
}

function generateTime(random, events) {
  const times = [...events.matchAll(/"at":(\d+)[,}]/g)].map(([, at]) => Number(at)).filter((at) => at < 2 ** 32 * 1000);
  const anchor = random.pick(times.length > 0 ? times : [1_700_000_000_000]);
  const step = random.weighted([
    [4, parseDuration(random.pick(DURATIONS)) * 1000 * random.int(0, 3)],
    [1, -random.int(0, 86_400_000)],
    [2, random.int(0, 400 * 86_400) * 1000],
  ]);
  const offset = random.pick([0, 0, 1000, -1000, 999, -1]);
  const ms = Math.min(Math.max(anchor + step + offset, 0), 2 ** 32 * 1000 - 1);
  return { ms, text: timeText(random, ms) };
}

// Milliseconds, or RFC 3339 with and without fraction and offset.
function timeText(random, ms) {
  const utc = new Date(ms).toISOString();
  const whole = ms % 1000 === 0;
  const offsetMinutes = random.pick([120, -330, 0]);
  const local = new Date(ms + offsetMinutes * 60_000).toISOString().slice(0, -1);
  const sign = offsetMinutes < 0 ? "-" : "+";
  const pad = (value) => String(Math.floor(value)).padStart(2, "0");
  const zone = `${sign}${pad(Math.abs(offsetMinutes) / 60)}:${pad(Math.abs(offsetMinutes) % 60)}`;
  return random.pick([String(ms), String(ms), whole ? utc.replace(".000Z", "Z") : utc, `${local}${zone}`]);
}

export function quirkSet(text) {
  if (!text || text === "none") return new Set();
  const names = text === "all" ? QUIRKS : text.split(",");
  const unknown = names.filter((name) => !QUIRKS.includes(name));
  if (unknown.length > 0) throw new Error(`unknown quirks: ${unknown.join(", ")}; known: ${QUIRKS.join(", ")}`);
  return new Set(names);
}

function main(args) {
  const option = (name, otherwise) => (args.includes(name) ? args[args.indexOf(name) + 1] : otherwise);
  const { model, events, at } = generateCase(
    Number(option("--seed", "1")),
    Number(option("--case", "0")),
    quirkSet(option("--quirks", "")),
  );
  console.log(JSON.stringify(JSON.parse(model), null, 2));
  console.log(events);
  console.log(`--at ${at.text}`);
}

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href) main(process.argv.slice(2));
