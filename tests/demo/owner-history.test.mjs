// The buckets of the owner's chart, where the clocks change.
import assert from "node:assert/strict";
import { mock, test } from "node:test";
import { History } from "../../www/site/js/owner/history.js";

const HOUR = 3_600_000;

/**
 * Returns the starts of the buckets in a zone at a time, and the number of signals in each: one came every hour.
 *
 * @returns {[string, number][]}
 */
function bucketsAt(zone, time, range) {
  const before = process.env.TZ;
  process.env.TZ = zone;
  mock.timers.enable({ apis: ["Date"], now: Date.parse(time) });
  try {
    const past = new History();
    past.reset(range);
    const entries = Array.from({ length: 60 * 24 }, (_, ago) => {
      return {
        id: `s-${ago}`,
        kind: "signal",
        stage: "mql",
        received: new Date(Date.now() - ago * HOUR).toISOString(),
      };
    });
    past.add(entries);
    return past.count().buckets.map(({ start, counts }) => [start.toISOString(), counts.get("mql")]);
  } finally {
    mock.timers.reset();
    if (before === undefined) delete process.env.TZ;
    else process.env.TZ = before;
  }
}

for (const [zone, time] of [
  ["America/Los_Angeles", "2026-11-01T08:30:00Z"],
  ["America/Los_Angeles", "2026-11-01T09:30:00Z"],
  ["America/Los_Angeles", "2026-03-08T10:30:00Z"],
  ["Asia/Kolkata", "2026-12-31T18:45:00Z"],
  ["Australia/Lord_Howe", "2026-04-04T15:45:00Z"],
  ["UTC", "2028-02-29T23:59:59Z"],
]) {
  test(`each of the last hours has its signal in ${zone} at ${time}`, () => {
    const buckets = bucketsAt(zone, time, "hours");
    assert.equal(buckets.length, 24);
    assert.deepEqual(new Set(buckets.map(([, count]) => count)), new Set([1]));
    assert.ok(buckets.every(([start], at) => !at || Date.parse(start) - Date.parse(buckets[at - 1][0]) === HOUR));
  });
}

test("a day has as many hours as the zone gives it", () => {
  /** @type {[string, number][]} */
  const days = [
    ["2026-11-02T07:30:00Z", 25],
    ["2026-03-09T06:30:00Z", 23],
  ];
  for (const [time, hours] of days) {
    const buckets = bucketsAt("America/Los_Angeles", time, "days");
    assert.equal(buckets.length, 30);
    assert.equal(buckets.at(-1)?.[1], hours, time);
    assert.deepEqual(new Set(buckets.slice(0, -1).map(([, count]) => count)), new Set([24]), `days before ${time}`);
  }
});
