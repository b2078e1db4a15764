// Starts Chromium for every test and benchmark: the same program and flags as for the wasm tests.
import { readFileSync } from "node:fs";
import { find } from "../../tools/lib/engines.mjs";

const webdriver = JSON.parse(readFileSync(new URL("../../webdriver.json", import.meta.url), "utf8"));

export const executablePath = find("chromium");

/**
 * Of the features that are off, the popups of the address bar cost most: two pages with a process of their own for each
 * window, half of all that the tests used. A renderer that waits for a page that may come was a tenth. The others ask
 * the network. Playwright's own list is replaced by this one.
 * The driving library says whether there is a window.
 */
export const args = webdriver["goog:chromeOptions"].args.filter((flag) => !flag.startsWith("--headless"));
