// Servers in other processes.
import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer } from "node:net";
import { PATIENCE } from "./patience.mjs";

/** A port that nobody has just now. */
export async function freePort() {
  const probe = createServer();
  await once(probe.listen(0, "127.0.0.1"), "listening");
  const { port } = /** @type {import("node:net").AddressInfo} */ (probe.address());
  probe.close();
  await once(probe, "close");
  return port;
}

/** Asks until there is an answer, and gives it. */
export async function until(ask, what) {
  const deadline = performance.now() + PATIENCE;
  while (performance.now() < deadline) {
    const answer = await ask();
    if (answer) return answer;
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
  assert.fail(`${what} did not come in ${PATIENCE} ms`);
}
