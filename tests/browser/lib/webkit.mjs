// WebKitGTK's MiniBrowser, or Safari. A driver has one session, so each visitor gets a driver. Each also gets a screen:
// of several windows on one, only the last that was opened has the focus, even after it is closed.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { createServer } from "node:net";
import { find } from "../../../tools/lib/engines.mjs";
import { until } from "./page.mjs";
import { Session } from "./webdriver.mjs";

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
async function screen(program) {
  const args = ["-displayfd", "3", "-screen", "0", "1280x1024x24", "-nolisten", "tcp"];
  const child = start(program, args, { stdio: ["ignore", "ignore", "ignore", "pipe"] });
  const [number] = await once(child.stdio[3], "data");
  /** @type {import("node:net").Socket} */ (child.stdio[3]).unref();
  return { child, display: `:${String(number).trim()}` };
}

async function freePort() {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = /** @type {import("node:net").AddressInfo} */ (server.address());
  await new Promise((closed) => server.close(closed));
  return port;
}

async function startDriver(program, args, options) {
  const port = await freePort();
  const driver = start(program, [`--port=${port}`, ...args], { ...options, stdio: "ignore" });
  const origin = `http://127.0.0.1:${port}`;
  await until(() => fetch(`${origin}/status`).then(({ ok }) => ok), "WebKit's driver");
  return { origin, driver };
}

async function newSession({ driver: program, browser, screen: screenProgram }) {
  const { child, display } = await screen(screenProgram);
  const env = { ...process.env, DISPLAY: display };
  const { origin, driver } = await startDriver(program, ["--host=127.0.0.1"], { env });
  const options = { binary: browser, args: ["--automation"] };
  // The certificates of the tests are self-signed.
  const session = await Session.start(origin, { acceptInsecureCerts: true, "webkitgtk:browserOptions": options });
  return { session, processes: [driver, child] };
}

/** Safari, of which a machine has one at a time. */
async function newSafariSession({ driver: program }) {
  const { origin, driver } = await startDriver(program, [], {});
  const session = await Session.start(origin, { browserName: "safari" });
  return { session, processes: [driver] };
}

export default async function launch() {
  const webkit = find("webkit");
  const start = () => (webkit.safari ? newSafariSession(webkit) : newSession(webkit));
  // A visitor who has gone leaves the session to the next one, who visits another site, so finds an empty storage.
  const idle = [];
  let busy = 0;
  return {
    async visitor() {
      if (webkit.safari && busy) throw new Error("Safari can be one visitor at a time");
      busy += 1;
      const { session, processes } = idle.pop() ?? (await start());
      return {
        async open(url) {
          const page = await session.open();
          if (url) await page.goto(url);
          return page;
        },
        async close() {
          busy -= 1;
          await session.clear();
          idle.push({ session, processes });
        },
      };
    },
    async close() {
      for (const { session, processes } of idle) {
        await session.close();
        for (const child of processes) await stop(child);
      }
    },
  };
}
