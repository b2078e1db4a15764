// Cookies blocked in the browser's own settings, which also denies storage and locks: the page is scored and its
// signals arrive. WebKitGTK's driver has no such setting.
import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import puppeteer from "puppeteer-core";
import { args, executablePath } from "../lib/chromium.mjs";
import { ENGINES } from "./lib/engines.mjs";
import { signalling } from "./lib/models.mjs";
import { serve } from "./lib/site.mjs";

const BLOCKED = 2;

function chromium(folder) {
  const preferences = { profile: { default_content_setting_values: { cookies: BLOCKED } } };
  mkdirSync(join(folder, "Default"));
  writeFileSync(join(folder, "Default/Preferences"), JSON.stringify(preferences));
  return puppeteer.launch({ browser: "chrome", executablePath, userDataDir: folder, args });
}

const firefox = () =>
  puppeteer.launch({
    browser: "firefox",
    executablePath: process.env.FIREFOX || "/usr/bin/firefox-esr",
    extraPrefsFirefox: { "network.cookie.cookieBehavior": BLOCKED },
  });

const isReady = () => typeof globalThis.leadscore?.snapshot === "function" && !!leadscore.snapshot();

/** Tracks, calls everything else once, and returns true if the storage is really blocked. */
const use = () => {
  leadscore.track("hello");
  leadscore.push(["identify", { employees: 5 }], ["lifecycle", "lead"]);
  const { stage } = leadscore.snapshot();
  try {
    return { stage, storage: localStorage.length };
  } catch ({ name }) {
    return { stage, storage: name };
  }
};

const launchers = Object.entries({ chromium, firefox }).filter(([engine]) => ENGINES.includes(engine));
for (const [engine, launch] of launchers) {
  test(`${engine}: cookies blocked in the settings`, { timeout: 60_000 }, async () => {
    const folder = mkdtempSync(join(tmpdir(), "blocked-"));
    const site = await serve();
    site.model(signalling("hello"));
    const browser = await launch(folder);
    try {
      const page = await browser.newPage();
      await page.goto(site.origin);
      await page.waitForFunction(isReady);
      const { stage, storage } = await page.evaluate(use);
      assert.deepEqual([stage, typeof storage], ["hello", "string"], "the storage is refused");
      await site.signals(1);
      assert.deepEqual(await page.evaluate(() => complaints), []);
    } finally {
      await browser.close();
      await site.close();
      rmSync(folder, { recursive: true, force: true });
    }
  });
}
