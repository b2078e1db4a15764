// Several tabs of one visitor are one visit.
import assert from "node:assert/strict";
import { compile } from "../../pkg/compile-node.js";
import init, { Lead, Model } from "../../pkg/node.js";
import { repeat } from "../lib/level.mjs";
import { LONG_PATIENCE } from "../lib/patience.mjs";
import { counting, signalling } from "./lib/models.mjs";
import { suite } from "./lib/suite.mjs";
import { counted, track } from "./lib/tag.mjs";

const NOW = 1_800_000_000_000;
const TABS = 8;
const EACH = repeat({ check: 100, test: 400, all: 1000 });
const END = NOW + TABS * EACH * 1000;

// Every seventh event of all, so some of every tab, has a second of its own in which it leaves a trace; all of them
// would make a state that no visitor ever has. Every 100 traces reach a stage.
const TRACES = Math.ceil((TABS * EACH) / 7);
const STAGES = Math.floor(TRACES / 100);
const ALL = {
  name: "tabs",
  rules: [
    ...Array.from({ length: Math.ceil(TRACES / 100) }, (_, block) => ({
      id: `block-${block}`,
      event: "hit",
      where: { block },
      limit: 100,
      points: 1,
    })),
    { id: "end", event: "last" },
  ],
  stages: [
    ...Array.from({ length: STAGES }, (_, index) => ({ id: `stage-${index + 1}`, at: 100 * (index + 1) })),
    { id: "last", at: 1_000_000, auto: ["end"] },
  ],
};

/** In the page: waits for the start, then tracks every `tabs`-th event, beginning with the `tab`-th. */
function trackOnceTold(tab, tabs, each) {
  // Now and then the other tabs have a turn; timers are slow in the background.
  const { port1, port2 } = new MessageChannel();
  const turn = () => new Promise((next) => ((port1.onmessage = next), port2.postMessage(0)));
  addEventListener("storage", async ({ key }) => {
    if (key !== "go") return;
    for (let n = tab; n < tabs * each; n += tabs) {
      shiftDate(1000 * (n === tab ? tab : tabs));
      leadscore.track("hit", { block: n % 7 ? null : Math.floor(n / 700) });
      if (n % 10 === 0) await turn();
    }
    window.done = true;
  });
}

suite("tabs", (everywhere) => {
  everywhere(
    "eight tabs with hundreds of events each, at once: all count, every signal has one id",
    async ({ site, open }) => {
      site.model(ALL);
      site.pages({ before: [`date?at=${NOW}`] });
      const tabs = [];
      for (let index = 0; index < TABS; index += 1) tabs.push(await open("/"));
      for (const [index, tab] of tabs.entries()) await tab.run(trackOnceTold, index, TABS, EACH);
      const starter = await open("/blank.html", { start: false });
      await starter.run(() => (localStorage.go = 1));
      await site.until(
        async () => {
          const done = [];
          for (const tab of tabs) done.push(await tab.run(() => window.done));
          return done.every(Boolean);
        },
        "all tabs to be done",
        LONG_PATIENCE,
      );
      for (const tab of tabs) await tab.until((traces) => leadscore.snapshot().score === traces, TRACES);

      await init();
      const model = new Model(compile(ALL));
      const lead = new Lead(model, { id: "v" });
      for (let n = 0; n < TABS * EACH; n += 1) {
        const at = NOW + 1000 * n;
        lead.ingest({ type: "hit", at, props: { block: n % 7 ? null : Math.floor(n / 700) } }, at);
      }
      await site.until(
        () => new Set(site.received.map(({ signal }) => signal.data.stage)).size === STAGES,
        `${STAGES} stages`,
        LONG_PATIENCE,
      );
      // A last event shows the joined state, which each tab has by then.
      await tabs[0].run(() => leadscore.track("last"));
      const last = (await site.until(() => site.received.find(({ signal }) => signal.data.stage === "last"))).signal;
      const joined = new Lead(model, { id: "v", state: last.data.state });
      const hits = (lead) =>
        lead
          .explain(END)
          .rules.slice(0, -1)
          .map(({ rule, hits, last }) => [rule, hits, last]);
      assert.deepEqual(hits(joined), hits(lead));
      const ids = new Set(site.received.map(({ signal }) => `${signal.data.stage} ${signal.id}`));
      assert.equal(ids.size, STAGES + 1, [...ids].sort().join(", "));
      assert.equal(new Set(site.received.map(({ signal }) => signal.subject)).size, 1);
    },
    { timeout: 2 * LONG_PATIENCE },
  );

  everywhere("a tab has the events of another", async ({ site, open }) => {
    site.model(counting({ said: { event: "said" } }));
    site.pages({ before: ["date?step=1000"] });
    const one = await open("/");
    const two = await open("/");
    await track(one, "said");
    await track(two, "said");
    await counted(one, { said: 2 });
    await counted(two, { said: 2 });
  });

  for (const [how, before] of [
    ["", []],
    [", also where there are no locks", ["no-locks"]],
  ]) {
    everywhere(
      `a signal that two tabs trip has one id, and is not lost with a closed tab${how}`,
      async ({ site, open }) => {
        site.model(signalling("hello"));
        site.pages({ before });
        site.page("/blank", { tag: null });
        site.answer = () => "destroy";
        const one = await open("/");
        const two = await open("/");
        await Promise.all([track(one, "hello"), track(two, "hello")]);
        await site.signals(1);
        await one.close();
        site.answer = () => ({ status: 202 });
        await two.until(() => !Object.keys(localStorage).some((key) => /^leadscore\.out\./.test(key)));
        assert.equal(new Set(site.received.map(({ signal }) => signal.id)).size, 1);
      },
    );
  }

  everywhere("two tabs that open at once are one visitor on a first visit", async ({ site, open }) => {
    site.model(signalling("hello", "again"));
    const [one, two] = await Promise.all([open("/"), open("/")]);
    await track(one, "hello");
    await site.signals(1);
    await track(two, "again");
    const posts = await site.signals(2);
    assert.equal(new Set(posts.map(({ signal }) => signal.subject)).size, 1);
  });

  everywhere("one tab sends for all", async ({ site, open }) => {
    const stages = Array.from({ length: 8 }, (_, index) => `stage-${index}`);
    site.model(signalling(...stages));
    site.answer = () => ({ status: 202, delay: 60 });
    const tabs = [await open("/"), await open("/"), await open("/")];
    for (const [index, stage] of stages.entries()) await track(tabs[index % 3], stage);
    await site.signals(stages.length);
    await tabs[0].until(() => !Object.keys(localStorage).some((key) => /^leadscore\.out\./.test(key)));
    assert.deepEqual(site.received.map(({ signal }) => signal.data.stage).sort(), stages, "each once");
  });
});
