// Checks whether the repository is ready for a release: `node tools/release.mjs [TAG]`. Prints the version and its notes,
// or everything that is missing. With a tag, as the release workflow gives it, the tag has to be the version's.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { ROOT } from "./lib/project.mjs";

const VERSION = /^\d+\.\d+\.\d+(?:-[\w.]+)?$/;

/**
 * The sections of a changelog, the newest first: their name, their date, their text.
 *
 * @param {string} changelog
 */
function sections(changelog) {
  return changelog
    .split(/^## /m)
    .slice(1)
    .map((section) => {
      const [head = "", ...lines] = section.split("\n");
      const [, name = "", date = ""] = /^\[?([^\]\s]+)\]?(?:\s+-\s+(\S+))?\s*$/.exec(head) ?? [];
      return { name, date, text: lines.join("\n").trim() };
    });
}

/**
 * Returns everything that is missing for a release.
 *
 * @param {{ cargo: string, lock: string, manifest: string, changelog: string, tag?: string | undefined }} files their texts
 * @returns {{ version: string, notes: string, problems: string[] }}
 */
export function review({ cargo, lock, manifest, changelog, tag }) {
  const problems = [];
  const version = /^\[package\][^[]*?^version = "([^"]+)"$/m.exec(cargo)?.[1] ?? "";
  if (!VERSION.test(version)) problems.push("Cargo.toml: the package has no version such as 1.2.3");
  const locked = /^name = "leadscore"\nversion = "(.+)"$/m.exec(lock)?.[1];
  if (locked !== version) problems.push(`Cargo.lock: leadscore is ${locked}, not ${version}; run \`cargo update -w\``);
  // The build fills the version in, so that there is one place for it.
  if (JSON.parse(manifest).version !== "filled in from Cargo.toml")
    problems.push("pkg-config/manifest.json: its version has to stay `filled in from Cargo.toml`");
  if (tag !== undefined && tag !== `v${version}`) problems.push(`the tag is ${tag}, not v${version}`);

  const [unreleased, newest] = sections(changelog);
  if (unreleased?.name !== "Unreleased") problems.push("CHANGELOG.md: the first section has to be Unreleased");
  else if (unreleased.text) problems.push(`CHANGELOG.md: Unreleased has entries; move them below \`## [${version}]\``);
  if (newest?.name !== version) problems.push(`CHANGELOG.md: the section after Unreleased has to be [${version}]`);
  else if (!/^\d{4}-\d\d-\d\d$/.test(newest.date))
    problems.push(`CHANGELOG.md: [${version}] needs its date, as 2026-12-31`);
  else if (!newest.text) problems.push(`CHANGELOG.md: [${version}] says nothing`);
  return { version, notes: newest?.text ?? "", problems };
}

function main() {
  const read = (/** @type {string} */ path) => readFileSync(join(ROOT, path), "utf8");
  const { version, notes, problems } = review({
    cargo: read("Cargo.toml"),
    lock: read("Cargo.lock"),
    manifest: read("pkg-config/manifest.json"),
    changelog: read("CHANGELOG.md"),
    tag: process.argv[2],
  });
  if (problems.length > 0) {
    console.error(problems.map((problem) => `release: ${problem}`).join("\n"));
    process.exitCode = 1;
  } else console.log(`${version}\n\n${notes}`);
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? "").href) main();
