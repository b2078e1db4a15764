// A deployment: tabs under two versions of the model and of the tag are open at once.
import assert from "node:assert/strict";
import { level, repeat } from "../lib/level.mjs";
import { LONG_PATIENCE } from "../lib/patience.mjs";
import { serveFormerTag } from "./lib/former-tag.mjs";
import { counting } from "./lib/models.mjs";
import { suite } from "./lib/suite.mjs";
import { counted, started, track } from "./lib/tag.mjs";

const NOW = 1_800_000_000_000;
const EACH = repeat({ check: 200, test: 1_000, all: 1_000 });
const SIZES = { check: [2], test: [4], all: [2, 3, 4, 5, 6, 7, 8] }[level];

// Each tab leaves 20 traces of its own under a rule that both models have, and 10 under one that its own model alone
// has.
const TRACES = { shared: 20, own: 10 };
const events = (tabs, own) => ({
  ...Object.fromEntries(Array.from({ length: tabs }, (_, tab) => [`tab-${tab}`, { event: `tab-${tab}` }])),
  [own]: { event: own },
});

/** In the page: waits for the start, then tracks every `tabs`-th event, beginning with the `tab`-th. */
function trackOnceTold(tab, tabs, each, own, traces) {
  // Now and then the other tabs have a turn; timers are slow in the background.
  const { port1, port2 } = new MessageChannel();
  const turn = () => new Promise((next) => ((port1.onmessage = next), port2.postMessage(0)));
  addEventListener("storage", async ({ key }) => {
    if (key !== "go") return;
    shiftDate(1000 * tab);
    for (let n = 0; n < each; n += 1) {
      shiftDate(1000 * tabs);
      leadscore.track(n % (each / traces.shared) ? "else" : `tab-${tab}`);
      shiftDate(1000 * tabs);
      if (n % (each / traces.own) === 0) leadscore.track(own);
      if (n % 10 === 0) await turn();
    }
    window.done = true;
  });
}

/** Notes the time of the last write to a key of the lead, in a page without a tag. */
function watchStorage() {
  window.written = Date.now();
  addEventListener("storage", ({ key }) => /^leadscore\.lead/.test(key) && (window.written = Date.now()));
}

/** Returns the milliseconds since then. */
const restedFor = () => Date.now() - window.written;

suite("versions", (everywhere) => {
  for (const tabs of SIZES) {
    everywhere(
      `${tabs} tabs under two models and two versions of the tag: no hit is lost, and they come to rest`,
      async ({ site, open }) => {
        site.model(counting(events(tabs, "old")), "/old.lsm");
        site.model(counting(events(tabs, "new")), "/new.lsm");
        site.pages({ before: [`date?at=${NOW}`] });
        // In turn: the former tag with the old model, as before the deployment; today's with the new one; with the old
        // one.
        site.page("/0", { tag: null, head: await serveFormerTag(site, counting(events(tabs, "old"))) });
        site.page("/1", { tag: { model: "/new.lsm" } });
        site.page("/2", { tag: { model: "/old.lsm" } });
        site.page("/watch", { tag: null, before: [] });
        const later = { before: [`date?at=${NOW + 100_000_000}`] };
        site.page("/later-old", { tag: { model: "/old.lsm" }, ...later });
        site.page("/later-new", { tag: { model: "/new.lsm" }, ...later });

        const pages = [];
        for (let tab = 0; tab < tabs; tab += 1) pages.push(await open(`/${tab % 3}`));
        for (const [tab, page] of pages.entries()) {
          await page.run(trackOnceTold, tab, tabs, EACH, tab % 3 === 1 ? "new" : "old", TRACES);
        }
        const starter = await open("/watch", { start: false });
        await starter.run(watchStorage);
        await starter.run(() => (localStorage.go = 1));
        for (const page of pages)
          await site.until(() => page.run(() => window.done), "all tabs to be done", LONG_PATIENCE);
        // Tabs that overwrite each other for ever do so ten times a second.
        await site.until(async () => (await starter.run(restedFor)) > 4_000, "the tabs to come to rest", LONG_PATIENCE);

        for (const page of pages) await page.goto(`${site.origin}/watch`);
        const shared = Object.fromEntries(pages.map((_, tab) => [`tab-${tab}`, TRACES.shared]));
        const old = TRACES.own * pages.filter((_, tab) => tab % 3 !== 1).length;
        const page = await open("/later-new");
        await counted(page, { ...shared, new: TRACES.own * (pages.length - old / TRACES.own) });
        await page.goto(`${site.origin}/later-old`);
        await started(page);
        await counted(page, { ...shared, old });
      },
      { timeout: 2 * LONG_PATIENCE },
    );
  }

  everywhere("data of a former tag is read, and is not changed", async ({ site, open }) => {
    const model = counting({ said: { event: "said" } });
    site.model(model);
    site.pages({ before: ["date?step=1000"] });
    site.page("/former", { tag: null, head: await serveFormerTag(site, model) });
    const page = await open("/former");
    await track(page, "said");
    await page.goto(`${site.origin}/former`);
    await started(page);
    await counted(page, { said: 1 });
    const stored = await page.run(() => localStorage["leadscore.lead"]);
    await page.goto(`${site.origin}/`);
    await started(page);
    await counted(page, { said: 1 });
    await track(page, "said");
    await counted(page, { said: 2 });
    await page.until(() => localStorage["leadscore.lead.2"]);
    const [former, now] = await page.run(() => [localStorage["leadscore.lead"], localStorage["leadscore.lead.2"]]);
    assert.equal(former.split(".")[1], stored.split(".")[1]);
    assert.equal(now.split(".")[1], stored.split(".")[1], "one visitor");
    // Back to the former release: it has what it had.
    await page.goto(`${site.origin}/former`);
    await started(page);
    await counted(page, { said: 1 });
  });
});
