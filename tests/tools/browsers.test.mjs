// Missing browsers are installed if that is allowed; otherwise a message says what to do.
import assert from "node:assert/strict";
import { test } from "node:test";
import { machine } from "./machine.mjs";

const DEBIAN = 'PRETTY_NAME="Debian GNU/Linux 12"\nID=debian\n';
const UBUNTU = "NAME=Ubuntu\nID=ubuntu\nID_LIKE=debian\n";
const BRING = `const { browsers, missingEngines, howToGet } = await tools("browsers.mjs");
const said = await browsers().then(() => "", ({ message }) => message);
const missing = missingEngines();
answer({ said, missing, advice: missing.map(howToGet) });`;
const NAMED = { WEBKIT_BROWSER: "MiniBrowser" };

/** Installs a stand-in for a browser. */
const make = (path, version) =>
  `mkdir -p "$root/$(dirname "${path}")"; printf '#!/bin/sh\\necho ${version}\\n' > "$root/${path}"; chmod +x "$root/${path}"`;
const APT = `case "$*" in
  *"install"*" chromium") ${make("bin/chromium", "Chromium 148.0")} ;;
  *"install"*" firefox-esr") ${make("bin/firefox-esr", "Mozilla Firefox 140.0")} ;;
  *"install"*" webkit2gtk-driver xvfb")
    for name in WebKitWebDriver MiniBrowser Xvfb; do ${make("bin/$name", "WebKit")}; done ;;
esac`;
const FETCH = `case "$*" in
  *chrome@*) ${make("tools/browsers/chrome/linux-1/chrome-linux64/chrome", "Chrome 148.0")} ;;
  *firefox@*) ${make("tools/browsers/firefox/linux-1/firefox/firefox", "Firefox 150.0")} ;;
esac`;
const CANNOT_FETCH = 'echo "getaddrinfo ENOTFOUND" >&2; exit 1';
/** The stand-ins' own scripts need these. */
const SYSTEM = { PATH_OF_SYSTEM: "/bin:/usr/bin" };

/** A machine whose scripts may use the system's small programs, and its Node none of its browsers. */
function made({ programs = {}, ...options }) {
  const withSystem = Object.fromEntries(
    Object.entries(programs).map(([name, lines]) => [name, `PATH="$PATH_OF_SYSTEM"\n${lines}`]),
  );
  return machine({ programs: withSystem, ...options, env: { ...SYSTEM, ...NAMED, ...options.env } });
}
const runsOf = (machine, name) => machine.runs().filter((run) => run.startsWith(`${name} `));

test("Debian, root: apt-get installs all three", async () => {
  const debian = made({ os: DEBIAN, programs: { "apt-get": APT } });
  assert.deepEqual(await debian.ask(BRING), { said: "", missing: [], advice: [] });
  assert.deepEqual(runsOf(debian, "apt-get"), [
    "apt-get update -q",
    ...["chromium", "firefox-esr", "webkit2gtk-driver xvfb"].map(
      (names) => `apt-get install -y -q --no-install-recommends ${names}`,
    ),
  ]);
});

test("Debian, not root, with passwordless sudo", async () => {
  const programs = { "apt-get": APT, sudo: 'shift; [ "$1" = true ] && exit 0\n"$root/bin/$1" "$@"' };
  const debian = made({ os: DEBIAN, user: 1000, programs });
  assert.deepEqual((await debian.ask(BRING)).missing, []);
  assert.equal(runsOf(debian, "sudo")[0], "sudo -n true");
  assert.ok(runsOf(debian, "sudo").includes("sudo -n apt-get update -q"));
});

test("not root, and sudo needs a password: Chrome and Firefox are fetched, WebKit is left out with advice", async () => {
  const programs = { "apt-get": APT, sudo: "exit 1", "tools/bin/browsers": FETCH };
  const debian = made({ os: DEBIAN, user: 1000, programs });
  const { said, missing, advice } = await debian.ask(BRING);
  assert.equal(said, "");
  assert.deepEqual(missing, ["webkit"]);
  assert.match(advice[0], /^apt-get install webkit2gtk-driver xvfb, or set WEBKIT_DRIVER/);
  assert.deepEqual(runsOf(debian, "apt-get"), []);
  const [chrome, firefox] = runsOf(debian, "browsers");
  assert.match(chrome, /^browsers install chrome@\d+(\.\d+){3} --path \S+tools\/browsers$/);
  assert.match(firefox, /^browsers install firefox@stable_\d+\S* --path \S+$/);
});

test("Ubuntu, root: WebKit by apt-get, Chrome and Firefox fetched instead of snaps", async () => {
  const ubuntu = made({ os: UBUNTU, programs: { "apt-get": APT, "tools/bin/browsers": FETCH } });
  assert.deepEqual((await ubuntu.ask(BRING)).missing, []);
  assert.equal(runsOf(ubuntu, "apt-get").length, 2);
  assert.equal(runsOf(ubuntu, "browsers").length, 2);
});

test("a Linux without apt-get and without the network: there must be at least one engine", async () => {
  const other = made({ os: "ID=arch\n", programs: { "tools/bin/browsers": CANNOT_FETCH } });
  const { said } = await other.ask(BRING);
  assert.match(said, /^No browser engine was found, and the tests need at least one:\n {2}chromium: install Chromium/);
  const programs = { firefox: "echo Mozilla Firefox 150.0", "tools/bin/browsers": CANNOT_FETCH };
  const withOne = await made({ os: "ID=arch\n", programs }).ask(BRING);
  assert.deepEqual([withOne.said, withOne.missing], ["", ["chromium", "webkit"]]);
});

test("macOS: missing browsers are fetched, and Safari's driver is mentioned", async () => {
  const mac = made({
    platform: "darwin",
    user: 501,
    programs: {
      "tools/bin/browsers": `case "$*" in
        *chrome@*) ${make("tools/browsers/chrome/mac_arm-1/chrome-mac-arm64/Google Chrome for Testing.app/Contents/MacOS/Google Chrome for Testing", "Chrome 148.0")} ;;
        *) exit 1 ;;
      esac`,
    },
  });
  const { said, missing, advice } = await mac.ask(BRING);
  assert.equal(said, "");
  assert.deepEqual(missing, ["firefox", "webkit"]);
  assert.deepEqual(advice, [
    "install Firefox, or set FIREFOX to where it is",
    "safaridriver belongs to macOS: run `safaridriver --enable`",
  ]);
});

for (const env of [{ CI: "true" }, { ENGINES: "all" }]) {
  test(`${JSON.stringify(env)}: all three are required`, async () => {
    const programs = { chromium: "echo Chromium 148.0", "tools/bin/browsers": CANNOT_FETCH };
    const { said } = await made({ os: "ID=arch\n", programs, env }).ask(BRING);
    assert.match(said, /^These browser engines are demanded and not here:\n {2}firefox: .*\n {2}webkit: /);
  });
}

test("ENGINES=chromium: nothing else is searched for or installed", async () => {
  const programs = { chromium: "echo Chromium 148.0", "apt-get": APT, "tools/bin/browsers": FETCH };
  const one = made({ os: DEBIAN, programs, env: { ENGINES: "chromium" } });
  assert.deepEqual(await one.ask(BRING), { said: "", missing: [], advice: [] });
  assert.deepEqual(runsOf(one, "apt-get"), []);
});
