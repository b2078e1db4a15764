// Sends requests over persistent connections, with limited concurrency.
import { Agent, request } from "node:http";

export function client(concurrency) {
  const agent = new Agent({ keepAlive: true, maxSockets: concurrency });

  /**
   * Rejects without a response, or without one within `timeout` milliseconds.
   *
   * @param {string | URL} url
   * @param {{ method?: string, headers?: import("node:http").OutgoingHttpHeaders, body?: string | Uint8Array, timeout?: number, alone?: boolean }} [init]
   */
  function send(url, { method = "GET", headers, body, timeout, alone } = {}) {
    return new Promise((resolve, reject) => {
      const sent = request(url, { agent: alone ? false : agent, method, headers }, (response) => {
        const chunks = [];
        response.on("data", (chunk) => chunks.push(chunk));
        response.on("error", reject);
        response.on("end", () => {
          clearTimeout(timer);
          resolve({ status: response.statusCode, headers: response.headers, body: Buffer.concat(chunks) });
        });
      });
      const timer = timeout && setTimeout(() => sent.destroy(new Error("timeout")), timeout);
      sent.on("error", (error) => {
        clearTimeout(timer);
        reject(error);
      });
      sent.end(body);
    });
  }

  /** Calls `next` until it gives null, `concurrency` at a time; what it gives is waited for. */
  async function flood(next) {
    const lane = async () => {
      for (let call = next(); call !== null; call = next()) await call;
    };
    await Promise.all(Array.from({ length: concurrency }, lane));
  }

  return { send, flood, close: () => agent.destroy() };
}
