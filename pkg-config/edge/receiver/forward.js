// Forwards signals, each at least once. An entry is stored as `pending` before anything else happens, and changes only
// after the destination has accepted it. If this worker is killed, pending entries are in the queue, or are found again
// by a sender's retry or by `forwardPending`.
import { fault } from "../lib/log.js";
import { confirming } from "./confirmed.js";
import { deliver } from "./deliver.js";
import { AT_ONCE, schedule } from "./schedule.js";
import { underWay } from "./under-way.js";

// Milliseconds that the other side may ask to wait; for longer, it stays pending.
const PATIENCE = 2_000;
// The maximum number of entries that `forwardPending` reads and tries, so that the time of a cron trigger is
// sufficient.
const LOOKED_AT = 500;
const TRIED = 50;

/** @param {any} context */
export function forwarder(context) {
  const { runtime, forward, store, now, count } = context;
  const busy = underWay(now);
  const isConfirmed = confirming(context);
  const times = forward && schedule(context);
  // The cursor at which `forwardPending` continues; null for the beginning.
  /** @type {any} */
  let reached = null;
  return { hand, queue, forwardPending };

  /**
   * After the store has them: those that are new, and those that were known but are pending still.
   *
   * @param {{ entry: import("leadscore/edge").Entry, isNew: boolean }[]} handed
   * @param {any} ctx
   */
  async function hand(handed, ctx) {
    if (!forward) return;
    for (const { entry, isNew } of handed) {
      if (entry.forward !== "pending") continue;
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

  /** @param {string} id */
  async function pendingEntry(id) {
    const { entries } = await store.list({ id, forward: "pending", limit: 1 });
    return entries[0];
  }

  /** @param {import("leadscore/edge").Entry} entry */
  async function tryAtOnce(entry) {
    if (busy.has(entry.id) || times.paused() > 0) return;
    busy.add(entry.id);
    try {
      let { attempts } = entry;
      let wait = 0;
      for (const pause of AT_ONCE) {
        const rest = Math.max(pause, wait);
        if (rest > 0) await new Promise((resolve) => setTimeout(resolve, rest));
        const tried = await attempt({ ...entry, attempts });
        if (tried.forward !== "pending" || tried.wait > PATIENCE) return;
        ({ attempts, wait } = tried);
      }
    } catch (error) {
      fault("forward", error);
    } finally {
      busy.delete(entry.id);
    }
  }

  /**
   * One attempt, and what has become of the entry. Throws only where the store does.
   *
   * @param {import("leadscore/edge").Entry} entry
   */
  async function attempt(entry) {
    const { entries: decisions } = await store.list({ kind: "lifecycle", visitor: entry.visitor, limit: 500 });
    if (isConfirmed(entry, decisions)) return updateEntry(entry, { forward: "withheld", attempts: entry.attempts });

    const attempts = entry.attempts + 1;
    const { outcome, wait, isForAll } = await deliver(runtime, forward, entry, now()).catch((error) => {
      fault("forward", error);
      return { outcome: "failed", wait: 0, isForAll: false };
    });
    if (outcome === "done" || outcome === "none") return updateEntry(entry, { forward: outcome, attempts });
    count("undelivered");
    const due = times.next(entry, attempts, wait, isForAll);
    if (outcome === "refused" || due === null) return updateEntry(entry, { forward: "dead", attempts });
    return updateEntry(entry, { forward: "pending", attempts, due }, wait);
  }

  /** @param {import("leadscore/edge").Entry} entry */
  async function alone(entry) {
    busy.add(entry.id);
    try {
      return await attempt(entry);
    } finally {
      busy.delete(entry.id);
    }
  }

  /**
   * @param {{ id: string }} entry
   * @param {{ forward: import("leadscore/edge").Entry["forward"], attempts: number, due?: number | null }} change
   * @param {number} wait
   */
  async function updateEntry({ id }, { forward, attempts, due = null }, wait = 0) {
    await store.update(id, { forward, attempts, due: due === null ? null : new Date(due).toISOString() });
    if (forward !== "pending") times.forget(id);
    if (forward === "done") count("forwarded");
    if (forward === "dead" || forward === "withheld") count(forward);
    return { forward, attempts, due, wait };
  }

  /**
   * The consumer of the queue.
   *
   * @param {import("leadscore/edge").MessageBatch} batch
   */
  async function queue({ messages }) {
    await Promise.all(messages.map(consume));
  }

  /** @param {any} message */
  async function consume(message) {
    try {
      // An entry that is not pending anymore is done, or was deleted since: it must not be forwarded.
      const entry = forward && typeof message.body?.id === "string" && (await pendingEntry(message.body.id));
      if (!entry) return message.ack();
      // Its other message is under way.
      if (busy.has(entry.id)) return message.retry({ delaySeconds: times.delay(1) });
      // A queue gives a message back before a long rest is over.
      const rest = times.rest(entry);
      if (rest > 0) return message.retry({ delaySeconds: rest });
      const { forward: state, attempts, due } = await alone(entry);
      if (state !== "pending") return message.ack();
      message.retry({ delaySeconds: times.delay(attempts, due) });
    } catch (error) {
      fault("forward", error);
      message.retry({ delaySeconds: 30 });
    }
  }

  /**
   * Tries pending signals, oldest first; returns how many of them are no longer pending. If there are more than it
   * looks at, the next call goes on from there, and at the end begins again. So signals that have to wait do not block
   * later ones, even in a store that keeps no `due`.
   */
  async function forwardPending() {
    if (!forward) return 0;
    let settled = 0;
    let tried = 0;
    let isAgain = reached === null;
    for (let looked = 0; looked < LOOKED_AT; looked += 100) {
      const query = { forward: "pending", oldest: true, rests: times.rests(), limit: 100, after: reached };
      const { entries, next } = await store.list(query);
      for (const entry of entries) {
        if (tried >= TRIED || times.paused() > 0) return settled;
        if (!isDue(entry)) continue;
        tried++;
        if ((await alone(entry)).forward !== "pending") settled++;
      }
      reached = next;
      if (next) continue;
      if (isAgain) break;
      isAgain = true;
    }
    return settled;
  }

  /** @param {import("leadscore/edge").Entry} entry */
  function isDue(entry) {
    return !busy.has(entry.id) && times.isDue(entry);
  }
}

// The platform keeps the worker alive for it, where it has to be asked.
/**
 * @param {Promise<unknown>} promise
 * @param {any} ctx
 */
function inBackground(promise, ctx) {
  ctx?.waitUntil?.(promise);
}
