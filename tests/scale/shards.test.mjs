// Like an engine that shards events: the merged states of parts, in any order, equal the states of one run.
import assert from "node:assert/strict";
import { test } from "node:test";
import { random } from "../../benches/lib/events.mjs";
import { repeat } from "../lib/level.mjs";
import { events, model, run } from "./parts.mjs";

const SHARDS = 64;

function shuffle(list, next) {
  for (let at = list.length - 1; at > 0; at--) {
    const other = Math.floor(next() * (at + 1));
    [list[at], list[other]] = [list[other], list[at]];
  }
  return list;
}

test("64 random parts, joined in random order, give the same lines as one run", () => {
  for (let seed = 1; seed <= repeat({ check: 1, test: 1, all: 5 }); seed++) {
    const next = random(seed);
    const all = events(6_000, 700, seed);
    const expected = run(["replay", model], all);
    assert.ok(expected.length > 600, `${expected.length} visitors`);
    const parts = Array.from({ length: SHARDS }, () => []);
    for (const line of shuffle(all, next)) parts[Math.floor(next() * SHARDS)].push(line);
    const states = shuffle(
      parts.flatMap((part) => run(["replay", model, "--states", "--skipped-ok"], part)),
      next,
    );
    assert.deepEqual(run(["score", model], states).sort(), expected.sort());
    // Joined on the way, as a tree of tasks does.
    const half = states.length >> 1;
    const halves = [states.slice(0, half), states.slice(half)].map((part) => run(["score", model, "--join"], part));
    assert.deepEqual(run(["score", model], halves.flat()).sort(), expected);
  }
});
