// cargo-deny is called with the arguments of its pinned version, with and without access to its database.
import assert from "node:assert/strict";
import { test } from "node:test";
import { machine } from "./machine.mjs";

/** Like cargo-deny 0.20: `--offline` is an option of the program, and `check` knows no --disable-fetch. */
const deny = ({ fetch = "", advisories = "" } = {}) => `
offline=
while :; do case "$1" in
  --offline) offline=1; shift ;;
  --locked | --all-features) shift ;;
  *) break ;;
esac; done
for argument; do case "$argument" in --disable-fetch | --offline) echo "error: unexpected argument '$argument' found" >&2; exit 2 ;; esac; done
case "$1 $2" in
  "fetch db") ${fetch || ":"} ;;
  "check advisories") [ "$offline" ] || { echo "would fetch again" >&2; exit 1; }; ${advisories || ":"} ;;
  "check licenses") : ;;
  *) echo "error: unrecognized subcommand '$1'" >&2; exit 2 ;;
esac`;

const run = (options) => machine({ programs: { "tools/bin/cargo-deny": deny(options) } }).script("tools/deny.mjs");

test("if the database can be fetched, advisories are checked against it", async () => {
  const { code, out } = await run();
  assert.deepEqual({ code, out }, { code: 0, out: "" });
});

test("an advisory fails the check", async () => {
  const { code, out } = await run({ advisories: 'echo "error[vulnerability]: RUSTSEC-2026-0001" >&2; exit 1' });
  assert.equal(code, 1);
  assert.match(out, /RUSTSEC-2026-0001/);
});

test("if it cannot be fetched, the run says that advisories were not checked", async () => {
  const { code, out } = await run({ fetch: 'echo "failed to fetch advisory database" >&2; exit 1' });
  assert.equal(code, 0);
  assert.match(out, /failed to fetch advisory database\nADVISORIES NOT CHECKED: /);
});

test("without cargo-deny the check fails", async () => {
  const { code, out } = await machine().script("tools/deny.mjs");
  assert.equal(code, 1);
  assert.match(out, /^cargo-deny: spawnSync cargo-deny ENOENT\n$/);
});
