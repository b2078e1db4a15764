// Shared by the demo's tests and screenshots: the server in a separate process, a Chromium, and visitors in it.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { chromium } from "playwright-core";
import { args, executablePath } from "../lib/chromium.mjs";

const SERVE = fileURLToPath(new URL("../../www/serve.mjs", import.meta.url));
const START_TIMEOUT = 30_000;

// The demo on a free port with nothing kept; `log()` is all that it has printed so far.
export async function startDemo(environment = {}) {
  const server = spawn(process.execPath, [SERVE, "--memory"], {
    env: { ...process.env, PORT: "0", ...environment },
    stdio: ["ignore", "pipe", "pipe"],
  });
  const ended = once(server, "exit");
  const deadline = setTimeout(() => server.kill("SIGKILL"), START_TIMEOUT);
  let output = "";
  server.stderr.on("data", (chunk) => (output += chunk));
  const origin = await new Promise((resolve, reject) => {
    server.stdout.on("data", (chunk) => {
      output += chunk;
      const address = /leadscore demo: (http:\S+)/.exec(output);
      if (address) resolve(address[1]);
    });
    ended.then(([code]) => reject(new Error(`the demo ended with ${code}: ${output}`)));
  });
  clearTimeout(deadline);
  return {
    origin,
    log: () => output,
    // Resolves with the exit code, so that a test can see that it ended cleanly.
    async stop() {
      server.kill("SIGTERM");
      const [code] = await ended;
      return code;
    },
  };
}

export function launchChromium() {
  return chromium.launch({
    executablePath,
    args,
  });
}

// A visitor of their own, whose days are those of UTC whatever the machine's zone. The tag never signals for a browser
// that says that it is driven by a program.
export async function newVisitor(browser, options = {}) {
  const userAgent = `Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/${browser.version()} Safari/537.36`;
  const context = await browser.newContext({ userAgent, timezoneId: "UTC", ...options });
  await context.addInitScript(() => Object.defineProperty(Navigator.prototype, "webdriver", { get: () => false }));
  return context;
}
