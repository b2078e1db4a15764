// Each caller that starts the tracker holds a lease. The tracker runs as long as there is a lease.
import assert from "node:assert/strict";
import { counting } from "./lib/models.mjs";
import { suite } from "./lib/suite.mjs";
import { counted, started, track } from "./lib/tag.mjs";

const EVENTS = {
  views: { event: "page_view" },
  visits: { event: "first_visit" },
  said: { event: "said" },
};
const OWN = `import { start } from "/leadscore/browser.js"; window.begin = (options) => start({ model: "/model.lsm", ...options });`;

suite("leases", (everywhere, once) => {
  const page = (what, run) =>
    everywhere(what, async (scene) => {
      scene.site.model(counting(EVENTS));
      scene.site.file("/own.js", OWN);
      scene.site.pages({
        before: ["date?step=1000"],
        tag: null,
        head: '<script type="module" src="/own.js"></script>',
      });
      const page = await scene.open("/", { start: false });
      await page.until(() => !!window.begin);
      await run(page, scene);
    });

  page("the tracker keeps running if an effect is cleaned up and runs again at once", async (page) => {
    await page.run(async () => {
      // React does this in StrictMode.
      const first = begin();
      first.then((tracker) => tracker.stop());
      window.leadscore = await begin();
      await new Promise((done) => setTimeout(done, 100));
    });
    await track(page, "said");
    await page.run(() => history.pushState(null, "", "/next"));
    await counted(page, { views: 2, said: 1 });
  });

  page("the tracker keeps running if its only holder is replaced in one task", async (page) => {
    await page.run(async () => {
      const first = await begin();
      first.stop();
      window.leadscore = await begin();
    });
    await track(page, "said");
    await counted(page, { views: 1, said: 1 });
  });

  page("the tracker stops with the last lease, and an ended lease does nothing", async (page) => {
    const seen = await page.run(async () => {
      const [one, two] = await Promise.all([begin(), begin()]);
      const heard = [];
      one.on("event", ({ type }) => heard.push(type));
      one.stop();
      one.stop();
      one.track("said");
      await new Promise((done) => setTimeout(done, 50));
      two.track("said");
      const { said } = two.snapshot().dimensions;
      const isOver = [one.snapshot(), one.agreed];
      two.stop();
      await new Promise((done) => setTimeout(done, 50));
      two.track("said");
      return { said, heard, isOver, two: two.snapshot() ?? null };
    });
    assert.deepEqual(seen, { said: 1, heard: [], isOver: [null, null], two: null });
    await page.run(async () => void (window.leadscore = await begin()));
    await counted(page, { views: 2, said: 1 });
  });

  page("a start with other options returns the running tracker, with one warning", async (page) => {
    await page.run(async () => {
      window.leadscore = await begin({ endpoint: "/signals" });
      await begin({ endpoint: "/signals" });
      await begin({ endpoint: "/other" });
      await begin({ endpoint: "/another" });
    });
    const complaints = await page.complaints();
    assert.equal(complaints.length, 1, complaints.join("; "));
    assert.match(complaints[0], /^leadscore: the tracker already runs with another value of this option: endpoint$/);
    await counted(page, { views: 1 });
  });

  /** A page whose queue listens; it waits for consent, so many minutes after the first visit. */
  const late = (site, path, minutes) =>
    site.page(path, {
      before: [`date?ahead=${minutes * 60_000}`],
      head: '<script src="/queue.js"></script>',
      tag: { consent: "pending" },
    });
  const listening = (site) =>
    site.file(
      "/queue.js",
      'window.heard = []; (window.leadscore ||= []).push(["on", "event", ({ type }) => heard.push(type)]);',
    );

  everywhere("a listener in the queue gets the first page view", async ({ site, open }) => {
    site.model(counting(EVENTS));
    listening(site);
    site.pages({ head: '<script src="/queue.js"></script>' });
    const page = await open("/");
    assert.deepEqual(await page.run(() => heard), ["first_visit", "session_start", "page_view"]);
    await track(page, "said");
    assert.deepEqual(await page.run(() => heard.slice(3)), ["said"]);
  });

  once("events before consent are reported once it is given", async ({ site, open }) => {
    site.model(counting(EVENTS));
    listening(site);
    late(site, "/", 0);
    const page = await open("/");
    await track(page, "said");
    await counted(page, { views: 1, visits: 0, said: 1 });
    assert.deepEqual(await page.run(() => heard), [], "what began with it is not known yet");
    await page.run(() => leadscore.consent("granted"));
    assert.deepEqual(await page.run(() => heard), ["first_visit", "session_start", "page_view", "said"]);
    await page.reload();
    await started(page);
    await counted(page, { visits: 1, said: 1 });
  });

  for (const [what, minutes, begins] of /** @type {[string, number, string[]][]} */ ([
    ["within the session", 5, []],
    ["in another session", 40, ["session_start"]],
  ]))
    once(`a returning visitor who consents late is not new: ${what}`, async ({ site, open }) => {
      site.model(counting({ ...EVENTS, sessions: { event: "session_start" } }));
      listening(site);
      late(site, "/late", minutes);
      const page = await open("/");
      await counted(page, { visits: 1, sessions: 1 });
      await page.goto(`${site.origin}/late`);
      await started(page);
      await track(page, "said");
      await page.run(() => leadscore.consent("granted"));
      assert.deepEqual(await page.run(() => heard), [...begins, "page_view", "said"]);
      await counted(page, { views: 2, visits: 1, sessions: 1 + begins.length, said: 1 });
      // Asked again, and again granted.
      await page.run(() => (leadscore.consent("pending"), leadscore.track("said"), leadscore.consent("granted")));
      assert.deepEqual(await page.run(() => heard), [...begins, "page_view", "said", "said"]);
    });

  once("events before consent was refused are never reported", async ({ site, open }) => {
    site.model(counting(EVENTS));
    listening(site);
    late(site, "/", 0);
    const page = await open("/");
    await track(page, "said");
    await page.run(() => leadscore.consent("denied"));
    await page.run(() => leadscore.consent("granted"));
    await counted(page, { views: 1, visits: 1, said: 0 });
    assert.deepEqual(await page.run(() => heard), ["first_visit", "session_start", "page_view"]);
  });
});
