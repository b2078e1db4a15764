// Browsers are found in all usual places.
import assert from "node:assert/strict";
import { test } from "node:test";
import { machine } from "./machine.mjs";

const FIND = `const { ENGINES, find } = await tools("engines.mjs");
answer(ENGINES.map((engine) => find(engine) ?? null));`;

/** Returns the three engines that were found, without the machine's own folder. */
async function found(options) {
  const { folder, ask } = machine(options);
  const [chromium, firefox, webkit] = JSON.parse(JSON.stringify(await ask(FIND)).replaceAll(`${folder}/`, ""));
  return { chromium, firefox, webkit };
}

test("Debian: chromium, firefox-esr, and WebKitGTK with its browser and a screen", async () => {
  const programs = {
    chromium: "echo Chromium 148.0.1 built on Debian",
    "firefox-esr": "echo Mozilla Firefox 140.2esr",
    WebKitWebDriver: "",
    MiniBrowser: "",
    Xvfb: "",
  };
  const { chromium, firefox, webkit } = await found({ programs, env: { WEBKIT_BROWSER: "MiniBrowser" } });
  assert.equal(chromium, "bin/chromium");
  assert.equal(firefox, "bin/firefox-esr");
  assert.deepEqual(webkit, { driver: "bin/WebKitWebDriver", browser: "bin/MiniBrowser", screen: "bin/Xvfb" });
});

test("WebKitGTK without a screen counts as missing", async () => {
  const programs = { WebKitWebDriver: "", MiniBrowser: "" };
  const { webkit } = await found({ programs, env: { WEBKIT_BROWSER: "MiniBrowser" } });
  assert.equal(webkit, null);
});

test("Ubuntu: a program that only explains how to install its snap is ignored", async () => {
  const stub = 'echo "Command requires the snap to be installed: snap install NAME 24.04" >&2; exit 1';
  const programs = {
    "chromium-browser": stub,
    firefox: stub,
    "google-chrome": "echo Google Chrome 148.0.7778.97",
  };
  const { chromium, firefox } = await found({ programs });
  assert.equal(chromium, "bin/google-chrome");
  assert.equal(firefox, null);
});

test("Ubuntu: a snap", async () => {
  const { at } = machine({
    programs: {
      "snap/bin/chromium": "echo Chromium 148.0.7778.97 snap",
      "snap/bin/firefox": "echo Mozilla Firefox 150.0",
    },
  });
  const [chromium, firefox] = await machine({ env: { PATH: at("snap/bin") } }).ask(FIND);
  assert.deepEqual([chromium, firefox], [at("snap/bin/chromium"), at("snap/bin/firefox")]);
});

test("Edge is a Chromium", async () => {
  const { chromium } = await found({ programs: { "microsoft-edge-stable": "echo Microsoft Edge 147.0.3000.1" } });
  assert.equal(chromium, "bin/microsoft-edge-stable");
});

test("macOS: applications, and Safari's own driver", async () => {
  const programs = {
    "Applications/Google Chrome.app/Contents/MacOS/Google Chrome": "echo Google Chrome 148.0.7778.97",
    "Applications/Firefox.app/Contents/MacOS/firefox": "echo Mozilla Firefox 150.0.2",
    safaridriver: "",
  };
  assert.deepEqual(await found({ programs, platform: "darwin" }), {
    chromium: "Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    firefox: "Applications/Firefox.app/Contents/MacOS/firefox",
    webkit: { driver: "bin/safaridriver", safari: true },
  });
});

test("browsers from @puppeteer/browsers, on Linux and on macOS", async () => {
  const linux = {
    "tools/browsers/chrome/linux-148.0.7778.97/chrome-linux64/chrome": "echo Google Chrome for Testing 148.0.7778.97",
    "tools/browsers/firefox/linux-stable_150.0.2/firefox/firefox": "echo Mozilla Firefox 150.0.2",
  };
  const onLinux = await found({ programs: linux });
  assert.deepEqual([onLinux.chromium, onLinux.firefox], Object.keys(linux));
  const mac = {
    "tools/browsers/chrome/mac_arm-148.0.7778.97/chrome-mac-arm64/Google Chrome for Testing.app/Contents/MacOS/Google Chrome for Testing":
      "echo Google Chrome for Testing 148.0.7778.97",
    "tools/browsers/firefox/mac_arm-stable_150.0.2/Firefox.app/Contents/MacOS/firefox": "echo Mozilla Firefox 150.0.2",
  };
  const onMac = await found({ programs: mac, platform: "darwin" });
  assert.deepEqual([onMac.chromium, onMac.firefox], Object.keys(mac));
});

test("a browser that is too old, or does not start, is ignored", async () => {
  const programs = {
    chromium: "echo Chromium 90.0.1",
    "google-chrome": 'echo "error while loading shared libraries: libnss3.so" >&2; exit 127',
    firefox: "echo Mozilla Firefox 115.0",
  };
  const { chromium, firefox } = await found({ programs });
  assert.deepEqual([chromium, firefox], [null, null]);
});

test("a variable names a browser, by its path or by a name on the PATH", async () => {
  const { at } = machine({ programs: { chromium: "echo Chromium 148.0.1", "own/chrome": "", "my-firefox": "" } });
  const env = { PATH: at("bin"), CHROMIUM: at("own/chrome"), FIREFOX: "my-firefox" };
  const [chromium, firefox] = await machine({ env }).ask(FIND);
  assert.deepEqual([chromium, firefox], [at("own/chrome"), at("bin/my-firefox")]);
});
