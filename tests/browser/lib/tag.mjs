// Queries of tests to the tag on a page.
import assert from "node:assert/strict";
import { until } from "./page.mjs";

/** Waits until the tracker runs; lets time pass on pages whose clock the test holds. */
export const started = (page) =>
  page.until(() => {
    globalThis.clock?.tick(50);
    return typeof globalThis.leadscore?.snapshot === "function" && !!leadscore.snapshot();
  });

/** Lets time pass on a page whose clock the test holds, in small steps; it may go to another page meanwhile. */
export async function pass(page, time) {
  for (let passed = 0; passed < time; passed += 100) await page.until(() => clock.tick(100));
}

export const track = (page, type, props) => page.run((type, props) => leadscore.track(type, props), type, props);

export const snapshot = (page) => page.run(() => leadscore.snapshot());

/** Returns the counts of the rules of a `counting` model. */
export async function counts(page) {
  const { engagement, ...counted } = (await snapshot(page)).dimensions;
  return counted;
}

/** Waits until these numbers are reached, and takes no more than them. */
export async function counted(page, expected) {
  await page
    .until((expected) => {
      const seen = leadscore.snapshot()?.dimensions ?? {};
      return Object.entries(expected).every(([name, count]) => seen[name] >= count);
    }, expected)
    .catch(() => {});
  const seen = await counts(page);
  assert.deepEqual(Object.fromEntries(Object.keys(expected).map((name) => [name, seen[name]])), expected);
}

/**
 * Waits until tabs read the same record. Browsers give each process its own copy of the storage, so that what one tab
 * has stored, and what follows from it, is seen by another one only after a while.
 */
export const shared = (key, ...tabs) =>
  until(async () => {
    const seen = new Set();
    for (const tab of tabs) seen.add(await tab.run((key) => localStorage[key] ?? null, key));
    return seen.size === 1;
  }, `the same ${key} in ${tabs.length} tabs`);

/** The tag's own keys in the storage. */
export const kept = (page) =>
  page.run(() =>
    Object.fromEntries(
      Object.keys(localStorage)
        .sort()
        .map((key) => [key, localStorage[key]]),
    ),
  );
