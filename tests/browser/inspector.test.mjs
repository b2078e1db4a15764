// The inspector shows the tracker's data on any page with the tag, and sends nothing.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { suite, suiteIn } from "./lib/suite.mjs";
import { kept, started, track } from "./lib/tag.mjs";

const INSPECT = "/pricing?leadscore=inspect";
const AXE = readFileSync(new URL("../../node_modules/axe-core/axe.min.js", import.meta.url), "utf8");
/** As strict as the demo's, which a site may have too. */
const STRICT =
  "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self'; img-src 'self' data:; connect-src 'self'; form-action 'none'; base-uri 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'; trusted-types 'none'";

const MODEL = {
  name: "inspected",
  dimensions: { engagement: { max: 30 }, intent: {} },
  rules: [
    { id: "prices", event: "page_view", path: "/pricing/*", points: 20, decay: { half_life: "7d" } },
    { id: "depth", event: "page_view", path: "/product/:part", distinct: "url.path", at_least: 3, points: 30 },
    { id: "demo", event: "form_submit", where: { form_id: "demo" }, points: 50, dimension: "intent" },
    { id: "member", event: "joined", distinct: "team", limit: 9, points: 5 },
    { id: "large", trait: { employees: { $gte: 200 } }, points: 15, dimension: "intent" },
  ],
  stages: [
    { id: "engaged", at: 15, signal: false },
    { id: "mql", at: 60 },
  ],
};

const inside = (page, f, ...args) =>
  page.run(`(...args) => (${f})(document.querySelector("leadscore-inspector").shadowRoot, ...args)`, ...args);
/** Waits for something in the inspector, and gives it. */
const see = (page, f, ...args) =>
  page.until(
    `(...args) => { const root = document.querySelector("leadscore-inspector")?.shadowRoot; return root && (${f})(root, ...args); }`,
    ...args,
  );
const shows = (page, selector, text) =>
  see(
    page,
    (root, selector, text) =>
      [...root.querySelectorAll(selector)].some(({ textContent }) => textContent.includes(text)),
    selector,
    text,
  );
const press = (page, selector) => inside(page, (root, selector) => root.querySelector(selector).click(), selector);
const isOpen = (page) =>
  page.run(() => !!document.querySelector("leadscore-inspector")?.shadowRoot?.querySelector(".panel"));

/** The page, with its inspector ready. */
async function inspected({ site, open }, path = INSPECT, model = /** @type {any} */ (MODEL)) {
  site.model(model);
  const page = await open(path);
  await see(page, (root) => root.querySelector(".receipt tfoot tr"));
  return page;
}

/** Pressed by hand where the driver has hands for it. */
async function shortcut(page) {
  const keys = ["Control", "Alt", "Shift"];
  if (!page.tab.keyboard) {
    const pressed = () =>
      dispatchEvent(new KeyboardEvent("keydown", { code: "KeyL", ctrlKey: true, altKey: true, shiftKey: true }));
    return page.run(pressed);
  }
  for (const key of keys) await page.tab.keyboard.down(key);
  await page.tab.keyboard.press("KeyL");
  for (const key of keys) await page.tab.keyboard.up(key);
}

/** Each event as `{ type, hits, miss }`, the newest first. */
const events = (page) =>
  inside(page, (root) =>
    [...root.querySelectorAll(".events > li")].map((event) => ({
      type: event.querySelector("strong").textContent,
      hits: [...event.querySelectorAll(".hit")].map(({ textContent }) => textContent),
      miss: event.querySelector(".miss")?.textContent,
    })),
  );

/** Returns the result of one of the page's own events. */
async function told(page, type, props) {
  const { length } = await events(page);
  await track(page, type, props);
  await see(page, (root, length) => root.querySelectorAll(".events > li").length > length, length);
  return (await events(page))[0];
}

suiteIn(["chromium"], "inspector", (everywhere) => {
  everywhere("opens by the address, with the tracker's score and every event of the page", async (scene) => {
    const page = await inspected(scene);
    const { score } = await page.run(() => leadscore.snapshot());
    assert.equal(score, 20);
    await shows(page, ".score", "20");
    const seen = await events(page);
    assert.deepEqual(
      seen.map(({ type }) => type),
      ["page_view", "session_start", "first_visit"],
    );
    assert.deepEqual(seen[0].hits, ["+20prices"]);
    assert.equal(seen[1].miss, "No rule uses session_start.");
    await shows(page, ".receipt tbody tr", "prices");
    await shows(page, ".way", "40 to mql");
    await shows(page, ".closers li", "demo+50would close it");
    assert.match(
      await see(page, (root) => root.querySelector(".chart")?.getAttribute("aria-label")),
      /to 20.*mql at 60/,
    );
  });

  everywhere(
    "rules and stages are shown by their titles if they have any, and a signal by its reasons",
    async (scene) => {
      const model = {
        name: "titled",
        rules: [
          { id: "prices", event: "page_view", path: "/pricing", points: 60 },
          { id: "asked", event: "asked", points: 50 },
          { id: "other", event: "other", points: 5 },
        ],
        stages: [
          { id: "mql", at: 60 },
          { id: "sql", at: 200 },
        ],
      };
      const titles = {
        rules: { prices: { en: "Looked at pricing", de: "Preise angesehen" }, asked: "Asked <b>us</b>" },
        stages: { mql: "Ready", sql: { en: "Very ready" } },
      };
      scene.site.file("/model.titles.json", JSON.stringify(titles), "application/json");
      scene.site.pages({ tag: { titles: "/model.titles.json" } });
      const page = await inspected(scene, INSPECT, model);
      await shows(page, ".receipt tbody th", "Looked at pricing");
      await shows(page, ".receipt tbody th .sub code", "prices");
      await shows(page, ".closers li", "Asked <b>us</b>");
      await shows(page, ".closers li code", "other");
      await shows(page, "section p strong", "Very ready");
      await shows(page, ".signals li", "Ready at 60 points");
      await shows(page, ".signals li", "Looked at pricing today");
      assert.equal(await inside(page, (root) => root.querySelectorAll("b").length), 0, "a title is text");
      // A file that is not there costs the ids nothing.
      scene.site.file("/model.titles.json", null);
      await page.reload();
      await shows(page, ".receipt tbody th code", "prices");
    },
  );

  everywhere("opens and closes by the shortcut, and by Escape, and restores the focus", async (scene) => {
    scene.site.pages({ body: '<button id="own">Own</button>' });
    scene.site.model(MODEL);
    const page = await scene.open("/pricing");
    await page.click("#own");
    await page.run(() => /** @type {any} */ (document.querySelector("#own")).focus());
    assert.equal(await isOpen(page), false);
    await shortcut(page);
    await shows(page, ".score", "20");
    await shortcut(page);
    await page.until(() => !(/** @type {any} */ (document.querySelector("leadscore-inspector")).open));
    assert.equal(await isOpen(page), false);
    await shortcut(page);
    await see(page, (root) => root.querySelector(".panel"));
    await inside(page, (root) => root.querySelector("#tab-score").focus());
    await page.press("Escape");
    await page.until(() => !(/** @type {any} */ (document.querySelector("leadscore-inspector")).open));
    assert.equal(await page.run(() => document.activeElement.id), "own");
  });

  everywhere("stays open on following pages until it is closed", async (scene) => {
    const page = await inspected(scene);
    await page.goto(`${scene.site.origin}/product/one`);
    await started(page);
    await shows(page, ".events strong", "page_view");
    await press(page, "header .icon:last-of-type");
    await page.goto(`${scene.site.origin}/product/two`);
    await started(page);
    assert.equal(await isOpen(page), false);
  });

  everywhere("shows which rule an event hits, or why it hits none", async (scene) => {
    const page = await inspected(scene);
    assert.equal((await told(page, "hello")).miss, "No rule uses hello.");
    const other = await told(page, "form_submit", { form_id: "newsletter" });
    assert.equal(other.miss, 'demo uses form_submit, but its condition is false: form_id is "demo".');
    assert.deepEqual((await told(page, "form_submit", { form_id: "demo" })).hits, ["+50demo"]);
    assert.equal(
      (await told(page, "joined", {})).miss,
      "member uses joined, but counts each team once, which is missing.",
    );
    assert.deepEqual((await told(page, "joined", { team: "a" })).hits, ["+5member"]);
    await page.run(() => leadscore.identify({ employees: 50 }));
    await shows(page, ".miss", "large uses identify, but its condition is not met: employees ≥ 200.");
    await page.run(() => leadscore.identify({ employees: 500 }));
    await shows(page, ".hit", "+15large");
    await page.run(() => history.pushState(null, "", "/product/one"));
    await shows(page, ".hit", "depth 1 of the 3 it takes");
    await shows(page, ".receipt tbody tr", "1 of the 3 that it takes");
    await page.run(() => history.pushState(null, "", "/about"));
    await shows(page, ".miss", "2 rules use page_view, but not on this path.");
  });

  everywhere("travels in time: points fade", async (scene) => {
    const page = await inspected(scene);
    await press(page, ".short:nth-of-type(2)");
    await shows(page, ".score", "10");
    await shows(page, ".slider-value", "in 7 days");
    const cells = () =>
      inside(page, (root) => [...root.querySelectorAll(".receipt tbody td")].map((cell) => cell.textContent));
    assert.deepEqual(await cells(), ["20", "10", "10"]);
    assert.equal(await inside(page, (root) => root.querySelectorAll(".mark").length), 1);
    await inside(page, (root) => {
      const slider = root.querySelector("input");
      slider.value = "14";
      slider.dispatchEvent(new Event("input", { bubbles: true }));
    });
    await shows(page, ".score", "5");
    assert.equal((await page.run(() => leadscore.snapshot())).score, 20, "the tracker stays where it is");
    await press(page, ".short");
    await shows(page, ".score", "20");
  });

  everywhere("shows pending signals, and the responses", async (scene) => {
    let isUp = false;
    scene.site.answer = () => ({ status: isUp ? 202 : 503 });
    const page = await inspected(scene);
    await shows(page, ".tabpanel", "None yet. Until a stage trips, nothing leaves this page.");
    await track(page, "form_submit", { form_id: "demo" });
    await shows(page, ".signals li", "mql at 70 points");
    await shows(page, ".badge", "Pending");
    await shows(page, ".tabpanel", "The endpoint has failed");
    await shows(page, ".storage tbody", "leadscore.out.");
    isUp = true;
    await shows(page, ".badge", "Acknowledged");
    await page.reload();
    await started(page);
    const [{ signal }] = await scene.site.signals(1);
    const day = new Date(signal.time).toLocaleDateString("en", { dateStyle: "medium" });
    await shows(page, ".tabpanel", `mql was reached before it was opened. It tripped on ${day} at `);
    await scene.site.until(() => scene.site.received.length > 1, "the signal again");
    assert.equal(new Set(scene.site.received.map(({ signal }) => signal.id)).size, 1);
  });

  everywhere("shows a stage that has tripped and faded since", async (scene) => {
    scene.site.page("/later", { before: [`date?ahead=${60 * 24 * 3600_000}`] });
    const page = await inspected(scene, INSPECT, {
      ...MODEL,
      rules: MODEL.rules.map((rule) => (rule.id === "demo" ? { ...rule, decay: { half_life: "7d" } } : rule)),
    });
    await track(page, "form_submit", { form_id: "demo" });
    await scene.site.signals(1);
    await page.goto(`${scene.site.origin}/later?leadscore=inspect`);
    await started(page);
    await shows(page, ".tabpanel", "None on this page: mql was reached before it was opened. It tripped on ");
    await shows(page, ".tabpanel", "No stage is met now.");
    assert.equal((await page.run(() => leadscore.snapshot())).stage, null);
  });

  everywhere("shows a signal that was rejected permanently", async (scene) => {
    const body = JSON.stringify({ code: "signal_mismatch", message: "it does not follow from its state" });
    scene.site.answer = () => ({ status: 422, headers: { "content-type": "application/json" }, body });
    const page = await inspected(scene);
    await track(page, "form_submit", { form_id: "demo" });
    // If the browser exposes the status of a request to scripts.
    const isTold = await page.run(() => "responseStatus" in PerformanceResourceTiming.prototype);
    await shows(page, ".badge", isTold ? "Refused 422" : "Acknowledged");
    await page.complaints();
  });

  everywhere("shows consent, and clears its data when consent is withdrawn", async (scene) => {
    const page = await inspected(scene);
    const consent = () => inside(page, (root) => root.querySelector("[class*=consent-]").textContent);
    assert.equal(await consent(), "granted");
    await page.run(() => leadscore.consent("denied"));
    await shows(page, ".consent-denied", "denied");
    await shows(page, ".score", "0");
    await shows(page, ".receipt", "No rule is live.");
    await shows(page, ".storage tbody", "leadscore-consent");
    assert.deepEqual(await kept(page), { "leadscore-consent": "denied" });
    assert.equal(await page.run(() => sessionStorage.length), 0, "the curve too");
    await page.run(() => leadscore.consent("granted"));
    await shows(page, ".score", "20");
    await shows(page, ".receipt tbody tr", "prices");
  });

  everywhere("shows pending consent, with a receipt of the events in memory", async (scene) => {
    scene.site.pages({ tag: { consent: "pending" } });
    const page = await inspected(scene);
    await shows(page, ".consent-pending", "pending");
    await shows(page, ".score", "20");
    await shows(page, ".receipt tbody tr", "prices");
    assert.deepEqual([await kept(page), await page.run(() => sessionStorage.length)], [{}, 0]);
    await page.run(() => leadscore.consent("granted"));
    await shows(page, ".consent-granted", "granted");
    assert.equal((await events(page)).length, 3, "what was gathered is told once");
  });

  everywhere("opened late with nothing stored, it says that its receipt is incomplete", async (scene) => {
    scene.site.pages({ tag: { consent: "pending" } });
    scene.site.model(MODEL);
    const page = await scene.open("/pricing");
    await shortcut(page);
    await shows(page, ".score", "20");
    await shows(page, ".notice", "The receipt contains only stored hits and events since");
  });

  everywhere("the page itself can listen to events, and to consent", async (scene) => {
    scene.site.model(MODEL);
    const page = await scene.open("/pricing");
    const [event, agreed] = await page.run(() => {
      const heard = [];
      const end = leadscore.on("event", (event) => heard.push(event));
      leadscore.track("joined", { team: "c" });
      end();
      leadscore.track("joined", { team: "d" });
      return [heard, leadscore.agreed];
    });
    const [{ type, url, props, at }, ...more] = event;
    assert.deepEqual([type, url, props, more], ["joined", `${scene.site.origin}/pricing`, { team: "c" }, []]);
    assert.ok(Math.abs(at - Date.now()) < 60_000);
    assert.equal(agreed, "granted");
  });

  everywhere("shows Global Privacy Control", async (scene) => {
    scene.site.pages({ before: ["gpc"] });
    const page = await inspected(scene);
    await shows(page, ".consent-denied", "denied");
    await shows(page, ".tabpanel", "The browser sends Global Privacy Control.");
  });

  everywhere("follows a reset, and events of another tab", async (scene) => {
    const page = await inspected(scene);
    const other = await scene.open("/");
    await track(other, "joined", { team: "b" });
    await shows(page, ".score", "25");
    await shows(page, ".receipt tbody tr", "member");
    await page.run(() => leadscore.reset());
    await shows(page, ".score", "0");
    await shows(page, ".receipt", "No rule is live.");
  });

  everywhere("sends nothing: it loads its own files, and the model", async (scene) => {
    const { site } = scene;
    site.model(MODEL);
    const page = await scene.open("/pricing");
    const before = site.requests.length;
    await shortcut(page);
    await see(page, (root) => root.querySelector(".receipt tfoot tr"));
    for (const tab of ["receipt", "events", "signals", "score"]) await press(page, `#tab-${tab}`);
    await press(page, ".short:nth-of-type(3)");
    await press(page, ".events summary, .move");
    await press(page, "header .icon:last-of-type");
    const asked = site.requests.slice(before).map(({ method, path }) => `${method} ${path}`);
    const files = ["inspector.js", "leadscore.wasm"].map((file) => `GET /leadscore/${file}`);
    assert.deepEqual(asked.sort(), [...files, "GET /model.lsm"].sort());
    assert.deepEqual(site.received, []);
  });

  everywhere("without its file the page is still scored", async (scene) => {
    scene.site.file("/leadscore/inspector.js", null);
    scene.site.model(MODEL);
    const page = await scene.open(INSPECT);
    assert.equal((await page.run(() => leadscore.snapshot())).score, 20);
    assert.equal(await page.run(() => document.querySelector("leadscore-inspector")), null);
  });

  everywhere("works as an element beside the package's tracker, and names what is missing", async (scene) => {
    scene.site.pages({ tag: null });
    scene.site.model(MODEL);
    scene.site.file(
      "/own.js",
      `import { start } from "/leadscore/browser.js";
       import "/leadscore/inspector.js";
       window.leadscore = await start({ model: "/model.lsm" });`,
    );
    const element = (attributes) => ({
      head: '<script type="module" src="/own.js"></script>',
      body: `<leadscore-inspector open ${attributes}></leadscore-inspector>`,
    });
    scene.site.page("/pricing", element('model="/model.lsm"'));
    scene.site.page("/pricing/none", element(""));
    const page = await scene.open("/pricing");
    await shows(page, ".receipt tbody tr", "prices");
    await shows(page, ".tabpanel", "No endpoint is set");
    await page.goto(`${scene.site.origin}/pricing/none`);
    await started(page);
    await shows(page, ".notice", "say where the compiled model is");
    await shows(page, ".score", "20");
  });

  everywhere("looks the same under a strict policy and any style of the page, and shifts nothing", async (scene) => {
    const css =
      "* { font-size: 40px !important; } leadscore-inspector, section { display: none !important; transform: scale(2); color: red }";
    scene.site.file("/own.css", css, "text/css");
    scene.site.pages({ policy: STRICT, head: '<link rel="stylesheet" href="/own.css">' });
    scene.site.file(
      "/own.js",
      "window.shifts = []; try { new PerformanceObserver((list) => shifts.push(...list.getEntries().flatMap(({ sources }) => sources.map(({ node, previousRect, currentRect }) => [node?.className ?? node?.nodeName, previousRect.y, currentRect.y, previousRect.height, currentRect.height].join(' '))))).observe({ type: 'layout-shift', buffered: true }); } catch {}",
    );
    scene.site.page("/pricing", { head: '<link rel="stylesheet" href="/own.css"><script src="/own.js"></script>' });
    const page = await inspected(scene);
    const [width, height, size] = await inside(page, (root) => {
      const panel = root.querySelector(".panel");
      const box = panel.getBoundingClientRect();
      return [box.width, box.height / innerHeight, getComputedStyle(panel).fontSize];
    });
    assert.ok(width > 300 && height > 0.5, `${width} wide, ${height} of the window high`);
    assert.equal(size, "14px");
    assert.deepEqual(await page.run(() => shifts), []);
  });

  everywhere("has no accessibility violation, on any of its tabs, in light and dark", async (scene) => {
    scene.site.file("/axe.js", AXE);
    scene.site.pages({ policy: null, head: '<script src="/axe.js"></script>' });
    const page = await inspected(scene);
    await told(page, "form_submit", { form_id: "demo" });
    await told(page, "form_submit", { form_id: "other" });
    await shows(page, ".badge", "Acknowledged");
    // After the transition, during which it is partly transparent.
    await see(page, (root) => root.getAnimations().length === 0);
    for (const scheme of scene.engine === "chromium" ? ["light", "dark"] : ["light"]) {
      if (scene.engine === "chromium")
        await page.tab.emulateMediaFeatures([{ name: "prefers-color-scheme", value: scheme }]);
      for (const tab of ["score", "receipt", "events", "signals"]) {
        await press(page, `#tab-${tab}`);
        if (tab === "events") await press(page, ".events summary");
        const violations = await page.run(async () => {
          const { violations } = await axe.run("leadscore-inspector");
          return violations.map(
            ({ id, nodes }) => `${id}: ${nodes.map(({ html, failureSummary }) => html + failureSummary)}`,
          );
        });
        assert.deepEqual(violations, [], `${tab}, ${scheme}`);
      }
    }
  });

  everywhere("arrow keys move between its tabs", async (scene) => {
    const page = await inspected(scene);
    await inside(page, (root) => root.querySelector("#tab-score").focus());
    await page.press("ArrowDown");
    const chosen = () => inside(page, (root) => root.querySelector("[aria-selected=true]").id);
    assert.equal(await chosen(), "tab-score");
    for (const [key, id] of [
      ["ArrowRight", "tab-receipt"],
      ["End", "tab-signals"],
      ["ArrowRight", "tab-score"],
      ["ArrowLeft", "tab-signals"],
      ["Home", "tab-score"],
    ]) {
      await inside(
        page,
        (root, key) => root.activeElement.dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true })),
        key,
      );
      assert.equal(await chosen(), id, key);
    }
  });
});

// Modules by their hashes are what engines differ in.
suite("inspector, as each engine loads it", (everywhere) => {
  everywhere("opens by the address", async (scene) => {
    const page = await inspected(scene);
    await shows(page, ".score", "20");
  });
});

// WebKit checks no hash of a preload, so that there only files of another origin are pinned.
suiteIn(["chromium", "firefox"], "inspector, pinned", (everywhere) => {
  everywhere("no foreign file runs in its place, and no foreign wasm in place of the runtime's", async (scene) => {
    scene.site.model(MODEL);
    scene.site.file("/leadscore/inspector.js", "window.isSwapped = true; export const toggle = () => {};");
    // Anybody can make an address, and the name of the tab that it opens in.
    for (const path of [INSPECT, "/pricing?x=1&leadscore=inspect#y"]) {
      const page = await scene.open(path);
      await started(page);
      await shortcut(page);
      assert.equal((await page.run(() => leadscore.snapshot())).score, 20);
      assert.equal(await page.run(() => "isSwapped" in window), false);
      page.complaints();
    }
    const own = readFileSync(new URL("../../pkg/inspector.js", import.meta.url));
    scene.site.file("/leadscore/inspector.js", own);
    scene.site.file("/leadscore/leadscore.wasm", readFileSync(new URL("../../pkg/compile.wasm", import.meta.url)));
    const page = await scene.open(INSPECT);
    await started(page);
    await see(page, (root) => root.textContent.includes("cannot load the wasm"));
    page.complaints();
  });
});
