// A start is all or nothing, a crash is final, and the remaining functions respect the visitor's choice.
import assert from "node:assert/strict";
import { counting, signalling } from "./lib/models.mjs";
import { POLICY } from "./lib/site.mjs";
import { suite } from "./lib/suite.mjs";
import { kept, started, track } from "./lib/tag.mjs";

const RECORD = "leadscore-consent";
const NO_WASM = POLICY.replace(" 'wasm-unsafe-eval'", "");
const cookies = (page) => page.run(() => document.cookie);
const own = async (page) => Object.keys(await kept(page)).filter((key) => key.startsWith("leadscore."));

/** Everything that a page may call. */
const everything = () => {
  const off = leadscore.on("segment", () => {});
  off();
  leadscore.track("said", { of: "the page" });
  leadscore.identify({ employees: 5 });
  leadscore.lifecycle("customer");
  leadscore.reset();
  leadscore.snapshot();
  leadscore.push(["track", "said"], ["nonsense"], null, ["on", "signal", () => {}]);
  return Object.keys(leadscore).sort();
};

suite("starting", (everywhere, once) => {
  const FUNCTIONS = ["consent", "identify", "lifecycle", "on", "push", "reset", "snapshot", "stop", "track"];

  for (const [what, head, body] of [
    ["an element", "", '<a id="dataLayer"></a>'],
    ["an object", "<script src='/layer.js'></script>", ""],
  ]) {
    once(`if the data layer is ${what}, everything else works and consent is respected`, async ({ site, open }) => {
      site.model(signalling("hello"));
      site.file("/layer.js", "window.dataLayer = {};");
      site.pages({ head, body, tag: { listen: "dataLayer", push: "dataLayer", cookie: "" } });
      const page = await open("/");
      await track(page, "hello");
      await site.signals(1);
      await page.until(() => document.cookie.includes("leadscore="));
      await page.run(() => leadscore.push(["consent", "denied"]));
      assert.deepEqual(await own(page), []);
      assert.match(await cookies(page), /^leadscore=denied$/);
      await track(page, "hello");
      const complaints = await page.complaints();
      assert.deepEqual(complaints.length, what === "an object" ? 1 : 0, complaints.join("; "));
      assert.equal(site.received.length, 1);
    });
  }

  for (const [what, queue, isDenied] of [
    ["denied", [["consent", "denied"]], true],
    ["denied after a grant", [null, ["consent", "granted"], 7, ["consent", "denied"], ["track", "hello"]], true],
    [
      "granted after a denial",
      [
        ["consent", "denied"],
        ["consent", "granted"],
      ],
      false,
    ],
  ]) {
    everywhere(`consent ${what} before the tag runs applies from its start`, async ({ site, open }) => {
      // The first page view trips a stage.
      const rules = [{ id: "view", event: "page_view", points: 10 }];
      site.model({ name: "seen", rules, stages: [{ id: "a", at: 10 }] });
      site.file(
        "/own.js",
        `window.leadscore = ${JSON.stringify(queue)};
         window.stored = [];
         const { setItem } = Storage.prototype;
         Storage.prototype.setItem = function (key, value) {
           stored.push(key);
           setItem.call(this, key, value);
         };`,
      );
      site.pages({ tag: { cookie: "" }, head: '<script src="/own.js"></script>' });
      const page = await open("/");
      if (!isDenied) return void (await site.signals(1));
      await page.run(() => new Promise((done) => setTimeout(done, 500)));
      assert.deepEqual([...new Set(await page.run(() => stored))], [RECORD]);
      assert.deepEqual(site.received, []);
      assert.equal(await cookies(page), "leadscore=denied");
      for (const complaint of await page.complaints()) assert.match(complaint, /^leadscore: /);
    });
  }

  everywhere("a failed start leaves all functions working, and respects a withdrawal", async ({ site, open }) => {
    site.model(counting({ said: { event: "said" } }));
    site.page("/good", { tag: { cookie: "" } });
    site.page("/bad", { tag: { model: "/missing.lsm", cookie: "" } });
    const page = await open("/good");
    const names = await page.run(everything);
    assert.deepEqual(names, FUNCTIONS);
    await page.until(() => document.cookie.includes("leadscore="));
    await page.goto(`${site.origin}/bad`);
    await page.until(() => complaints.length > 0);
    assert.equal((await page.complaints()).length, 1);
    assert.deepEqual(await page.run(everything), FUNCTIONS);
    await page.run(() => leadscore.consent("granted"));
    assert.equal((await kept(page))[RECORD], "granted");
    await page.run(() => leadscore.consent("pending"));
    assert.equal((await kept(page))[RECORD], undefined, "a grant is taken back");
    // Safari deletes script cookies after seven days. The worker sets its own cookie.
    await page.run(() => (document.cookie = "leadscore=; max-age=0; path=/"));
    await page.run(() => leadscore.push(["consent", "denied"]));
    assert.deepEqual([await own(page), (await kept(page))[RECORD]], [[], "denied"], "deleted at once");
    assert.match(await cookies(page), /^leadscore=denied$/);
    assert.deepEqual(await page.complaints(), []);
    await page.goto(`${site.origin}/good`);
    await started(page);
    assert.deepEqual(await own(page), []);
  });

  for (const [what, before, tag] of [
    ["no model", "", { model: "/missing.lsm" }],
    ["no wasm", "delete window.WebAssembly;", {}],
    ["a fetch that throws", "window.fetch = () => { throw null; };", {}],
    ["a fetch that rejects with nothing", "window.fetch = () => Promise.reject();", {}],
    ["a request that cannot be made", "window.Request = undefined;", {}],
  ]) {
    once(`with ${what} and a console that throws, all functions exist`, async ({ site, open }) => {
      site.model(counting({ said: { event: "said" } }));
      site.file(
        "/bad.js",
        `${before}
         console.warn = console.error = () => { throw new Error("denied"); };
         window.leadscore = [["consent", "denied"], ["track", "said"]];`,
      );
      site.pages({ tag, head: '<script src="/bad.js"></script>' });
      const page = await open("/", { start: false });
      await page.until(() => !Array.isArray(leadscore));
      assert.deepEqual(await page.run(everything), FUNCTIONS);
      assert.deepEqual(await kept(page), { [RECORD]: "denied" });
      assert.deepEqual(await page.complaints(), []);
    });
  }

  const ONE_WARNING = "leadscore: this page is not scored: cannot load the wasm: ";
  for (const [what, code, message, { head = "", policy = POLICY, missing = false }] of /** @type {const} */ ([
    ["WebAssembly that does not exist", "no_wasm", /WebAssembly/, { head: '<script src="/bad.js"></script>' }],
    ["WebAssembly that the page's policy refuses", "no_wasm", /./, { policy: NO_WASM }],
    ["a wasm file that does not exist", "load_failed", /HTTP 404 for http.*browser\.wasm$/, { missing: true }],
  ])) {
    everywhere(`${what} has the code ${code}, and the tag says why in one warning`, async ({ site, open }) => {
      site.model(counting({ said: { event: "said" } }));
      site.file("/bad.js", "delete window.WebAssembly;");
      site.file(
        "/own.js",
        `import { start } from "/leadscore/browser.js";
         start({ model: "/model.lsm" }).catch(({ name, code, message }) => (window.failed = [name, code, message]));`,
      );
      if (missing) site.file("/leadscore/browser.wasm", null);
      site.pages({ policy, head });
      site.page("/own", { tag: null, head: `${head}<script type="module" src="/own.js"></script>` });
      const page = await open("/own", { start: false });
      await page.until(() => window.failed);
      const [name, ...failed] = await page.run(() => window.failed);
      assert.deepEqual([name, failed[0]], ["LoadError", code]);
      assert.match(failed[1], message);
      await page.complaints();
      await page.goto(`${site.origin}/`);
      await page.until(() => typeof window.leadscore?.track === "function");
      const warnings = (await page.complaints()).filter((text) => text.startsWith("leadscore: "));
      assert.equal(warnings.length, 1);
      assert.equal(warnings[0].slice(0, ONE_WARNING.length), ONE_WARNING);
      assert.match(warnings[0].slice(ONE_WARNING.length), message);
    });
  }

  everywhere("a data layer's file that never loads does not delay the tag", async ({ site, open }) => {
    site.model(signalling("hello"));
    site.hang("/leadscore/data-layer.js");
    site.pages({ tag: { listen: "dataLayer" } });
    const page = await open("/");
    await track(page, "hello");
    await site.signals(1);
    await page.run(() => leadscore.consent("denied"));
    assert.deepEqual(await own(page), []);
  });

  once("a tag whose script is no longer in the page warns, and keeps all functions", async ({ site, open }) => {
    site.file("/remove.js", 'document.querySelector("script[data-model]").remove()');
    site.pages({ body: '<script src="/remove.js"></script>' });
    const page = await open("/", { start: false });
    await page.until(() => complaints.length > 0);
    assert.match((await page.complaints()).join(), /^leadscore: this page is not scored: .*none is given$/);
    assert.deepEqual(await page.run(everything), FUNCTIONS);
  });

  for (const [what, script] of [
    ["throws nothing", `Object.defineProperty(window, "dataLayer", { get() { throw null; } });`],
    ["cannot be changed", "window.dataLayer = Object.freeze([]);"],
    ["is a number", "window.dataLayer = 7;"],
    ["has entries that throw", `window.dataLayer = [{ get event() { throw undefined; } }, null, 7, [], ["consent"]];`],
  ]) {
    once(`a data layer that ${what} does not stop the tag`, async ({ site, open }) => {
      site.model(signalling("hello"));
      site.file("/layer.js", script);
      const tag = { listen: "dataLayer", push: "dataLayer", consent: "google", cookie: "" };
      site.pages({ tag, head: '<script src="/layer.js"></script>' });
      const page = await open("/");
      assert.deepEqual(Object.keys(await kept(page)), [], "nobody has agreed");
      await page.run(() => leadscore.consent("granted"));
      await track(page, "hello");
      await site.signals(1);
      await page.run(() => leadscore.consent("denied"));
      assert.deepEqual(await own(page), []);
      for (const complaint of await page.complaints()) assert.match(complaint, /^leadscore: /);
    });
  }

  everywhere("after a crash nothing calls the dead instance, and a new start works", async ({ site, open }) => {
    // Only props that a rule reads get into the memory of the wasm.
    site.model(counting({ said: { event: "said" }, long: { event: "said", where: { long: "y" } } }));
    site.file(
      "/own.js",
      `import { start } from "/leadscore/browser.js";
       window.begin = () => start({ model: "/model.lsm" });
       window.leadscore = await begin();`,
    );
    const head = '<script type="module" src="/own.js"></script>';
    site.pages({ tag: null, head, before: ["small-memory?4", "listeners"] });
    const page = await open("/");
    const before = await page.run(() => ({ ...listeners }));
    assert.ok(before.click > 0);
    await page.run(() => {
      for (let n = 0; n < 3; n += 1) leadscore.track("said", { long: "x".repeat(60_000) });
    });
    assert.equal((await page.complaints()).length, 1);
    const after = await page.run(() => ({ ...listeners }));
    assert.deepEqual([after.click, after.submit, after.storage, after.pagehide], [0, 0, 0, 0]);
    assert.deepEqual(await page.run(everything), FUNCTIONS);
    await page.run(() => leadscore.consent("denied"));
    assert.equal((await kept(page))[RECORD], "denied");
    assert.deepEqual(await page.complaints(), []);
    await page.run(() => localStorage.clear());
    await page.run(async () => {
      window.again = await begin();
      again.track("said");
    });
    assert.equal(await page.run(() => again.snapshot().dimensions.said), 1);
  });

  everywhere(
    "a lock that somebody holds delays a page, and does not keep it from beginning",
    async ({ site, open }) => {
      site.model(signalling("hello", "again"));
      site.file(
        "/hold.js",
        `for (const name of ["leadscore", "leadscore.outbox"]) navigator.locks?.request(name, () => new Promise(() => {}));`,
      );
      site.page("/", { head: '<script src="/hold.js"></script>' });
      const page = await open("/");
      await track(page, "hello");
      await site.signals(1);
      assert.equal(site.received[0].signal.data.stage, "hello");
      const began = performance.now();
      await track(page, "again");
      await site.signals(2);
      assert.ok(performance.now() - began < 3_000, "it is waited for once");
    },
  );

  everywhere(
    "a fetch that never ends and ignores its deadline does not block sending forever",
    async ({ site, open }) => {
      site.model(signalling("hello"));
      site.file(
        "/deaf.js",
        `const real = window.fetch; let deaf = 1;
       window.fetch = (url, options) => options?.method === "POST" && deaf-- > 0 ? new Promise(() => {}) : real(url, options);`,
      );
      site.pages({ before: ["clock"], head: '<script src="/deaf.js"></script>' });
      const page = await open("/");
      await track(page, "hello");
      await site.until(async () => {
        await page.run(() => clock.tick(1_000));
        return site.received.length > 0;
      }, "the signal after the deadline");
      await page.until(() => !Object.keys(localStorage).some((key) => key.startsWith("leadscore.out.")));
    },
  );

  everywhere("the response to one signal never acknowledges another", async ({ site, open }) => {
    site.model(signalling("one", "two", "three"));
    site.file(
      "/slow.js",
      `// The test answers each request itself, in the order that it likes.
       window.asked = []; const real = window.fetch;
       window.fetch = (url, options) => options?.method !== "POST" ? real(url, options) : new Promise((resolve) => {
         const { stage } = JSON.parse(options.body).data;
         asked.push({ stage, answer: (status) => resolve(new Response(null, { status })) });
       });`,
    );
    site.pages({ head: '<script src="/slow.js"></script>', before: ["beacon-false"] });
    const page = await open("/");
    await page.run(() => ["one", "two", "three"].forEach((stage) => leadscore.track(stage)));
    await page.until(() => asked.length === 1);
    // Put aside while it waits for an answer, and shown again: another loop may begin.
    await page.run(() => {
      dispatchEvent(new Event("freeze"));
      asked[0].answer(202);
    });
    await page.until(() => asked.length >= 2);
    await page.run(() => dispatchEvent(new Event("freeze")));
    // Until no more is asked for, all but the first are refused for now, once each.
    const seen = await page.run(async () => {
      const answered = new Map([["one", 1]]);
      const until = performance.now() + 6_000;
      for (let at = 1; performance.now() < until && answered.size < 4;) {
        if (at >= asked.length) {
          await new Promise((resolve) => setTimeout(resolve, 20));
          continue;
        }
        const { stage, answer } = asked[at++];
        const times = (answered.get(stage) ?? 0) + 1;
        answered.set(stage, times);
        answer(times === 1 ? 503 : 202);
        if (["two", "three"].every((name) => answered.get(name) >= 2)) break;
      }
      return Object.fromEntries(answered);
    });
    assert.ok(seen.two >= 2 && seen.three >= 2, JSON.stringify(seen));
    await page.until(() => !Object.keys(localStorage).some((key) => key.startsWith("leadscore.out.")));
    assert.equal(await page.run(() => asked.filter(({ stage }) => stage === "one").length), 1);
  });
});
