// A withdrawal of consent that another tab sees late: browsers give each process its own copy of the storage, and a tab
// can be frozen. Whatever the order of its writes, no data remains.
import assert from "node:assert/strict";
import { signalling } from "./lib/models.mjs";
import { suite } from "./lib/suite.mjs";
import { kept, shared, track } from "./lib/tag.mjs";

/** From `fallBehind()` to `catchUp()` the page reads the storage as it was, and hears no changes; its writes arrive. */
const LATE = `
  let copy;
  const { getItem } = Storage.prototype;
  Storage.prototype.getItem = function (key) {
    return copy ? (copy[key] ?? null) : getItem.call(this, key);
  };
  addEventListener("storage", (event) => copy && event.stopImmediatePropagation(), true);
  window.fallBehind = () => (copy = { ...localStorage });
  window.catchUp = () => {
    copy = undefined;
    dispatchEvent(new StorageEvent("storage", { key: "leadscore-consent" }));
  };`;

/** Nothing is left but the withdrawal, and the cookie says so to an edge worker. */
const isClean = () =>
  Object.keys(localStorage).join() === "leadscore-consent" &&
  localStorage["leadscore-consent"] === "denied" &&
  document.cookie === "leadscore=denied";

/** Two tabs, of which the second writes after the first has withdrawn consent, and cannot know it. */
async function writeLate({ site, open }) {
  site.model(signalling("hello", "again"));
  site.pages({ tag: { cookie: "" } });
  site.answer = () => ({ status: 503 });
  site.file("/late.js", LATE);
  site.page("/late", { head: '<script src="/late.js"></script>' });
  const one = await open("/");
  const late = await open("/late");
  await track(late, "hello");
  await shared("leadscore.lead.2", one, late);
  await late.run(() => fallBehind());
  await one.run(() => leadscore.consent("denied"));
  return { one, late };
}

/** The same event, once it is stored. */
const again = (late) =>
  late.run(async () => {
    const { setItem } = Storage.prototype;
    const stored = new Promise((done) => {
      Storage.prototype.setItem = function (key, value) {
        setItem.call(this, key, value);
        if (key === "leadscore.lead.2") done();
      };
    });
    leadscore.track("again");
    await stored;
  });

suite("late", (everywhere) => {
  everywhere("what a late tab writes is deleted by the tab of the withdrawal", async (scene) => {
    const { one, late } = await writeLate(scene);
    await again(late);
    await late.close();
    await one.until(isClean);
  });

  everywhere("a late tab deletes what it has written as soon as it sees the withdrawal", async (scene) => {
    const { one, late } = await writeLate(scene);
    await shared("leadscore-consent", one, late);
    await one.close();
    await again(late);
    await late.run(() => catchUp());
    await late.until(isClean);
  });

  everywhere("the next page deletes what a late tab has written", async (scene) => {
    const { one, late } = await writeLate(scene);
    await one.close();
    await again(late);
    await late.close();
    await (await scene.open("/")).until(isClean);
  });

  // The withdrawal has made room in the storage.
  for (const [what, act] of [
    ["the network comes back", () => void dispatchEvent(new Event("online"))],
    ["it is time to try again", () => clock.tick(60_000)],
  ]) {
    everywhere(`a signal that did not fit into the storage is not stored after it when ${what}`, async (scene) => {
      const { site, open } = scene;
      site.model(signalling("hello"));
      site.answer = () => ({ status: 503 });
      site.file(
        "/full.js",
        `addEventListener("storage", (event) => event.stopImmediatePropagation(), true);
         window.isFull = true;
         window.stored = [];
         const { setItem } = Storage.prototype;
         Storage.prototype.setItem = function (key, value) {
           stored.push(key);
           if (isFull && key.startsWith("leadscore.out.")) throw new DOMException("full", "QuotaExceededError");
           setItem.call(this, key, value);
         };`,
      );
      site.page("/full", { before: ["clock"], head: '<script src="/full.js"></script>' });
      const one = await open("/");
      const full = await open("/full");
      await track(full, "hello");
      await full.until(() => localStorage["leadscore.retry"]);
      await one.run(() => leadscore.consent("denied"));
      await shared("leadscore-consent", one, full);
      await full.run(() => {
        window.isFull = false;
        window.stored = [];
      });
      await full.run(act);
      assert.deepEqual(await full.run(() => stored), []);
      assert.deepEqual(await kept(one), { "leadscore-consent": "denied" });
    });
  }
});
