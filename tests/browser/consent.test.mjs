// Consent: nothing is stored or sent before it is granted, and no data remains when it is withdrawn.
import assert from "node:assert/strict";
import { counting, signalling } from "./lib/models.mjs";
import { suite } from "./lib/suite.mjs";
import { counted, counts, kept, shared, snapshot, started, track } from "./lib/tag.mjs";

const traces = async (page) => ({ ...(await kept(page)), cookie: await page.run(() => document.cookie) });
const NONE = { cookie: "" };
/** The only stored record after a withdrawal. */
const DENIED = { "leadscore-consent": "denied", cookie: "" };
const COUNTS = { views: { event: "page_view" }, said: { event: "said" } };
const GTAG = `window.dataLayer = [];
  window.gtag = function () { dataLayer.push(arguments); };
  gtag("consent", "default", { analytics_storage: "denied", ad_storage: "denied" });`;

suite("consent", (everywhere) => {
  everywhere(
    "while it is pending, the page can show a score, but nothing is stored or sent",
    async ({ site, open }) => {
      site.model(signalling("hello"));
      site.pages({ tag: { consent: "pending", cookie: "" } });
      site.page("/next", { before: [] });
      const page = await open("/");
      await page.run(() => {
        window.heard = [];
        leadscore.on("signal", () => window.heard.push(1));
      });
      await track(page, "hello");
      await page.until(() => leadscore.snapshot().stage === "hello");
      assert.deepEqual(await traces(page), NONE);
      assert.deepEqual(await page.run(() => heard), []);
      await page.goto(`${site.origin}/next`);
      await started(page);
      assert.equal((await snapshot(page)).stage, null, "the next page knows nothing");
      assert.deepEqual(await traces(page), NONE);
      assert.deepEqual(site.received, []);
    },
  );

  everywhere("while consent is pending, data of an earlier visit is not read", async ({ site, open }) => {
    site.model(counting(COUNTS));
    site.pages({ before: ["date?step=1000"] });
    site.page("/pending", { tag: { consent: "pending" } });
    const page = await open("/");
    await track(page, "said");
    await counted(page, { views: 1, said: 1 });
    await page.goto(`${site.origin}/pending`);
    await started(page);
    await counted(page, { views: 1, said: 0 });
    await page.run(() => leadscore.consent("granted"));
    await counted(page, { views: 2, said: 1 });
  });

  everywhere(
    "once consent is given, earlier events count with their true times, and are stored and sent",
    async ({ site, open }) => {
      site.model(signalling("hello"));
      site.pages({ tag: { consent: "pending" } });
      const page = await open("/");
      const before = await page.run(() => Date.now());
      await track(page, "hello");
      const after = await page.run(() => Date.now());
      await page.run(() => new Promise((done) => setTimeout(done, 2100)));
      await page.run(() => leadscore.consent("granted"));
      const [{ signal }] = await site.signals(1);
      const at = Date.parse(signal.data.reasons[0].last);
      assert.ok(at >= before - 1000 && at <= after, `${signal.data.reasons[0].last}`);
      assert.ok((await kept(page))["leadscore.lead.2"]);
    },
  );

  everywhere("consent for the tag can also be given through the queue", async ({ site, open }) => {
    site.model(signalling("hello"));
    site.file("/own.js", 'window.leadscore = [["track", "hello"], ["consent", "granted"]]');
    site.pages({ tag: { consent: "pending" }, head: '<script src="/own.js"></script>' });
    await open("/");
    await site.signals(1);
  });

  everywhere(
    "when it is withdrawn, state, outbox and cookie are gone, and nothing is collected",
    async ({ site, open }) => {
      site.model(signalling("hello", "again"));
      site.pages({ tag: { cookie: "" }, body: '<a href="https://partner.example/">P</a>', before: ["stay"] });
      site.answer = () => ({ status: 503 });
      const page = await open("/");
      await track(page, "hello");
      await site.signals(1);
      await page.until(() => document.cookie.includes("leadscore="));
      await page.run(() => (localStorage.other = "stays"));
      await page.run(() => leadscore.consent("denied"));
      const left = { ...DENIED, cookie: "leadscore=denied", other: "stays" };
      assert.deepEqual(await traces(page), left);
      await track(page, "again");
      await page.click("a");
      assert.equal((await snapshot(page)).stage, null);
      const received = site.received.length;
      await page.goto(`${site.origin}/next`);
      await started(page);
      await track(page, "again");
      assert.equal((await snapshot(page)).stage, null, "on the next page too");
      assert.deepEqual(await traces(page), left);
      await page.run(() => leadscore.consent("granted"));
      await track(page, "again");
      await site.until(() => site.received.length > received, "the next signal");
      assert.deepEqual(
        site.received.slice(received).map(({ signal }) => signal.data.stage),
        ["again"],
      );
      // A page that is left stores; in WebKit the next test has the same cookies.
      await page.run(() => leadscore.consent("denied"));
    },
  );

  everywhere("a page whose tag says denied deletes stored data, and collects nothing", async ({ site, open }) => {
    site.model(counting(COUNTS));
    site.page("/denied", { tag: { consent: "denied" } });
    const page = await open("/");
    await track(page, "said");
    await counted(page, { said: 1 });
    await page.goto(`${site.origin}/denied`);
    await started(page);
    await track(page, "said");
    assert.deepEqual(await counts(page), { views: 0, said: 0 });
    assert.deepEqual(await traces(page), NONE);
  });

  everywhere("consent withdrawn in one tab is withdrawn in the other", async ({ site, open }) => {
    site.model(signalling("hello"));
    site.answer = () => ({ status: 503 });
    const one = await open("/");
    const two = await open("/");
    await track(two, "hello");
    await site.signals(1);
    await one.run(() => leadscore.consent("denied"));
    await two.until(() => leadscore.snapshot().stage === null);
    await two.run(() => leadscore.track("other"));
    const own = Object.keys(await kept(one)).filter((key) => /^leadscore\.out\./.test(key));
    assert.deepEqual(own, []);
  });

  everywhere("a tab that is not notified of a withdrawal stores nothing after it", async ({ site, open }) => {
    site.model(signalling("hello", "again"));
    site.pages({ tag: { cookie: "" } });
    // As a tab that is frozen, or whose process is late.
    site.file("/deaf.js", 'addEventListener("storage", (event) => event.stopImmediatePropagation(), true)');
    site.page("/deaf", { head: '<script src="/deaf.js"></script>', before: ["stay"] });
    const one = await open("/");
    const deaf = [await open("/deaf"), await open("/deaf"), await open("/deaf")];
    await track(deaf[0], "hello");
    await site.signals(1);
    await track(deaf[1], "counted");
    await one.run(() => leadscore.consent("denied"));
    const left = { ...DENIED, cookie: "leadscore=denied" };
    assert.deepEqual(await traces(one), left);
    await shared("leadscore-consent", one, ...deaf);
    await track(deaf[0], "again");
    await deaf[1].close();
    await deaf[2].run(() => history.pushState(null, "", "/next"));
    await one.run(() => new Promise((done) => setTimeout(done, 500)));
    assert.deepEqual(await traces(one), left);
    assert.deepEqual(
      site.received.map(({ signal }) => signal.data.stage),
      ["hello"],
    );
    assert.equal(await deaf[0].run(() => leadscore.agreed), "denied");
  });

  everywhere("keys of the site itself are not deleted, however similar their names are", async ({ site, open }) => {
    site.model(signalling("hello"));
    site.page("/blank", { tag: null });
    const own = {
      "": "an empty name",
      settings: "the site's own",
      "leadscore.my settings": "1",
      "leadscore.settings": "2",
      "leadscore.out.of.stock": "3",
      leadscore: "4",
    };
    const page = await open("/blank", { start: false });
    await page.run((own) => void Object.assign(localStorage, own), own);
    await page.goto(`${site.origin}/`);
    await started(page);
    await track(page, "hello");
    await site.signals(1);
    await page.run(() => leadscore.consent("denied"));
    assert.deepEqual(await traces(page), { ...own, ...DENIED });
  });

  everywhere("a withdrawal that the storage rejects at first reaches the other tabs", async ({ site, open }) => {
    site.model(signalling("hello"));
    const one = await open("/");
    const two = await open("/");
    await one.run(() => {
      const { setItem } = Storage.prototype;
      Storage.prototype.setItem = function () {
        // As Firefox does now and then.
        Storage.prototype.setItem = setItem;
        throw new DOMException("busy", "QuotaExceededError");
      };
      leadscore.consent("denied");
    });
    await two.until(() => leadscore.agreed === "denied");
    assert.deepEqual(await traces(one), DENIED);
  });

  everywhere(
    "a grant that could not be stored does not outlive a withdrawal in another tab",
    async ({ site, open }) => {
      site.model(signalling("hello"));
      site.pages({ tag: { consent: "pending" } });
      const one = await open("/");
      const two = await open("/");
      await one.run(() => {
        Storage.prototype.setItem = () => {
          throw new DOMException("full", "QuotaExceededError");
        };
        leadscore.consent("granted");
      });
      assert.equal(await one.run(() => leadscore.agreed), "granted");
      await two.run(() => leadscore.consent("denied"));
      await one.until(() => leadscore.agreed === "denied");
      assert.deepEqual(await traces(two), DENIED);
    },
  );

  everywhere("the response to a signal stores nothing after a withdrawal in another tab", async ({ site, open }) => {
    site.model(signalling("hello"));
    // A tab that is not notified, and whose signals do not fit into the storage.
    site.file(
      "/full.js",
      `addEventListener("storage", (event) => event.stopImmediatePropagation(), true);
       window.stored = [];
       const { setItem } = Storage.prototype;
       Storage.prototype.setItem = function (key, value) {
         stored.push(key);
         if (key.startsWith("leadscore.out.")) throw new DOMException("full", "QuotaExceededError");
         setItem.call(this, key, value);
       };
       const real = window.fetch;
       window.fetch = (url, options) => options?.method !== "POST" ? real(url, options) :
         new Promise((resolve) => (window.answer = () => resolve(new Response("", { status: 503 }))));`,
    );
    site.page("/full", { head: '<script src="/full.js"></script>', before: ["stay"] });
    const one = await open("/");
    const full = await open("/full");
    await track(full, "hello");
    await full.until(() => typeof answer === "function");
    await one.run(() => leadscore.consent("denied"));
    await shared("leadscore-consent", one, full);
    const stored = await full.run(async () => {
      window.stored = [];
      answer();
      await new Promise((done) => setTimeout(done, 300));
      return window.stored;
    });
    assert.deepEqual(stored, []);
    assert.deepEqual(await traces(one), DENIED);
  });

  everywhere("a grant in one tab replaces a denial, and applies in the others", async ({ site, open }) => {
    site.model(signalling("hello"));
    site.pages({ tag: { consent: "pending" } });
    const one = await open("/");
    const two = await open("/");
    await one.run(() => leadscore.consent("denied"));
    await two.until(() => leadscore.agreed === "denied");
    await two.run(() => leadscore.consent("granted"));
    await one.until(() => leadscore.agreed === "granted");
    await track(one, "hello");
    await site.signals(1);
    const next = await open("/");
    assert.equal(await next.run(() => leadscore.agreed), "granted");
  });

  everywhere("Global Privacy Control counts as denied, whatever the page sets", async ({ site, open }) => {
    site.model(signalling("hello"));
    site.page("/control", { before: ["gpc"] });
    site.answer = () => ({ status: 503 });
    const page = await open("/");
    await track(page, "hello");
    await site.signals(1);
    await page.goto(`${site.origin}/control`);
    await started(page);
    assert.deepEqual(await traces(page), NONE);
    await page.run(() => leadscore.consent("granted"));
    await track(page, "hello");
    assert.equal((await snapshot(page)).stage, null);
    assert.deepEqual(await traces(page), NONE);
  });

  everywhere("Do Not Track is not Global Privacy Control", async ({ site, open }) => {
    site.model(signalling("hello"));
    site.file("/own.js", 'Object.defineProperty(Navigator.prototype, "doNotTrack", { get: () => "1" })');
    site.pages({ head: '<script src="/own.js"></script>' });
    await track(await open("/"), "hello");
    await site.signals(1);
  });

  everywhere("Google's Consent Mode: denied by default is pending, granted is granted", async ({ site, open }) => {
    site.model(signalling("hello", "again"));
    site.file("/own.js", GTAG);
    site.pages({ tag: { consent: "google" }, head: '<script src="/own.js"></script>' });
    const page = await open("/");
    await track(page, "hello");
    await page.until(() => leadscore.snapshot().stage === "hello");
    assert.deepEqual(await traces(page), NONE);
    await page.run(() => gtag("consent", "update", { ad_storage: "granted" }));
    assert.deepEqual(await traces(page), NONE);
    await page.run(() => gtag("consent", "update", { analytics_storage: "granted" }));
    await site.signals(1);
    await page.run(() => gtag("consent", "update", { analytics_storage: "denied" }));
    await page.until(() => leadscore.agreed === "denied");
    assert.deepEqual(await traces(page), DENIED);
    await track(page, "again");
    assert.equal((await snapshot(page)).stage, null);
  });

  everywhere("Consent Mode that grants from the start needs no further call", async ({ site, open }) => {
    site.model(signalling("hello"));
    site.file("/own.js", GTAG.replaceAll('"denied"', '"granted"'));
    site.pages({ tag: { consent: "google" }, head: '<script src="/own.js"></script>' });
    await track(await open("/"), "hello");
    await site.signals(1);
  });
});
