// Checks licences, bans and sources of all crates, and known vulnerabilities if their database can be downloaded. If
// not, the output says so, because a missing check must not look like a pass.
import { spawnSync } from "node:child_process";
import { environment, ROOT } from "./lib/project.mjs";

const FETCHING = 120_000;
const COMMON = ["--locked", "--all-features"];
const options = { cwd: ROOT, env: environment() };

function check(...args) {
  const { status, error } = spawnSync("cargo-deny", args, { ...options, stdio: ["ignore", "inherit", "inherit"] });
  if (error) console.error(`cargo-deny: ${error.message}`);
  if (status !== 0) process.exit(1);
}

check(...COMMON, "check", "licenses", "bans", "sources");

const fetched = spawnSync("cargo-deny", [...COMMON, "fetch", "db"], {
  ...options,
  encoding: "utf8",
  timeout: FETCHING,
});
// `--offline` comes before the command: this version knows no `check --disable-fetch`.
if (fetched.status === 0) check(...COMMON, "--offline", "check", "advisories");
else {
  const why = fetched.error ? `${fetched.error.message}\n` : `${fetched.stdout}${fetched.stderr}`;
  console.log(why.trimEnd().split("\n").slice(-5).join("\n"));
  console.log("ADVISORIES NOT CHECKED: the RustSec database could not be fetched (above is why).");
}
