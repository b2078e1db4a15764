// The release script lists everything that is missing for a release, and nothing else.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { review } from "../../tools/release.mjs";

const CARGO = '[package]\nname = "leadscore"\nversion = "1.2.0"\n\n[dependencies]\nserde = { version = "1.0" }\n';
const LOCK = '[[package]]\nname = "itoa"\nversion = "9.9.9"\n\n[[package]]\nname = "leadscore"\nversion = "1.2.0"\n';
const MANIFEST = '{ "version": "filled in from Cargo.toml" }';
const CHANGELOG =
  "# Changelog\n\n## [Unreleased]\n\n## [1.2.0] - 2026-12-01\n\n### Added\n\n- This.\n\n## [1.1.0] - 2026-11-01\n\n- That.\n";
const READY = { cargo: CARGO, lock: LOCK, manifest: MANIFEST, changelog: CHANGELOG };

test("a repository that is ready has its version and notes", () => {
  for (const tag of [undefined, "v1.2.0"]) {
    assert.deepEqual(review({ ...READY, tag }), { version: "1.2.0", notes: "### Added\n\n- This.", problems: [] });
  }
});

for (const [what, change, problem] of /** @type {[string, Record<string, string>, RegExp][]} */ ([
  ["another tag", { tag: "v1.3.0" }, /tag is v1\.3\.0, not v1\.2\.0/],
  ["a lock file of the version before", { lock: LOCK.replace("1.2.0", "1.1.0") }, /Cargo\.lock: leadscore is 1\.1\.0/],
  ["no version", { cargo: CARGO.replace("1.2.0", "next") }, /no version such as/],
  ["a version in the manifest", { manifest: '{ "version": "1.2.0" }' }, /manifest\.json/],
  [
    "entries that are unreleased",
    { changelog: CHANGELOG.replace("[Unreleased]\n", "[Unreleased]\n\n- New.\n") },
    /Unreleased has entries/,
  ],
  ["no Unreleased", { changelog: CHANGELOG.replace("## [Unreleased]\n", "") }, /first section has to be Unreleased/],
  [
    "another newest version",
    { changelog: CHANGELOG.replace("[1.2.0]", "[1.2.1]") },
    /after Unreleased has to be \[1\.2\.0\]/,
  ],
  ["no date", { changelog: CHANGELOG.replace(" - 2026-12-01", "") }, /needs its date/],
  ["nothing to say", { changelog: CHANGELOG.replace("### Added\n\n- This.\n", "") }, /says nothing/],
])) {
  test(`not ready: ${what}`, () => {
    const { problems } = review({ ...READY, ...change });
    assert.ok(
      problems.some((found) => problem.test(found)),
      problems.join("\n"),
    );
  });
}

test("the script can read the changelog", () => {
  const changelog = readFileSync(new URL("../../CHANGELOG.md", import.meta.url), "utf8");
  const cargo = readFileSync(new URL("../../Cargo.toml", import.meta.url), "utf8");
  const lock = readFileSync(new URL("../../Cargo.lock", import.meta.url), "utf8");
  const manifest = readFileSync(new URL("../../pkg-config/manifest.json", import.meta.url), "utf8");
  const { version, problems } = review({ cargo, lock, manifest, changelog });
  assert.match(version, /^\d+\.\d+\.\d+/);
  // Between releases there are entries to come; anything else would be a mistake in the files.
  assert.deepEqual(
    problems.filter((problem) => !problem.includes("Unreleased has entries")),
    [],
  );
});
