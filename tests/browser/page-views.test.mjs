// Each page view counts once, however the visitor navigated there.
import assert from "node:assert/strict";
import { counting } from "./lib/models.mjs";
import { suite } from "./lib/suite.mjs";
import { counted, counts, started, track } from "./lib/tag.mjs";

const VIEWS = {
  views: { event: "page_view" },
  home: { event: "page_view", path: "/" },
  one: { event: "page_view", path: "/one" },
  two: { event: "page_view", path: "/two" },
  end: { event: "end" },
};
// A second passes with each look at the clock, so nothing that is counted twice goes unnoticed.
const before = ["date?step=1000"];

/** The tag reports an address after it has not changed for a while: see also routes.test.mjs. */
const rest = () => new Promise((done) => setTimeout(done, 400));

/** Returns the counts after all earlier events have been ingested. */
async function inTheEnd(page, expected) {
  await track(page, "end");
  await counted(page, { ...expected, end: 1 });
}

suite("page views", (everywhere) => {
  const prepared = (what, run, options) =>
    everywhere(
      what,
      async (scene) => {
        scene.site.model(counting(VIEWS));
        scene.site.pages({ before });
        await run(scene);
      },
      options,
    );

  prepared("the first page counts once", async ({ open }) => {
    await inTheEnd(await open("/"), { views: 1, home: 1 });
  });

  prepared("a reload counts again", async ({ open }) => {
    const page = await open("/");
    await page.reload();
    await started(page);
    await inTheEnd(page, { views: 2, home: 2 });
  });

  everywhere("a view has location, title and referrer", async ({ site, open }) => {
    site.pages({ title: "Prices &amp; plans", before });
    site.model(
      counting({
        location: { event: "page_view", where: { page_location: `${site.origin}/prices?plan=pro#table` } },
        url: { event: "page_view", where: { "url.path": "/prices", "url.query.plan": "pro", "url.hash": "table" } },
        title: { event: "page_view", where: { page_title: "Prices & plans" } },
        referrer: { event: "page_view", where: { page_referrer: `${site.origin}/` } },
      }),
    );
    site.page("/", { body: '<a id="next" href="/prices?plan=pro#table">Prices</a>' });
    const page = await open("/");
    await page.click("#next");
    await page.until(() => location.pathname === "/prices");
    await started(page);
    await counted(page, { location: 1, url: 1, title: 2, referrer: 1 });
  });

  for (const [how, more] of [
    ["", []],
    [", also without the Navigation API", ["no-navigation"]],
  ]) {
    prepared(`in a single-page app every route counts once${how}`, async ({ site, open }) => {
      site.pages({ before: [...before, ...more] });
      const page = await open("/");
      await page.run(() => history.pushState(null, "", "/one"));
      await rest();
      await page.run(() => history.pushState(null, "", "/two"));
      await rest();
      await page.run(() => history.replaceState(null, "", "/one?tab=2"));
      await inTheEnd(page, { views: 4, home: 1, one: 2, two: 1 });
    });

    prepared(`going back and forward in a single-page app counts each time${how}`, async ({ site, open }) => {
      site.pages({ before: [...before, ...more] });
      const page = await open("/");
      await page.run(() => history.pushState(null, "", "/one"));
      await rest();
      await page.run(() => history.back());
      await page.until(() => location.pathname === "/");
      await counted(page, { views: 3, home: 2, one: 1 });
      await page.run(() => history.forward());
      await page.until(() => location.pathname === "/one");
      await inTheEnd(page, { views: 4, home: 2, one: 2 });
    });

    prepared(`a state without a new address does not count${how}`, async ({ site, open }) => {
      site.pages({ before: [...before, ...more] });
      const page = await open("/");
      await page.run(() => {
        history.replaceState({ scroll: 1 }, "");
        history.replaceState({ scroll: 2 }, "", location.href);
        history.pushState({ dialog: 1 }, "", "/");
        location.hash = "chapter";
      });
      await page.until(() => location.hash === "#chapter");
      await inTheEnd(page, { views: 1, home: 1 });
    });

    prepared(`routes in the hash count${how}`, async ({ site, open }) => {
      site.pages({ before: [...before, ...more] });
      const page = await open("/");
      for (const hash of ["#plain", "#/inbox", "#!/sent"]) {
        await page.run((hash) => (location.hash = hash), hash);
        await page.until((hash) => location.hash === hash, hash);
        await rest();
      }
      await page.run(() => history.pushState(null, "", "#/drafts"));
      await inTheEnd(page, { views: 4, home: 4 });
    });
  }

  prepared("an app that sets its route before the tag runs gets one view, of that route", async ({ site, open }) => {
    site.file("/router.js", 'history.replaceState(null, "", "/one")');
    site.page("/", { head: '<script src="/router.js"></script>' });
    await inTheEnd(await open("/"), { views: 1, home: 0, one: 1 });
  });

  prepared("a page that comes back from the back/forward cache counts", async ({ site, open }) => {
    site.page("/one", { tag: null });
    const page = await open("/");
    await page.run(() => addEventListener("pageshow", (event) => (window.restored = event.persisted)));
    await page.goto(`${site.origin}/one`);
    await page.back();
    await page.until(() => location.pathname === "/");
    await page.until(() => window.restored);
    await inTheEnd(page, { views: 2, home: 2 });
  });

  prepared("events of the browser that a script dispatches are not page views", async ({ open }) => {
    const page = await open("/");
    await page.run(() => {
      for (const target of [window, document]) {
        target.dispatchEvent(new PageTransitionEvent("pageshow", { persisted: true, bubbles: true }));
        target.dispatchEvent(new Event("prerenderingchange", { bubbles: true }));
        target.dispatchEvent(new Event("visibilitychange", { bubbles: true }));
      }
    });
    await inTheEnd(page, { views: 1, home: 1 });
  });

  prepared("a prerendered page counts once, when it is shown", async ({ site, open }) => {
    site.pages({ before: [...before, "prerender"] });
    const page = await open("/");
    await page.run(() => {
      dispatchEvent(new PageTransitionEvent("pageshow", { persisted: false }));
      document.dispatchEvent(new Event("visibilitychange", { bubbles: true }));
    });
    assert.equal((await counts(page)).views, 0);
    await page.run(() => activate());
    await inTheEnd(page, { views: 1, home: 1 });
  });

  prepared(
    "a page that Chromium prerenders counts once, and not at all if it is never shown",
    async ({ site, open }) => {
      const rules = { prerender: [{ source: "list", urls: ["/one", "/two"], eagerness: "immediate" }] };
      site.file("/rules.json", JSON.stringify(rules), "application/speculationrules+json");
      site.page("/", {
        body: '<a href="/one">One</a>',
        headers: { "speculation-rules": '"/rules.json"' },
      });
      const page = await open("/");
      const asked = (path) => site.requests.filter((request) => request.path === path).length;
      await site.until(() => asked("/one") && asked("/two") && asked("/leadscore/tag.js") === 3, "prerendering");
      await page.click("a");
      // Seen from another tab, since the driver loses hold of a tab whose page is exchanged like this.
      const witness = await open("/witness");
      await counted(witness, { views: 3, home: 1, one: 1 });
      await page.close();
      await inTheEnd(witness, { views: 3, home: 1, one: 1, two: 0 });
      assert.equal(asked("/one"), 1, "what was shown is what was prerendered");
    },
    { not: { firefox: "does not prerender", webkit: "does not prerender" } },
  );

  prepared("a page opened in the background counts", async ({ site, open }) => {
    site.pages({ before: [...before, "hidden?hidden"] });
    await inTheEnd(await open("/"), { views: 1, home: 1 });
  });

  everywhere("a search on the site counts with its term", async ({ site, open }) => {
    site.pages({ before });
    site.model(
      counting({
        searches: { event: "view_search_results" },
        shoes: { event: "view_search_results", where: { search_term: "red shoes" } },
        views: { event: "page_view" },
      }),
    );
    site.page("/own", { tag: { search: "find" } });
    const page = await open("/?q=red+shoes");
    await counted(page, { searches: 1, shoes: 1 });
    await page.run(() => history.pushState(null, "", "/?query=red%20shoes"));
    await counted(page, { searches: 2, shoes: 2 });
    await page.goto(`${site.origin}/own?q=red+shoes`);
    await started(page);
    await page.run(() => history.pushState(null, "", "/own?find=red+shoes"));
    await counted(page, { searches: 3, shoes: 3, views: 4 });
  });
});
