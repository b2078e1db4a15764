// The tag's effect on its page: very little time, and no errors.
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { createHash } from "node:crypto";
import { counting, signalling } from "./lib/models.mjs";
import { POLICY } from "./lib/site.mjs";
import { suite } from "./lib/suite.mjs";
import { counted, kept, snapshot, started, track } from "./lib/tag.mjs";

const COUNTS = { views: { event: "page_view" }, said: { event: "said" } };
const TAG = '<script type="module" src="/leadscore/tag.js" data-model="/model.lsm" data-endpoint="/signals"></script>';
const NO_WASM = POLICY.replace(" 'wasm-unsafe-eval'", "");

/** The page got one warning in the tag's own words, and nothing else happened. */
async function gaveUp(page, site) {
  await page.until(() => complaints.length > 0);
  const complaints = await page.complaints();
  assert.equal(complaints.length, 1, complaints.join("; "));
  assert.match(complaints[0], /^leadscore: /);
  await page.run(() => leadscore.push(["track", "said"]));
  await page.run(() => leadscore.push(["consent", "granted"], ["nonsense"], null));
  await page.run(() => history.pushState(null, "", "/next"));
  await page.move(20, 20);
  assert.deepEqual(await page.complaints(), []);
  assert.deepEqual(await kept(page), { "leadscore-consent": "granted" }, "what the visitor chose, and nothing else");
  assert.deepEqual(site.received, []);
}

suite("burden", (everywhere, once) => {
  everywhere("loaded twice, by two elements and by the package, every event counts once", async ({ site, open }) => {
    site.model(counting(COUNTS));
    site.file(
      "/own.js",
      `import { start } from "/leadscore/browser.js"; window.mine = await start({ model: "/model.lsm", endpoint: "/signals" });`,
    );
    const again = TAG.replace("tag.js", "tag.js?again");
    site.pages({ before: ["date?step=1000"], head: `${again}<script type="module" src="/own.js"></script>` });
    const page = await open("/");
    await page.until(() => window.mine);
    await page.run(() => mine.track("said"));
    await counted(page, { views: 1, said: 1 });
  });

  everywhere("start() rejects with a code for the wrong argument", async ({ site, open }) => {
    site.pages({ tag: null });
    site.file(
      "/own.js",
      `import { start } from "/leadscore/browser.js";
       window.begin = (options) => start(options).catch(({ name, code }) => [name, code].join());
       window.ready = true;`,
    );
    site.page("/", { head: '<script type="module" src="/own.js"></script>' });
    const page = await open("/", { start: false });
    await page.until(() => window.ready);
    const missing = await page.run(() => begin({ model: "/missing.lsm" }));
    const none = await page.run(() => begin({}));
    const broken = await page.run(() => begin({ model: new Uint8Array(3) }));
    assert.deepEqual([missing, none], ["LoadError,load_failed", "LoadError,load_failed"]);
    assert.equal(broken, "ModelError,model_corrupt");
  });

  everywhere("stop() undoes everything", async ({ site, open }) => {
    site.model(counting(COUNTS));
    site.pages({ before: ["listeners"], tag: null });
    site.file(
      "/own.js",
      `import { start } from "/leadscore/browser.js"; window.begin = () => start({ model: "/model.lsm" });`,
    );
    site.page("/", { head: '<script type="module" src="/own.js"></script>' });
    const page = await open("/", { start: false });
    await page.until(() => !!window.begin);
    const globals = () => ({
      names: Object.getOwnPropertyNames(window).sort(),
      patched: [history.pushState, history.replaceState, fetch, XMLHttpRequest.prototype.open]
        .map((f) => /\[native code\]/.test(Function.prototype.toString.call(f)))
        .join(),
      own: Object.keys(history),
      listeners: Object.fromEntries(Object.entries(listeners).filter(([, count]) => count)),
    });
    const before = await page.run(globals);
    await page.run(async () => void (window.mine = await begin()));
    const running = await page.run(globals);
    assert.equal(running.listeners.unload ?? 0, 0, "no unload handler");
    assert.equal(running.listeners.beforeunload ?? 0, 0);
    assert.deepEqual(running.names, [...before.names, "mine"].sort(), "no globals but its own");
    await page.run(() => mine.stop());
    await page.run(() => delete window.mine);
    const stopped = await page.run(globals);
    assert.deepEqual(stopped.names, before.names);
    assert.deepEqual([stopped.patched, stopped.own], [before.patched, before.own]);
    const more = ([type, count]) => type !== "abort" && count > (before.listeners[type] ?? 0);
    const left = Object.entries(stopped.listeners).filter(more);
    assert.deepEqual(left, [], "no listeners");
    await page.run(() => history.pushState(null, "", "/next"));
    await page.run(async () => void (window.leadscore = await begin()));
    await track(page, "said");
    await counted(page, { said: 1 });
  });

  everywhere("after stop() nothing is collected, and calls have no effect", async ({ site, open }) => {
    site.model(signalling("hello", "again"));
    const page = await open("/");
    await track(page, "hello");
    await site.signals(1);
    // Acknowledged as well: the next page would send it again.
    await page.until(() => !Object.keys(localStorage).some((key) => key.startsWith("leadscore.out.")));
    await page.run(() => {
      leadscore.stop();
      leadscore.track("again");
      leadscore.identify({ a: 1 });
      leadscore.reset();
      leadscore.stop();
      history.pushState(null, "", "/next");
    });
    await page.complaints();
    await page.goto(`${site.origin}/next`);
    await started(page);
    await track(page, "again");
    assert.deepEqual(
      (await site.signals(2)).map(({ signal }) => signal.data.stage),
      ["hello", "again"],
    );
  });

  everywhere("a long visit adds no listeners", async ({ site, open }) => {
    site.model(counting(COUNTS));
    const body = '<a href="https://partner.example/">P</a><form><input></form><video src="/x.wav" muted></video>';
    site.pages({ before: ["listeners", "stay"], body });
    const page = await open("/");
    const round = async (index) => {
      await page.click("a");
      await page.type("input", "x");
      await page.run((index) => history.pushState(null, "", `/page-${index}`), index);
      await page.run(() => document.querySelector("video").play());
      await page.run(() => leadscore.on("signal", () => {})());
      return page.run(() => Object.values(listeners).reduce((sum, count) => sum + count));
    };
    const first = await round(0);
    for (let index = 1; index < 5; index += 1) await round(index);
    assert.equal(await round(5), first);
  });

  everywhere("a click that means nothing calls no wasm and stores nothing", async ({ site, open }) => {
    site.model(counting(COUNTS));
    site.file(
      "/work.js",
      `window.work = { calls: 0, writes: 0 };
       const { instantiate } = WebAssembly;
       const { setItem } = Storage.prototype;
       Storage.prototype.setItem = function (...entry) { work.writes += 1; return setItem.apply(this, entry); };
       const counted = ([name, value]) =>
         [name, typeof value == "function" ? (...args) => ((work.calls += 1), value(...args)) : value];
       WebAssembly.instantiate = async (source, imports) => {
         const { instance, module } = await instantiate(source, imports);
         return { instance: { exports: Object.fromEntries(Object.entries(instance.exports).map(counted)) }, module };
       };
       WebAssembly.instantiateStreaming = async (response, imports) =>
         WebAssembly.instantiate(await (await response).arrayBuffer(), imports);`,
    );
    // Time stands still, so nothing is due meanwhile.
    const body = '<p>Text</p><button>Nothing</button><a href="https://partner.example/">Partner</a>';
    site.pages({ before: ["clock", "stay"], head: '<script src="/work.js"></script>', body });
    const page = await open("/");
    const reset = () => page.run(() => ((work.calls = 0), (work.writes = 0)));
    await page.click("p");
    await reset();
    for (let n = 0; n < 5; n += 1) for (const target of ["p", "button"]) await page.click(target);
    assert.deepEqual(await page.run(() => work), { calls: 0, writes: 0 });
    await page.click("a");
    assert.ok(await page.run(() => work.calls), "a click on a link is counted");
  });

  everywhere("wasm blocked by the page's policy causes one warning, and no error", async ({ site, open }) => {
    site.model(counting(COUNTS));
    site.pages({ policy: NO_WASM, before: ["queue"] });
    await gaveUp(await open("/", { start: false }), site);
  });

  for (const [what, spoil] of /** @type {[string, (site: any) => any][]} */ ([
    ["a model that is missing", (site) => site.file("/model.lsm", null)],
    ["a model that is a page", (site) => site.file("/model.lsm", "<!doctype html>")],
    ["wasm that is missing", (site) => site.file("/leadscore/browser.wasm", null)],
    ["wasm that is cut off", async (site) => site.file("/leadscore/browser.wasm", (await wasm()).subarray(0, 9999))],
  ])) {
    everywhere(`${what} causes one warning, and no error`, async ({ site, open }) => {
      site.model(counting(COUNTS));
      await spoil(site);
      site.pages({ before: ["queue"] });
      await gaveUp(await open("/", { start: false }), site);
    });
  }

  everywhere("wasm that runs out of memory causes one warning, and is never called again", async ({ site, open }) => {
    // Only props that a rule reads get into the memory of the wasm.
    site.model(counting({ ...COUNTS, long: { event: "said", where: { long: "y" } } }));
    site.pages({ before: ["small-memory?4"] });
    const page = await open("/");
    await page.run(() => {
      for (let n = 0; n < 3; n += 1) leadscore.track("said", { long: "x".repeat(60_000) });
    });
    await page.move(30, 30);
    await page.press("Shift");
    await page.run(() => history.pushState(null, "", "/next"));
    await track(page, "said");
    const complaints = await page.complaints();
    assert.equal(complaints.length, 1, complaints.join("; "));
    assert.match(complaints[0], /^leadscore: /);
  });

  const HOSTILE = {
    "a getter that throws": () => leadscore.track("said", { get bad() { throw new Error("boo"); } }), // prettier-ignore
    "a cyclic object": () => {
      const props = {};
      props.self = props;
      leadscore.track("said", props);
    },
    "half a surrogate pair": () => leadscore.track("said", { name: "\ud800", "\udfff": 1 }),
    "a BigInt": () => leadscore.track("said", { n: 1n }),
    "a megabyte of text": () => leadscore.track("said", { text: "x".repeat(1_000_000) }),
    "props a hundred levels deep": () =>
      leadscore.track("said", JSON.parse('{"a":'.repeat(100) + "1" + "}".repeat(100))),
    "an event type of a megabyte": () => leadscore.track("x".repeat(1_000_000)),
    "a lifecycle stage that does not exist": () => leadscore.lifecycle("champion"),
    "a type that throws when it is read": () => leadscore.track({ toString() { throw new Error("boo"); } }), // prettier-ignore
    "a command that does not exist": () => leadscore.push(["explode", 1]),
    "a push that is not a command": () => leadscore.push("track", null, 7, [], [["track"]]),
  };
  for (const [what, harm] of Object.entries(HOSTILE)) {
    once(`${what} changes nothing and throws nothing`, async ({ site, open }) => {
      site.model(counting(COUNTS));
      const page = await open("/");
      await page.run(harm);
      for (const complaint of await page.complaints()) assert.match(complaint, /^leadscore: /);
      assert.equal((await snapshot(page)).dimensions.said, 0);
      await track(page, "said");
      await counted(page, { views: 1, said: 1 });
    });
  }

  everywhere("unusual but valid props are accepted", async ({ site, open }) => {
    const where = { name: { $exists: true } };
    site.model(counting({ said: { event: "said" }, named: { event: "said", where } }));
    site.pages({ before: ["date?step=1000"] });
    const page = await open("/");
    await page.run(() => {
      leadscore.track("said", JSON.parse('{"__proto__": {"polluted": 1}, "constructor": 7, "name": 1}'));
      leadscore.track("said", { name: new Date(0), none: undefined, f() {}, nan: NaN });
      leadscore.track("said", Object.assign(Object.create(null), { name: 1 }));
      leadscore.track("said");
      leadscore.track("said", null);
    });
    assert.equal(await page.run(() => ({}).polluted), undefined);
    await page.complaints();
    await counted(page, { said: 5, named: 3 });
  });

  everywhere("a listener of the page that throws stops neither the tag nor the others", async ({ site, open }) => {
    site.model(signalling("hello", "again"));
    const page = await open("/");
    await page.run(() => {
      window.heard = [];
      leadscore.on("signal", () => {
        throw new Error("the page's own");
      });
      leadscore.on("signal", ({ data }) => heard.push(data.stage));
    });
    await track(page, "hello");
    await track(page, "again");
    await page.until(() => heard.length === 2);
    await site.signals(2);
    assert.ok(
      (await page.complaints()).every((complaint) => /^error: (Script error|.*the page's own)/.test(complaint)),
    );
  });

  everywhere("a listener may call the tag", async ({ site, open }) => {
    site.model(signalling("hello", "again"));
    const page = await open("/");
    await page.run(() => {
      document.addEventListener("leadscore:signal", (/** @type {any} */ { detail }) => {
        if (detail.data.stage === "hello") leadscore.track("again");
        window.seen = leadscore.snapshot().stage;
      });
    });
    await track(page, "hello");
    assert.equal(new Set((await site.signals(2)).map(({ signal }) => signal.data.stage)).size, 2);
    assert.equal(await page.run(() => seen), "again");
  });

  everywhere("the script can be pinned by an integrity hash", async ({ site, open }) => {
    site.model(counting(COUNTS));
    const tag = await readFile(new URL("../../pkg/tag.js", import.meta.url));
    const hash = `sha384-${createHash("sha384").update(tag).digest("base64")}`;
    site.pages({ tag: null, head: TAG.replace("<script", `<script integrity="${hash}"`) });
    await counted(await open("/"), { views: 1 });
  });

  everywhere(
    "it runs in a page that sends no policy at all, and under one as strict as can be",
    async ({ site, open }) => {
      site.model(counting(COUNTS));
      site.page("/none", { policy: "", before: ["date?step=1000"] });
      site.page("/strict", {
        policy: `default-src 'none'; base-uri 'none'; form-action 'none'; img-src data:; ${POLICY}`,
        headers: { "cross-origin-opener-policy": "same-origin", "cross-origin-embedder-policy": "require-corp" },
        before: ["date?step=1000"],
      });
      const page = await open("/none");
      await page.goto(`${site.origin}/strict`);
      await started(page);
      await counted(page, { views: 2 });
    },
  );
});

const wasm = () => readFile(new URL("../../pkg/browser.wasm", import.meta.url));
