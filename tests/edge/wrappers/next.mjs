// Next.js's own server of a built app.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { createServer } from "node:net";
import { join } from "node:path";

async function freePort() {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = /** @type {import("node:net").AddressInfo} */ (server.address());
  server.close();
  return port;
}

/** Serves a built project; returns its address, and what ends it. */
export async function serveNext({ folder }, env) {
  const port = await freePort();
  const args = [
    join(folder, "node_modules/next/dist/bin/next"),
    "start",
    "--port",
    String(port),
    // In the proxy, Next.js replaces 127.0.0.1 with localhost and then treats its own address as another server's.
    "--hostname",
    "localhost",
  ];
  const child = spawn(process.execPath, args, {
    cwd: folder,
    stdio: "ignore",
    env: { ...process.env, NEXT_TELEMETRY_DISABLED: "1", ...env },
  });
  const url = `http://localhost:${port}`;
  for (let tries = 0; tries < 300; tries++) {
    if (
      await fetch(url, { method: "HEAD" }).then(
        () => true,
        () => false,
      )
    )
      return { url, close: () => child.kill() };
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  child.kill();
  throw new Error("Next.js did not begin");
}
