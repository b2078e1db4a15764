#!/usr/bin/env node
/* global document -- in what runs in the page */
// The runner of wasm tests for cargo: wasm-bindgen's runner serves the tests, and this script opens them in Chromium.
// wasm-bindgen's own browser control needs a chromedriver of exactly the browser's version.
import { spawn } from "node:child_process";
import { join } from "node:path";
import puppeteer from "puppeteer-core";
import { args, executablePath } from "../tests/lib/chromium.mjs";
import { TOOLS } from "./lib/project.mjs";

const PATIENCE = 120_000;

const server = spawn(join(TOOLS, "bin/test-runner"), process.argv.slice(2), {
  env: { ...process.env, NO_HEADLESS: "1", WASM_BINDGEN_USE_BROWSER: "1", WASM_BINDGEN_TEST_ADDRESS: "127.0.0.1:0" },
  stdio: ["ignore", "pipe", "inherit"],
});
process.on("exit", () => server.kill());

/** Returns the address that the runner prints, or undefined if it ends without one. */
const address = await new Promise((resolve) => {
  let output = "";
  server.stdout.on("data", (chunk) => {
    output += chunk;
    const [found] = /http:\/\/[\d.]+:\d+/.exec(output) ?? [];
    if (found) resolve(found);
  });
  server.on("close", () => {
    process.stdout.write(output);
    resolve(undefined);
  });
});
// It had nothing for a browser, and said so.
if (!address) process.exit(server.exitCode ?? 1);

const browser = await puppeteer.launch({ browser: "chrome", executablePath, args });
try {
  const page = await browser.newPage();
  page.on("pageerror", (/** @type {any} */ error) => console.error(`the page: ${error.message}`));
  await page.goto(address);
  const isDone = () => /^test result: .*$/m.test(document.getElementById("output")?.textContent ?? "");
  await page.waitForFunction(isDone, { timeout: PATIENCE }).catch((error) => console.error(error.message));
  const text = await page.evaluate(() => document.getElementById("output")?.textContent ?? "");
  console.log(text);
  process.exitCode = /^test result: ok\./m.test(text) ? 0 : 1;
} finally {
  await browser.close();
  server.kill();
}
