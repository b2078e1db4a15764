// WebKitGTK's MiniBrowser on a screen of its own. A driver has one session, so each visitor gets a driver.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { createServer } from "node:net";
import { until } from "./page.mjs";
import { Session } from "./webdriver.mjs";

const DRIVER = process.env.WEBKIT_DRIVER || "/usr/bin/WebKitWebDriver";
const BROWSER = process.env.WEBKIT_BROWSER || "/usr/lib/x86_64-linux-gnu/webkit2gtk-4.1/MiniBrowser";

// Each with the processes that it starts itself as a group, of which nothing is left behind.
const running = new Set();
const kill = ({ pid }, signal) => process.kill(-pid, signal);
process.on("exit", () => running.forEach((child) => kill(child, "SIGKILL")));

function start(program, args, options) {
  const child = spawn(program, args, { ...options, detached: true });
  child.unref();
  child.on("error", (error) => console.error(`${program}: ${error.message}`));
  child.on("spawn", () => running.add(child));
  child.on("exit", () => running.delete(child));
  return child;
}

async function stop(child) {
  if (!running.has(child)) return;
  const ended = once(child, "exit");
  child.ref();
  kill(child, "SIGTERM");
  await ended;
}

/** Xvfb chooses a free number for its display and writes it to the third file. */
async function screen() {
  const args = ["-displayfd", "3", "-screen", "0", "1280x1024x24", "-nolisten", "tcp"];
  const child = start("Xvfb", args, { stdio: ["ignore", "ignore", "ignore", "pipe"] });
  const [number] = await once(child.stdio[3], "data");
  child.stdio[3].unref();
  return { child, display: `:${String(number).trim()}` };
}

async function freePort() {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address();
  await new Promise((closed) => server.close(closed));
  return port;
}

async function newSession(display) {
  const port = await freePort();
  const env = { ...process.env, DISPLAY: display };
  const driver = start(DRIVER, [`--port=${port}`, "--host=127.0.0.1"], { env, stdio: "ignore" });
  const origin = `http://127.0.0.1:${port}`;
  await until(() => fetch(`${origin}/status`).then(({ ok }) => ok), "WebKit's driver");
  const options = { binary: BROWSER, args: ["--automation"] };
  const session = await Session.start(origin, { "webkitgtk:browserOptions": options });
  return { session, driver };
}

export default async function launch() {
  const { child, display } = await screen();
  // Whoever has gone leaves a session to the next one, who visits another site, so finds an empty storage.
  const idle = [];
  return {
    async visitor() {
      const { session, driver } = idle.pop() ?? (await newSession(display));
      return {
        async open(url) {
          const page = await session.open();
          if (url) await page.goto(url);
          return page;
        },
        async close() {
          await session.clear();
          idle.push({ session, driver });
        },
      };
    },
    async close() {
      for (const { session, driver } of idle) {
        await session.close();
        await stop(driver);
      }
      await stop(child);
    },
  };
}
