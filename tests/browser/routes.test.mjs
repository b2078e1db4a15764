// Addresses that a page changes by script: which of them are page views, with which title, and when the tag reports
// them.
import assert from "node:assert/strict";
import { counting } from "./lib/models.mjs";
import { suite } from "./lib/suite.mjs";
import { counted, counts, pass, started, track } from "./lib/tag.mjs";

// Time passes only in `pass`; each reading of the date moves it by a second, because two events in one second count
// once.
const before = ["clock", "date?step=1000"];
const titled = (page_title) => ({ event: "page_view", where: { page_title } });
const at = (path) => ({ event: "page_view", path });
const EVENTS = {
  views: { event: "page_view" },
  searches: { event: "view_search_results" },
  scrolls: { event: "scroll" },
  end: { event: "end" },
};
/** Checks the counts after all address changes have been reported. */
async function inTheEnd(page, expected) {
  await pass(page, 1_200);
  await track(page, "end");
  await counted(page, { ...expected, end: 1 });
}

suite("routes", (everywhere, once) => {
  for (const [what, how, register] of [
    ["in the same task", "now", once],
    ["after the page has been rendered", "later", everywhere],
    ["in another element", "anew", once],
    ["once its data is loaded", "late", once],
  ]) {
    register(`a title set ${what} belongs to its own page view`, async ({ site, open }) => {
      site.model(counting({ ...EVENTS, pricing: titled("Pricing"), home: titled("Home") }));
      site.pages({ before, title: "Home", policy: null });
      const page = await open("/");
      await page.run((how) => {
        history.pushState(null, "", "/pricing");
        if (how === "now") document.title = "Pricing";
        else if (how === "later") setTimeout(() => (document.title = "Pricing"), 100);
        else if (how === "late") setTimeout(() => (document.title = "Pricing"), 600);
        else document.querySelector("title").outerHTML = "<title>Pricing</title>";
      }, how);
      await inTheEnd(page, { views: 2, home: 1, pricing: 1 });
    });
  }

  const redirects = {
    "a redirect on the way is not a view": [["/account", "/login"], { views: 2, last: 1, home: 1 }],
    "neither are two of them": [["/a", "/b", "/login"], { views: 2, last: 1, home: 1 }],
    "a redirect that leads back begins nothing": [["/account", "/"], { views: 1, last: 0, home: 1 }],
  };
  for (const [index, [what, [paths, expected]]] of Object.entries(redirects).entries()) {
    (index ? once : everywhere)(what, async ({ site, open }) => {
      site.model(counting({ ...EVENTS, last: at("/login"), home: at("/") }));
      site.pages({ before });
      const page = await open("/");
      await page.run(async (paths) => {
        history.pushState(null, "", paths.shift());
        for (const path of paths) {
          await clock.tickAsync(60);
          history.replaceState(null, "", path);
        }
      }, paths);
      await inTheEnd(page, expected);
    });
  }

  once("a page that is left soon counts, even with the former title", async ({ site, open }) => {
    site.model(counting({ ...EVENTS, soon: at("/soon"), last: at("/last") }));
    site.pages({ before });
    const page = await open("/");
    await page.run(() => history.pushState(null, "", "/soon"));
    await pass(page, 400);
    await page.run(() => history.pushState(null, "", "/last"));
    await inTheEnd(page, { views: 3, soon: 1, last: 1 });
  });

  once("a snapshot is of the shown view, even with the former title", async ({ site, open }) => {
    site.model(counting({ ...EVENTS, shown: at("/shown") }));
    site.pages({ before });
    const page = await open("/");
    await page.run(() => history.pushState(null, "", "/shown"));
    await pass(page, 300);
    assert.equal((await counts(page)).shown, 0, "its title may still come");
    await pass(page, 300);
    assert.equal((await counts(page)).shown, 1);
    await inTheEnd(page, { views: 2, shown: 1 });
  });

  const upkeep = {
    "a slider": (n) => `?seats=${n}`,
    "a slider of a site that routes by the hash": (n) => `#/pricing?seats=${n}`,
    "a slash at the end": (n) => (n % 2 ? "/pricing" : "/pricing/"),
  };
  for (const [index, [what, address]] of Object.entries(upkeep).entries()) {
    (index ? once : everywhere)(
      `a query string that the page updates does not start a view: ${what}`,
      async ({ site, open }) => {
        site.model(counting({ ...EVENTS, pricing: at("/pricing") }));
        site.pages({ before });
        const page = await open("/pricing" + (address(0).startsWith("#") ? address(0) : ""));
        await page.run(
          async (addresses) => {
            for (const address of addresses) {
              history.replaceState(null, "", address);
              await clock.tickAsync(60);
            }
          },
          Array.from({ length: 12 }, (_, n) => address(n + 1)),
        );
        await inTheEnd(page, { views: 1, pricing: 1 });
      },
    );
  }

  /** @type {Record<string, [string, (n: number) => string]>} */
  const LISTS = {
    "the query string": ["", (n) => `?page=${n}`],
    "the hash": ["", (n) => `#page-${n}`],
    "the query string of a route in the hash": ["#/list", (n) => `#/list?page=${n}`],
  };
  for (const [index, [where, [first, address]]] of Object.entries(LISTS).entries()) {
    (index ? once : everywhere)(
      `an endless list that stores its position in ${where} is one view, and scrolled once`,
      async ({ site, open }) => {
        site.model(counting(EVENTS));
        site.pages({ before, body: '<div style="height: 9000px"></div>' });
        const page = await open(`/list${first}`);
        for (let n = 1; n <= 6; n += 1) {
          const scroll = (n, to) => (scrollTo(0, n * 2000), history.replaceState(null, "", to));
          await page.run(scroll, n, address(n));
          await pass(page, 100);
        }
        await inTheEnd(page, { views: 1, scrolls: 4 });
      },
    );
  }

  for (const how of ["pushState", "replaceState"]) {
    (how === "pushState" ? once : everywhere)(
      `a search counts once while it is typed, with ${how}`,
      async ({ site, open }) => {
        const term = { event: "view_search_results", where: { search_term: "crm tool" } };
        site.model(counting({ ...EVENTS, term }));
        site.pages({ before });
        const page = await open("/search");
        await page.run(async (how) => {
          for (let length = 1; length <= 8; length += 1) {
            history[how](null, "", "?q=" + encodeURIComponent("crm tool".slice(0, length)));
            await clock.tickAsync(90);
          }
        }, how);
        await inTheEnd(page, { views: how === "pushState" ? 2 : 1, searches: 1, term: 1 });
      },
    );
  }

  once("a search that is typed into a form counts once", async ({ site, open }) => {
    site.model(counting({ ...EVENTS, starts: { event: "form_start" } }));
    site.pages({ before });
    site.file("/search.js", 'oninput = ({ target }) => history.replaceState(null, "", "?q=" + target.value);');
    site.page("/search", { head: '<script src="/search.js"></script>', body: "<form><input></form>" });
    const page = await open("/search");
    await page.type("input", "crm");
    await inTheEnd(page, { views: 1, starts: 1, searches: 1 });
  });

  everywhere("pushing another query string, or going back, starts a view", async ({ site, open }) => {
    site.model(counting({ ...EVENTS, pro: { event: "page_view", where: { "url.query.plan": "pro" } } }));
    site.pages({ before });
    const page = await open("/pricing");
    await page.run(() => history.pushState(null, "", "?plan=pro"));
    await pass(page, 1_200);
    await counted(page, { views: 2, pro: 1 });
    await page.run(() => history.back());
    await page.until(() => !location.search);
    await inTheEnd(page, { views: 3, pro: 1 });
  });

  everywhere("a view is reported before later events, with the time of the change", async ({ site, open }) => {
    site.model(counting(EVENTS));
    const page = await open("/");
    const seen = await page.run(async () => {
      const told = [];
      leadscore.on("event", ({ type, at, url }) => told.push([type, at, new URL(url).pathname]));
      const since = Date.now();
      history.pushState(null, "", "/next");
      await new Promise((done) => setTimeout(done, 120));
      leadscore.track("end");
      return [...told, since, Date.now()];
    });
    const [view, end, since, until] = seen;
    assert.deepEqual([view[0], view[2], end[0], end[2]], ["page_view", "/next", "end", "/next"]);
    assert.ok(view[1] >= since && view[1] < until - 100, `${view[1] - since} ms after the change`);
  });

  everywhere("a view that is still waiting is reported when the visitor leaves the page", async ({ site, open }) => {
    site.model(counting({ ...EVENTS, next: at("/next") }));
    site.pages({ before });
    const page = await open("/");
    await page.run(() => {
      history.pushState(null, "", "/next");
      location.href = "/elsewhere";
    });
    await page.until(() => location.pathname === "/elsewhere");
    await started(page);
    await counted(page, { views: 3, next: 1 });
  });

  const KEPT = {
    "the history's own functions":
      "window.go = history.pushState.bind(history); window.put = history.replaceState.bind(history);",
    "the functions of the prototype": `const { pushState, replaceState } = History.prototype;
      window.go = (...state) => pushState.apply(history, state); window.put = (...state) => replaceState.apply(history, state);`,
    "another window's functions": `const { history: other } = document.documentElement.appendChild(document.createElement("iframe")).contentWindow;
      const { pushState, replaceState } = Object.getPrototypeOf(other);
      window.go = (...state) => pushState.apply(history, state); window.put = (...state) => replaceState.apply(history, state);`,
  };
  for (const [index, [what, script]] of Object.entries(KEPT).entries()) {
    (index ? once : everywhere)(`views of a router that has stored ${what} count`, async ({ site, open }) => {
      site.model(counting({ ...EVENTS, one: at("/one"), two: at("/two") }));
      site.file("/kept.js", script);
      site.pages({ before: [...before, "no-navigation"], head: '<script src="/kept.js"></script>' });
      const page = await open("/");
      await page.run(() => go(null, "", "/one"));
      await pass(page, 2_000);
      await counted(page, { views: 2, one: 1 });
      await page.run(() => put(null, "", "?seats=2"));
      await pass(page, 2_000);
      await page.run(() => put(null, "", "/two"));
      await pass(page, 2_000);
      await inTheEnd(page, { views: 3, one: 1, two: 1 });
    });
  }

  for (const status of [404, 503]) {
    once(`a document with status ${status} is not a view, a route from it is one`, async ({ site, open }) => {
      site.model(counting({ ...EVENTS, found: at("/found") }));
      // The clock that the tests hold hides the entry of the navigation.
      site.pages({ before: ["date?step=1000"] });
      site.page("/lost", { status });
      const page = await open("/lost");
      if (!(await page.run(() => "responseStatus" in PerformanceNavigationTiming.prototype))) return;
      await track(page, "end");
      await counted(page, { views: 0, end: 1 });
      await page.run(() => history.pushState(null, "", "/found"));
      await counted(page, { views: 1, found: 1 });
    });
  }
});
