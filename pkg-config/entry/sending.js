// Sends signals to the endpoint. The wasm decides when.
import { SIGNAL, isSignal } from "./keys.js";
import { attach } from "./life.js";
import { locked } from "./lock.js";
import { clock, ticks, tried } from "./page.js";
import { retryAfter } from "./retry-after.js";
import { begin, size, write, writeRaw, written } from "./runtime/memory.js";

/** Milliseconds after which a request counts as failed. */
const TIMEOUT = 30_000;

/** The maximum bytes of a response that are read; the receiver's own codes need less. */
const ANSWER = 1_024;

/**
 * Milliseconds for which another tab may hold the lock for sending: one that was frozen at the wrong moment would hold
 * it for ever. If both send the same signal, it has the same id.
 */
const PATIENCE = 5_000;

/** Milliseconds to wait for the browser's answer whether another tab does. */
const ASKING = 1_000;

export function sending(life, endpoint, stored, next, answered) {
  /** The keys that were listed last. */
  let list = [];
  /** The key of the signal that is being sent, and of the one whose response is processed. */
  let current, answering;
  /** The signals passed to the browser when the page was left. */
  let beacons = new Set();
  let isDraining;
  let refused = 0;
  // Called as the page is put aside, so that no lock is held meanwhile.
  /** @type {(value?: unknown) => void} */
  let leave = () => {};
  tried(() => attach(life, window, ["pagehide", "freeze"], () => leave()));

  /** Returns the time and the body of a stored signal. */
  const parts = (key) => {
    const item = stored.get(key);
    const [time] = item.split(" ", 1);
    return [time, item.slice(time.length + 1)];
  };

  async function send(isLeft) {
    for (let number; !isLeft() && (number = next()) >= 0;) {
      const key = list[number];
      const [, body] = parts((current = key));
      const answer = { status: 0, after: 0, said: "" };
      // A deadline of our own: a `fetch` that a page has replaced may ignore the signal.
      const late = new Promise((resolve) => setTimeout(resolve, TIMEOUT));
      // A failed request is tried again.
      await Promise.race([post(body, answer).catch(() => {}), late]);
      const { status, after, said } = answer;
      const code = tried(() => size(said) <= ANSWER && JSON.parse(said).code);
      answering = key;
      if (current == key) current = undefined;
      begin();
      writeRaw(typeof code == "string" ? code : "");
      answered(status, after, written(), tried(Math.random) ?? 0);
    }
  }

  /** Fills in the answer as far as it comes. */
  async function post(body, answer) {
    const response = await fetch(endpoint, {
      method: "POST",
      headers: { "content-type": "application/cloudevents+json" },
      body,
      // All such requests of a page together may have 64 KiB.
      keepalive: body.length < 3e4,
      credentials: "omit",
      // Followed, a redirect to a page would look like an endpoint that has taken the signal.
      redirect: "manual",
      signal: tried(() => AbortSignal.timeout(TIMEOUT)),
    });
    answer.status = response.status;
    answer.after = retryAfter(response, clock());
    if (response.ok || !response.body) return;
    // Why it was refused.
    const decoder = new TextDecoder();
    const reader = response.body.getReader();
    for (let part; answer.said.length <= ANSWER && !(part = await reader.read()).done;)
      answer.said += decoder.decode(part.value);
    reader.cancel();
  }

  async function drain() {
    if (isDraining) return;
    isDraining = true;
    // The caller is still running, and can be called only afterwards.
    await 0;
    await locked("leadscore.outbox", { ifAvailable: true }, ASKING, (lock) => {
      const now = ticks();
      if (lock) refused = 0;
      else if (now - (refused ||= now) < PATIENCE) return;
      // Its answer may still come, but from then on another loop may send.
      let isLeft = false;
      const left = new Promise((resolve) => (leave = () => resolve((isLeft = true))));
      return Promise.race([send(() => isLeft), left]);
    });
    isDraining = false;
  }

  return {
    keep: ({ id }, time, body) => stored.set(SIGNAL + id, time + " " + body),
    /** By the numbers of `outgoing` in `src/browser/host.rs`, which describes each. */
    acts: [
      () => {
        // A page whose signal is in memory only takes it along when it is closed.
        stored.retry(isSignal);
        // One that cannot be read just now must not look like one that is too old.
        list = stored
          .keys()
          .filter((key) => isSignal(key) && stored.get(key))
          .sort();
        begin();
        for (const key of list) {
          const [time, body] = parts(key);
          write(time);
          write(size(body));
        }
        return written();
      },
      (number) => stored.set(list[number], ""),
      () => !!stored.get(answering),
      () => stored.set(answering, ""),
      (number) => {
        const key = list[number];
        // Refused where the browser's queue is full: the next page sends it.
        if (key != current && !beacons.has(key) && navigator.sendBeacon(endpoint, parts(key)[1])) beacons.add(key);
      },
      () => {
        beacons = new Set();
      },
      () => void drain(),
    ],
  };
}
