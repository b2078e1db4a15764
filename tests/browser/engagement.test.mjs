// Engaged time: the page is visible, has the focus, and the visitor is active.
import assert from "node:assert/strict";
import { counting, measuring } from "./lib/models.mjs";
import { suite } from "./lib/suite.mjs";
import { counted, counts, started } from "./lib/tag.mjs";

const SECONDS = { page: "engaged_seconds", session: "session_engaged_seconds", total: "total_engaged_seconds" };
const HELD = { before: ["hidden", "clock?now=1800000000000"] };

const visible = (page, value) => page.run((value) => setVisible(value), value);
const focused = (page, value) => page.run((value) => setFocused(value), value);

/** Time passes second by second, as timers see it; after some input, if any is wanted. */
async function pass(page, seconds, { input = false } = {}) {
  if (input) await page.move(100 + Math.random() * 200, 100 + Math.random() * 200);
  await page.run((seconds) => {
    for (let second = 0; second < seconds; second += 1) clock.tick(1000);
  }, seconds);
}

const near = (seen, expected, what) =>
  assert.ok(Math.abs(seen - expected) <= 1, `${what}: ${seen} s, expected ${expected} s`);

suite("engagement", (everywhere) => {
  everywhere("engaged time of a scripted visit is right to the second", async ({ site, open }) => {
    site.model(measuring(SECONDS));
    site.pages(HELD);
    const page = await open("/");
    await pass(page, 12, { input: true });
    await visible(page, false);
    near((await counts(page)).page, 12, "seen");
    await pass(page, 60);
    await visible(page, true);
    await pass(page, 5, { input: true });
    await focused(page, false);
    await pass(page, 20);
    await focused(page, true);
    await pass(page, 100, { input: true }); // idle after 30 of them
    await visible(page, false);
    const { page: onPage, session, total } = await counts(page);
    near(onPage, 47, "seen, with pauses");
    near(session, 47, "of the session");
    near(total, 47, "in all");
  });

  everywhere("time on an open page is reported every ten engaged seconds", async ({ site, open }) => {
    site.model(counting({ told: { event: "user_engagement" } }));
    site.pages(HELD);
    const page = await open("/");
    await pass(page, 25, { input: true });
    assert.deepEqual(await counts(page), { told: 2 });
    await visible(page, false);
    assert.deepEqual(await counts(page), { told: 3 });
    await visible(page, true);
    await visible(page, false);
    assert.deepEqual(await counts(page), { told: 3 });
  });

  everywhere("a visitor who reads for a few seconds and leaves does not count as zero", async ({ site, open }) => {
    site.model(measuring(SECONDS));
    site.pages(HELD);
    site.page("/next", { before: ["clock?now=1800000005000"] });
    const page = await open("/");
    await pass(page, 4, { input: true });
    await page.goto(`${site.origin}/next`);
    await started(page);
    near((await counts(page)).total, 4, "read");
  });

  everywhere("an open page in the background adds no time", async ({ site, open }) => {
    site.model(measuring(SECONDS));
    site.pages({ before: ["hidden?hidden", "clock?now=1800000000000"] });
    const page = await open("/");
    await pass(page, 3600, { input: true });
    assert.equal((await counts(page)).total, 0);
    await visible(page, true);
    await focused(page, true);
    await pass(page, 6, { input: true });
    await visible(page, false);
    near((await counts(page)).total, 6, "once it was shown");
  });

  everywhere(
    "a tab behind another one gathers no time",
    async ({ site, open }) => {
      site.model(measuring(SECONDS));
      site.page("/", { before: ["clock?now=1800000000000"] });
      site.page("/front", { tag: null });
      const page = await open("/");
      await pass(page, 5, { input: true });
      await open("/front", { start: false });
      await page.until(() => document.visibilityState === "hidden");
      await pass(page, 20);
      await page.front();
      await page.until(() => document.visibilityState === "visible" && document.hasFocus());
      await pass(page, 15, { input: true });
      near((await counts(page)).total, 20, "in front");
    },
    { not: { webkit: "its driver opens tabs without showing them; the other tests say what is seen" } },
  );

  everywhere("a laptop asleep overnight adds no time", async ({ site, open }) => {
    site.model(measuring(SECONDS));
    site.pages(HELD);
    const page = await open("/");
    await pass(page, 5, { input: true });
    await page.run(() => clock.jump(8 * 3600 * 1000));
    await visible(page, false);
    const { total } = await counts(page);
    assert.ok(total >= 4 && total <= 31, `${total} s`);
  });

  everywhere("a wall clock that steps does not change engaged time", async ({ site, open }) => {
    site.model(measuring(SECONDS));
    site.pages(HELD);
    const page = await open("/");
    await pass(page, 5, { input: true });
    await page.run(() => clock.setSystemTime(Date.now() - 86_400_000));
    await pass(page, 5, { input: true });
    await page.run(() => clock.setSystemTime(Date.now() + 2 * 86_400_000));
    await pass(page, 5, { input: true });
    await visible(page, false);
    near((await counts(page)).page, 15, "by a steady clock");
  });

  everywhere("each virtual page has its own time", async ({ site, open }) => {
    const told = (path, least) => ({ event: "user_engagement", path, where: { engaged_seconds: { $gte: least } } });
    site.model(
      counting({
        one: told("/one", 6),
        two: told("/two", 6),
        spanning: { event: "user_engagement", where: { engaged_seconds: { $gte: 9 } } },
        session: { event: "user_engagement", where: { session_engaged_seconds: { $gte: 13 } } },
      }),
    );
    site.pages(HELD);
    const page = await open("/one");
    await pass(page, 7, { input: true });
    await page.run(() => history.pushState(null, "", "/two"));
    await counted(page, { one: 1 });
    await pass(page, 7, { input: true });
    await page.run(() => history.pushState(null, "", "/three"));
    await counted(page, { one: 1, two: 1, spanning: 0, session: 1 });
  });

  everywhere("less than a second is not reported", async ({ site, open }) => {
    site.model(counting({ told: { event: "user_engagement" }, end: { event: "end" } }));
    site.pages(HELD);
    const page = await open("/");
    await visible(page, false); // what passed until the tag ran
    const { told } = await counts(page);
    await visible(page, true);
    await page.move(50, 60);
    await page.run(() => clock.tick(400));
    await visible(page, false);
    assert.equal((await counts(page)).told, told);
  });

  for (const [what, input] of /** @type {[string, (page: any) => any][]} */ ([
    ["keys", (page) => page.press("Shift")],
    ["scrolling", (page) => page.run(() => scrollBy(0, 40))],
    ["the pointer", (page) => page.move(300 * Math.random(), 200)],
  ])) {
    everywhere(`${what} keep a visit alive`, async ({ site, open }) => {
      site.model(measuring(SECONDS));
      site.pages({ ...HELD, body: '<div style="height: 9000px"></div>' });
      const page = await open("/");
      await page.run(() => {
        for (const kind of ["keydown", "scroll", "pointermove"]) addEventListener(kind, () => (window.noticed = true));
      });
      for (let round = 0; round < 4; round += 1) {
        await page.run(() => (window.noticed = false));
        await input(page);
        // Engines hand on moves with the next frame.
        await page.until(() => window.noticed);
        await pass(page, 25);
      }
      await visible(page, false);
      near((await counts(page)).page, 100, "with some input every 25 s");
    });
  }

  everywhere("time of several pages adds up to the session's and to the visitor's", async ({ site, open }) => {
    site.model(measuring(SECONDS));
    const start = 1_800_000_000_000;
    site.page("/one", { before: ["hidden", `clock?now=${start}`] });
    site.page("/two", { before: ["hidden", `clock?now=${start + 60_000}`] });
    site.page("/tomorrow", { before: ["hidden", `clock?now=${start + 86_400_000}`] });
    const page = await open("/one");
    await pass(page, 6, { input: true });
    await page.goto(`${site.origin}/two`);
    await started(page);
    await pass(page, 8, { input: true });
    await visible(page, false);
    let seen = await counts(page);
    near(seen.page, 8, "on the longer page");
    near(seen.session, 14, "in the session");
    await page.goto(`${site.origin}/tomorrow`);
    await started(page);
    await pass(page, 5, { input: true });
    await visible(page, false);
    seen = await counts(page);
    near(seen.session, 14, "in the longer session");
    near(seen.total, 19, "in all");
  });

  everywhere("by a real clock, too, engaged time is right to the second", async ({ site, open }) => {
    site.model(measuring(SECONDS));
    site.pages({ before: ["hidden"] });
    const wait = (seconds) => new Promise((done) => setTimeout(done, seconds * 1000));
    const page = await open("/");
    await visible(page, false);
    const before = (await counts(page)).total;
    let expected = 0;
    for (const [seen, focus] of [
      [true, true],
      [false, true],
      [true, false],
      [true, true],
    ]) {
      await visible(page, seen);
      await focused(page, focus);
      await page.move(100 * Math.random(), 50);
      const since = performance.now();
      await wait(2.2);
      if (seen && focus) expected += (performance.now() - since) / 1000;
    }
    await visible(page, false);
    near((await counts(page)).total - before, expected, "seen");
  });
});
