// Installs missing browser engines: from Debian with apt-get if that is allowed, otherwise Chrome and Firefox with
// `@puppeteer/browsers`. WebKit is Safari on a Mac and Debian's package elsewhere.
import { readFileSync } from "node:fs";
import { ENGINES, FETCHED, demanded, find, forget } from "./engines.mjs";
import { output, succeeds, which } from "./process.mjs";
import { environment } from "./project.mjs";
import { fail, say } from "./say.mjs";

const PACKAGES = {
  debian: { chromium: ["chromium"], firefox: ["firefox-esr"], webkit: ["webkit2gtk-driver", "xvfb"] },
  // Ubuntu's packages of Chromium and Firefox only install snaps.
  ubuntu: { webkit: ["webkit2gtk-driver", "xvfb"] },
};
const FETCHABLE = { chromium: "chrome", firefox: "firefox" };

/** Returns the distribution that a Linux system is, or derives from; undefined for others. */
export function distribution(file = process.env.OS_RELEASE || "/etc/os-release") {
  let text;
  try {
    text = readFileSync(file, "utf8");
  } catch {
    return undefined;
  }
  const names = [...text.matchAll(/^ID(?:_LIKE)?="?([^"\n]*)"?$/gm)].flatMap(([, value]) => value.split(" "));
  return ["ubuntu", "debian"].find((name) => names.includes(name));
}

const packagesOf = (engine) => PACKAGES[distribution()]?.[engine];

/** Returns the command that installs packages without a password; undefined if there is none. */
function aptGet() {
  if (!which("apt-get")) return undefined;
  if (process.getuid?.() === 0) return ["apt-get"];
  return which("sudo") && output("sudo", ["-n", "true"]) !== undefined ? ["sudo", "-n", "apt-get"] : undefined;
}

async function byApt(missing) {
  const wanted = missing.filter(packagesOf);
  const command = wanted.length ? aptGet() : undefined;
  if (!command) return;
  const run = (...args) =>
    succeeds(command[0], [...command.slice(1), ...args], {
      env: { ...process.env, DEBIAN_FRONTEND: "noninteractive" },
    });
  say(`${wanted.join(", ")}, by apt-get`);
  await run("update", "-q");
  // One after the other, so that a failure does not affect the others.
  for (const engine of wanted) await run("install", "-y", "-q", "--no-install-recommends", ...packagesOf(engine));
  forget();
}

/** In the versions that belong to the pinned puppeteer. */
async function byFetching(missing) {
  const wanted = missing.filter((engine) => FETCHABLE[engine]);
  if (!wanted.length) return;
  /** @type {any} its declarations lack them */
  const { PUPPETEER_REVISIONS } = await import("puppeteer-core");
  for (const engine of wanted) {
    const browser = FETCHABLE[engine];
    say(`${engine}, fetched by @puppeteer/browsers (into .tools)`);
    const args = ["install", `${browser}@${PUPPETEER_REVISIONS[browser]}`, "--path", FETCHED];
    await succeeds("browsers", args, { env: environment() });
  }
  forget();
}

/** One sentence about an engine that is not there. */
export function howToGet(engine) {
  if (engine === "webkit" && process.platform === "darwin")
    return "safaridriver belongs to macOS: run `safaridriver --enable`";
  const packages = packagesOf(engine);
  const variables = engine === "webkit" ? "WEBKIT_DRIVER and WEBKIT_BROWSER" : engine.toUpperCase();
  const named = `set ${variables} to where it is`;
  if (packages) return `apt-get install ${packages.join(" ")}, or ${named}`;
  if (engine === "webkit") return `install WebKitGTK's WebKitWebDriver and MiniBrowser, and Xvfb, or ${named}`;
  return `install ${engine === "chromium" ? "Chromium, Chrome or Edge" : "Firefox"}, or ${named}`;
}

export const missingEngines = (wanted = demanded() ?? ENGINES) => wanted.filter((engine) => !find(engine));

/** Installs missing engines, and fails if a required engine, or all of them, cannot be installed. */
export async function browsers() {
  const wanted = demanded() ?? ENGINES;
  for (const bring of [byApt, byFetching]) {
    const missing = missingEngines(wanted);
    if (missing.length) await bring(missing);
  }
  const missing = missingEngines(wanted);
  const advice = missing.map((engine) => `\n  ${engine}: ${howToGet(engine)}`).join("");
  if (missing.length && demanded()) fail(`These browser engines are demanded and not here:${advice}`);
  if (missing.length === wanted.length) fail(`No browser engine was found, and the tests need at least one:${advice}`);
}
