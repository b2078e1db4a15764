// Installs missing tools; a second call takes a second. `node tools/setup.mjs PURPOSE`: build (and the demo), check,
// test, or fuzz.
import { browsers } from "./lib/browsers.mjs";
import { packages } from "./lib/packages.mjs";
import { which } from "./lib/process.mjs";
import { CARGO_DENY, CARGO_FUZZ } from "./lib/project.mjs";
import { crate, removeLeftovers, rust, wasmTool } from "./lib/rust.mjs";
import { fail, main, say } from "./lib/say.mjs";

const OLDEST_NODE = 20;
const PURPOSES = ["build", "check", "test", "fuzz"];

function basics() {
  const [major] = process.versions.node.split(".");
  if (Number(major) < OLDEST_NODE) fail(`Node.js ${OLDEST_NODE} or later is needed; this is ${process.version}.`);
  if (!which("npm")) fail("npm is missing: install Node.js with npm, then run this again.");
  if (!which("cargo") || !which("rustup"))
    fail("Rust is missing: install it with rustup (https://rustup.rs), then run this again.");
}

async function programs(purpose) {
  await rust();
  await wasmTool("bindgen");
  if (purpose === "test") {
    await wasmTool("test-runner");
    await crate("cargo-deny", CARGO_DENY);
  }
  if (purpose === "fuzz") await crate("cargo-fuzz", CARGO_FUZZ);
  removeLeftovers();
}

async function javascript(purpose) {
  await packages(purpose === "build" || purpose === "fuzz" ? "build" : "test");
  if (purpose === "test") await browsers();
}

await main(async () => {
  const purpose = process.argv[2] ?? "build";
  if (!PURPOSES.includes(purpose)) fail(`no such purpose: ${purpose} (${PURPOSES.join(", ")})`);
  basics();
  // Side by side: the one waits for the network while the other compiles.
  await Promise.all([programs(purpose), javascript(purpose)]);
  say("ready");
});
