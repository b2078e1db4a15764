// Events and settings of a site: attributes, the queue, the API, the data layer.
import assert from "node:assert/strict";
import { counting, signalling } from "./lib/models.mjs";
import { suite } from "./lib/suite.mjs";
import { counted, shared, snapshot, started, track } from "./lib/tag.mjs";

const before = ["date?step=1000", "stay"];

suite("markup and API", (everywhere, once) => {
  everywhere("an element with data-lead-event reports its event and props when clicked", async ({ site, open }) => {
    const where = { plan: "pro", team_size: "20" };
    site.model(counting({ all: { event: "demo_request" }, told: { event: "demo_request", where } }));
    const marked = 'data-lead-event="demo_request" data-lead-plan="pro" data-lead-team-size="20"';
    site.pages({ before, body: `<button ${marked}>Ask for <b>a demo</b></button>` });
    const page = await open("/");
    await page.click("button");
    await page.click("b");
    await counted(page, { all: 2, told: 2 });
  });

  everywhere("a form with data-lead-event reports it when sent, not when clicked", async ({ site, open }) => {
    site.model(counting({ asked: { event: "demo_request", where: { plan: "team" } }, end: { event: "end" } }));
    const form = '<form data-lead-event="demo_request" data-lead-plan="team"><input><button>Send</button></form>';
    site.pages({ before, body: form });
    const page = await open("/");
    await page.click("input");
    await track(page, "end");
    await counted(page, { asked: 0, end: 1 });
    await page.click("button");
    await counted(page, { asked: 1 });
  });

  everywhere("elements that are added later are listened to", async ({ site, open }) => {
    site.model(counting({ asked: { event: "demo_request" } }));
    site.pages({ before });
    const page = await open("/");
    await page.run(() => {
      const button = document.body.appendChild(document.createElement("button"));
      button.dataset.leadEvent = "demo_request";
      button.textContent = "Ask";
    });
    await page.click("button");
    await counted(page, { asked: 1 });
  });

  everywhere("a queue that is created while the tag loads is processed too", async ({ site, open }) => {
    site.model(counting({ early: { event: "early" } }));
    site.file(
      "/while.js",
      `const own = window.fetch;
       window.fetch = (...args) => {
         window.fetch = own;
         (window.leadscore ||= []).push(["track", "early"]);
         return own(...args);
       };`,
    );
    site.pages({ head: '<script src="/while.js"></script>' });
    await counted(await open("/"), { early: 1 });
  });

  everywhere("calls pushed before the tag ran are processed", async ({ site, open }) => {
    const early = (n) => ({ event: "early", where: { n } });
    site.model(counting({ one: early(1), two: early(2) }, {}));
    site.pages({ before: ["queue", "date?step=1000"] });
    const page = await open("/");
    await counted(page, { one: 1, two: 1 });
    await page.run(() => leadscore.push(["track", "early", { n: 2 }]));
    await counted(page, { one: 1, two: 2 });
  });

  everywhere("traits and lifecycle stages change the segment, which is announced", async ({ site, open }) => {
    site.model({
      name: "segments",
      dimensions: { fit: {} },
      rules: [
        { id: "visit", event: "pricing", points: 10 },
        { id: "large", trait: { employees: { $gte: 200 } }, points: 30, dimension: "fit" },
      ],
      stages: [
        { id: "warm", at: 10, near: 5 },
        { id: "mql", at: 40 },
      ],
    });
    site.file(
      "/own.js",
      `window.announced = [];
       document.addEventListener("leadscore:segment", (event) => announced.push(event.detail.segment));`,
    );
    site.pages({ head: '<script src="/own.js"></script>' });
    const page = await open("/");
    await page.until(() => announced.length === 1);
    await page.run(() => (window.heard = []));
    await page.run(() => (window.off = leadscore.on("segment", ({ segment }) => heard.push(segment))));
    await track(page, "pricing");
    await page.until(() => announced.length === 2);
    await page.run(() => leadscore.identify({ employees: 500 }));
    await page.until(() => announced.length === 3);
    await page.run(() => off());
    await page.run(() => leadscore.lifecycle("customer"));
    await page.until(() => announced.length === 4);
    assert.deepEqual(await page.run(() => [announced, heard]), [
      ["visitor", "warm", "mql", "customer"],
      ["visitor", "warm", "mql"],
    ]);
    assert.equal((await snapshot(page)).lifecycle, "customer");
  });

  everywhere("a signal is announced as an event, to listeners and in the data layer", async ({ site, open }) => {
    site.model(signalling("hello", "again"));
    site.pages({ tag: { push: "dataLayer", endpoint: undefined } });
    const page = await open("/");
    await page.run(() => {
      window.heard = [];
      document.addEventListener("leadscore:signal", (/** @type {any} */ { detail, bubbles }) =>
        heard.push(["event", detail, bubbles]),
      );
      window.off = leadscore.on("signal", (signal) => heard.push(["on", signal]));
    });
    await track(page, "hello");
    await page.until(() => heard.length === 2);
    await page.run(() => off());
    await track(page, "again");
    await page.until(() => heard.length === 3);
    const heard = await page.run(() => heard);
    assert.deepEqual(heard.map(([how, { type, data }]) => [how, type, data.stage]).sort(), [
      ["event", "leadscore.stage.reached", "again"],
      ["event", "leadscore.stage.reached", "hello"],
      ["on", "leadscore.stage.reached", "hello"],
    ]);
    assert.equal(heard.find(([how]) => how === "event")[2], true, "it bubbles");
    const pushed = await page.run(() => dataLayer);
    assert.deepEqual(
      pushed.map(({ event, stage }) => [event, stage]),
      [
        ["qualify_lead", "hello"],
        ["qualify_lead", "again"],
      ],
    );
    assert.deepEqual(Object.keys(pushed[0]).sort(), ["event", "score", "segment", "stage"]);
    assert.equal(site.received.length, 0, "there is no endpoint");
  });

  everywhere("the data layer is read, but events that the tag collects itself count once", async ({ site, open }) => {
    site.model(
      counting({
        purchase: { event: "purchase", where: { value: 12 } },
        signup: { event: "sign_up", where: { method: "mail" } },
        views: { event: "page_view" },
        gtm: { event: ["gtm.js", "gtm.click"] },
        end: { event: "end" },
      }),
    );
    site.file(
      "/own.js",
      `window.dataLayer = [{ "gtm.start": 1, event: "gtm.js" }, { event: "purchase", value: 12 }, { ecommerce: null }];
       window.gtag = function () { dataLayer.push(arguments); };
       gtag("js", new Date());
       gtag("event", "page_view", {});`,
    );
    site.pages({ before, head: '<script src="/own.js"></script>', tag: { listen: "dataLayer" } });
    const page = await open("/");
    await counted(page, { purchase: 1 });
    const length = await page.run(() => {
      gtag("event", "sign_up", { method: "mail" });
      gtag("event", "scroll", { percent_scrolled: 90 });
      dataLayer.push({ event: "gtm.click" }, { event: "page_view" }, null, 7, "x", { event: 5 });
      return dataLayer.push({ event: "purchase", value: 12 });
    });
    assert.equal(length, 14, "push gives the new length, as before");
    await track(page, "end");
    await counted(page, { purchase: 2, signup: 1, views: 1, gtm: 0, end: 1 });
  });

  once("a replaced data layer is followed, without its earlier events", async ({ site, open }) => {
    site.model(counting({ purchase: { event: "purchase" }, signup: { event: "sign_up" }, later: { event: "later" } }));
    site.pages({ before, tag: { listen: "dataLayer" } });
    const page = await open("/");
    await page.run(() => {
      dataLayer.push({ event: "purchase" });
      window.dataLayer = [...dataLayer, { event: "sign_up" }];
    });
    await counted(page, { purchase: 1, signup: 1 });
    await page.run(() => dataLayer.push({ event: "later" }));
    await counted(page, { purchase: 1, signup: 1, later: 1 });
    await page.run(() => (window.dataLayer = 7));
    await page.run(() => new Promise((done) => setTimeout(done, 1_100)));
  });

  once("while consent is pending too, events that the tag collects itself count once", async ({ site, open }) => {
    site.model(counting({ submits: { event: "form_submit" }, clicks: { event: "click" } }));
    site.pages({ before, tag: { listen: "dataLayer", consent: "pending" } });
    const page = await open("/");
    await page.run(() => {
      leadscore.track("form_submit");
      dataLayer.push({ event: "form_submit" });
      dataLayer.push({ event: "click" });
      leadscore.consent("granted");
      dataLayer.push({ event: "click" });
    });
    await counted(page, { submits: 1, clicks: 2 });
  });

  everywhere("the tag ignores its own pushes to the data layer", async ({ site, open }) => {
    site.model({
      ...counting({ own: { event: "qualify_lead" }, end: { event: "end" } }),
      stages: [{ id: "said", at: 1, auto: ["end-rule"] }],
    });
    site.pages({ before, tag: { listen: "dataLayer", push: "dataLayer" } });
    const page = await open("/");
    await track(page, "end");
    await page.until(() => dataLayer.some(({ event }) => event === "qualify_lead"));
    await track(page, "end");
    await counted(page, { own: 0, end: 2 });
  });

  everywhere(
    "reset in a tab that has not heard of another tab's reset begins a new visitor",
    async ({ site, open }) => {
      site.model(counting({ said: { event: "said" } }));
      site.file("/deaf.js", 'addEventListener("storage", (event) => event.stopImmediatePropagation(), true)');
      site.page("/deaf", { head: '<script src="/deaf.js"></script>' });
      const one = await open("/");
      const deaf = await open("/deaf");
      await one.run(() => {
        leadscore.reset();
        leadscore.track("said");
      });
      await one.until(() => leadscore.snapshot().dimensions.said === 1);
      await shared("leadscore.lead.2", one, deaf);
      await deaf.run(() => leadscore.reset());
      assert.equal(await deaf.run(() => leadscore.snapshot().dimensions.said), 0);
      await one.until(() => leadscore.snapshot().dimensions.said === 0);
    },
  );

  everywhere("reset begins a new visitor, and pending signals are still sent", async ({ site, open }) => {
    site.model(signalling("hello"));
    site.answer = (_, n) => ({ status: n === 1 ? 503 : 202 });
    const page = await open("/");
    await track(page, "hello");
    await site.signals(1);
    await page.run(() => leadscore.reset());
    await track(page, "hello");
    await site.signals(3);
    const subjects = new Set(site.received.map(({ signal }) => signal.subject));
    assert.equal(subjects.size, 2, "two visitors");
    assert.equal(new Set(site.received.map(({ signal }) => signal.id)).size, 2);
  });

  everywhere("the package's start() tracks as the tag does", async ({ site, open }) => {
    site.model(counting({ views: { event: "page_view" }, said: { event: "said" } }));
    site.file(
      "/own.js",
      `import { start } from "/leadscore/browser.js";
       window.leadscore = await start({ model: "/model.lsm", endpoint: "/signals" });`,
    );
    site.pages({ before, tag: null, head: '<script type="module" src="/own.js"></script>' });
    const page = await open("/", { start: false });
    await started(page);
    await track(page, "said");
    await counted(page, { views: 1, said: 1 });
  });

  everywhere("start() accepts a model's bytes", async ({ site, open }) => {
    site.model(counting({ views: { event: "page_view" } }));
    site.file(
      "/own.js",
      `import { start } from "/leadscore/browser.js";
       const model = new Uint8Array(await (await fetch("/model.lsm")).arrayBuffer());
       window.leadscore = await start({ model });`,
    );
    site.pages({ before, tag: null, head: '<script type="module" src="/own.js"></script>' });
    const page = await open("/", { start: false });
    await started(page);
    await counted(page, { views: 1 });
  });
});
