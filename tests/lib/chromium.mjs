// How every test and benchmark starts Chromium: the same program with the same flags as the wasm tests.
import { readFileSync } from "node:fs";

const webdriver = JSON.parse(readFileSync(new URL("../../webdriver.json", import.meta.url), "utf8"));

export const executablePath = process.env.CHROMIUM || "/usr/bin/chromium";

/** Whether there is a window is for the library that drives it to say. */
export const args = webdriver["goog:chromeOptions"].args.filter((flag) => !flag.startsWith("--headless"));
