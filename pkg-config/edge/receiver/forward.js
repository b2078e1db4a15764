// Hands signals on, at least once each. An entry is stored as `pending` before anything else happens and changes only
// after the other side has taken it: whenever this worker is killed, what is left is either with the queue, or found
// again by a sender's retry or by `forwardPending`.
import { fault } from "../lib/log.js";
import { isConfirmed } from "./confirmed.js";
import { deliver } from "./deliver.js";
import { underWay } from "./under-way.js";

// Milliseconds before each try while the request's worker still lives.
const AT_ONCE = [0, 500, 2_000];
// Seconds that the other side may ask to wait; for longer, it stays pending.
const PATIENCE = 2;
// Seconds: 30 after the first failure, twice as long after each further one. A queue waits for half a day at most.
const backoff = (attempts) => 30 * 2 ** (attempts - 1);
const LONGEST = 12 * 3_600;
// Seconds after which what is still pending was lost by the queue.
const QUEUED = 900;
// How many `forwardPending` looks at and tries, so that a cron trigger's time is enough.
const LOOKED_AT = 500;
const TRIED = 50;

export function forwarder({ forward, store, now, count }) {
  const busy = underWay(now);
  return { hand, queue, forwardPending };

  /** After the store has them: those that are new, and those that were known but are pending still. */
  async function hand(handed, ctx) {
    if (!forward) return;
    for (const { entry, isNew } of handed) {
      try {
        const pending = isNew ? entry : await pendingEntry(entry.id);
        // One that was tried already has its own time to be tried again, however often it comes.
        if (!pending || !(pending.attempts === 0 || isDue(pending))) continue;
        // Waited for: a sender who gets no answer sends again.
        if (forward.queue) await forward.queue.send({ id: pending.id, signal: pending.signal });
        else inBackground(tryAtOnce(pending), ctx);
      } catch (error) {
        // It is stored, and pending.
        fault("forward", error);
      }
    }
  }

  async function pendingEntry(id) {
    const { entries } = await store.list({ id, forward: "pending", limit: 1 });
    return entries[0];
  }

  async function tryAtOnce(entry) {
    if (busy.has(entry.id)) return;
    busy.add(entry.id);
    try {
      let { attempts } = entry;
      for (const pause of AT_ONCE) {
        if (pause > 0) await new Promise((resolve) => setTimeout(resolve, pause));
        const tried = await attempt({ ...entry, attempts });
        if (tried.forward !== "pending" || tried.wait > PATIENCE) return;
        attempts = tried.attempts;
      }
    } catch (error) {
      fault("forward", error);
    } finally {
      busy.delete(entry.id);
    }
  }

  /** One attempt, and what has become of the entry. Throws only where the store does. */
  async function attempt(entry) {
    const { entries: decisions } = await store.list({ kind: "lifecycle", visitor: entry.visitor, limit: 500 });
    if (isConfirmed(decisions, entry.stage)) return settle(entry, "withheld", entry.attempts);

    const attempts = entry.attempts + 1;
    const { outcome, wait } = await deliver(forward, entry, now()).catch((error) => {
      fault("forward", error);
      return { outcome: "failed", wait: 0 };
    });
    if (outcome !== "failed") return settle(entry, outcome, attempts);
    count("undelivered");
    return settle(entry, attempts < forward.attempts ? "pending" : "dead", attempts, wait);
  }

  async function alone(entry) {
    busy.add(entry.id);
    try {
      return await attempt(entry);
    } finally {
      busy.delete(entry.id);
    }
  }

  async function settle({ id }, forward, attempts, wait = 0) {
    await store.update(id, { forward, attempts });
    if (forward === "done") count("forwarded");
    if (forward === "dead" || forward === "withheld") count(forward);
    return { forward, attempts, wait };
  }

  /** The consumer of the queue. */
  async function queue({ messages }) {
    await Promise.all(messages.map(consume));
  }

  async function consume(message) {
    try {
      // What is pending no more is done already, or was deleted since, and nobody is to hear of it.
      const entry = forward && typeof message.body?.id === "string" && (await pendingEntry(message.body.id));
      if (!entry) return message.ack();
      // Its other message is under way.
      if (busy.has(entry.id)) return message.retry({ delaySeconds: backoff(1) });
      const { forward: state, attempts, wait } = await alone(entry);
      if (state !== "pending") return message.ack();
      message.retry({ delaySeconds: Math.min(Math.max(wait, backoff(attempts)), LONGEST) });
    } catch (error) {
      fault("forward", error);
      message.retry({ delaySeconds: backoff(1) });
    }
  }

  /** Tries what stayed pending, oldest first; says how many of them are pending no more. */
  async function forwardPending() {
    if (!forward) return 0;
    let settled = 0;
    let tried = 0;
    let after = null;
    for (let looked = 0; looked < LOOKED_AT && tried < TRIED; looked += 100) {
      const { entries, next } = await store.list({ forward: "pending", oldest: true, limit: 100, after });
      for (const entry of entries.filter(isDue).slice(0, TRIED - tried)) {
        tried++;
        if ((await alone(entry)).forward !== "pending") settled++;
      }
      if (!next) break;
      after = next;
    }
    return settled;
  }

  // By its age alone: after each failure about as long again passes as has passed until then.
  function isDue({ id, received, attempts }) {
    if (busy.has(id)) return false;
    const age = (now() - Date.parse(received)) / 1000;
    if (forward.queue) return age >= QUEUED + 2 * backoff(attempts + 1);
    return attempts <= AT_ONCE.length || age >= backoff(attempts);
  }
}

// The platform keeps the worker alive for it, where it has to be asked.
function inBackground(promise, ctx) {
  ctx?.waitUntil?.(promise);
}
