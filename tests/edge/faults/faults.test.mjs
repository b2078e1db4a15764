// Acknowledged signals are stored exactly once under all faults. Short runs of the scripts in this folder.
import assert from "node:assert/strict";
import { test } from "node:test";
import { level, repeat } from "../../lib/level.mjs";
import { accountsUnderFaults } from "./accounts.mjs";
import { impossible, onFullDisk } from "./disk.mjs";
import { underFaults } from "./receiver.mjs";

const seconds = repeat({ check: 3, test: 3, all: 20 });
const kills = repeat({ check: 1, test: 1, all: 5 });

function isSound({ sent, rows, seen, failures }) {
  assert.deepEqual(failures, Object.fromEntries(Object.keys(failures).map((what) => [what, 0])), JSON.stringify(seen));
  assert.ok(sent > 0 && rows === sent, `${sent} sent, ${rows} rows`);
}

test("the receiver is killed, its database and its clock fail: nothing is lost or stored twice", async () => {
  const run = await underFaults({ seconds, kills });
  isSound(run);
  assert.equal(run.seen["workerd was killed"], kills);
});

test("accounts are killed, their storage, alarms and clock fail: nothing is lost or stored twice", async () => {
  const run = await accountsUnderFaults({ seconds, kills });
  isSound(run);
  assert.equal(run.seen["workerd was killed"], kills);
});

const reason = impossible() ?? (level === "all" ? null : "filling a disk takes a while: at LEADSCORE_TESTS=all");
test(
  "the disk is full: no acknowledged signal is lost, and the receiver continues when there is space",
  { skip: reason ?? false },
  async () => {
    const run = await onFullDisk({ seconds: 5 });
    isSound(run);
    assert.equal(run.seen["the disk was full"], 1);
  },
);
