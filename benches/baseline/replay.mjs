// `leadscore replay` for benches/twenty.json, written by hand: `node replay.mjs EVENTS` prints the same lines.
import { closeSync, openSync, readSync, writeSync } from "node:fs";
import { twenty } from "./rules.mjs";
import { Scorer, cut, newVisitor } from "./scorer.mjs";

const scorer = new Scorer(twenty);
const visitors = new Map();
const event = { type: "", t: 0, props: {}, path: "/", query: "" };
const NONE = {};

function take(line) {
  const given = JSON.parse(line);
  let visitor = visitors.get(given.visitor);
  if (visitor === undefined) visitors.set(given.visitor, (visitor = newVisitor()));
  event.type = given.type;
  event.t = Math.floor(given.at / 1_000);
  event.props = given.props ?? NONE;
  cut(event, given.url);
  scorer.observe(visitor, event);
  if (given.at > visitor.newest) visitor.newest = given.at;
}

// Decoding large pieces at once is faster than decoding line by line, and reading at once is faster than a stream.
const file = openSync(process.argv[2], "r");
const buffer = Buffer.allocUnsafe(1 << 20);
let kept = 0;
for (let read; (read = readSync(file, buffer, kept, buffer.length - kept, null)) > 0;) {
  const filled = kept + read;
  const end = buffer.lastIndexOf(10, filled - 1) + 1;
  const text = buffer.toString("utf8", 0, end);
  for (let at = 0; at < text.length;) {
    const stop = text.indexOf("\n", at);
    take(text.slice(at, stop));
    at = stop + 1;
  }
  buffer.copyWithin(0, end, filled);
  kept = filled - end;
}
closeSync(file);

const lines = [];
for (const [visitor, kept] of visitors) {
  lines.push(JSON.stringify({ visitor, ...scorer.snapshot(kept, Math.floor(kept.newest / 1_000)) }));
}
const out = Buffer.from(lines.join("\n") + "\n");
for (let at = 0; at < out.length;) at += writeSync(1, out, at);
