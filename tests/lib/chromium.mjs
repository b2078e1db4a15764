// Starts Chromium for every test and benchmark: the same program and flags as for the wasm tests.
import { readFileSync } from "node:fs";
import { find } from "../../tools/lib/engines.mjs";

const webdriver = JSON.parse(readFileSync(new URL("../../webdriver.json", import.meta.url), "utf8"));

export const executablePath = find("chromium");

/**
 * The disabled features save CPU time or network requests. The popups of the address bar load two pages for each window
 * (half of the CPU time of all tests), and spare renderers are started for pages that may never be opened. This list
 * replaces Playwright's own. The driving library says whether there is a window.
 */
export const args = webdriver["goog:chromeOptions"].args.filter((flag) => !flag.startsWith("--headless"));
