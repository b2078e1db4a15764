// Delivery: each signal arrives once, whatever the endpoint and the network do.
import assert from "node:assert/strict";
import { compile } from "../../pkg/compile-node.js";
import init, { Model, verify } from "../../pkg/node.js";
import { LONG_PATIENCE } from "../lib/patience.mjs";
import { signalling } from "./lib/models.mjs";
import { suite } from "./lib/suite.mjs";
import { kept, started, track } from "./lib/tag.mjs";

const ids = (posts) => new Set(posts.map(({ signal }) => signal.id));
const waiting = async (page) => Object.keys(await kept(page)).filter((key) => key.startsWith("leadscore.out."));
const emptied = (page) => page.until(() => !Object.keys(localStorage).some((key) => /^leadscore\.out\./.test(key)));
const gaps = (posts) => posts.slice(1).map(({ at }, index) => (at - posts[index].at) / 1000);
const JSON_TYPE = "application/cloudevents+json";

suite("signals", (everywhere, once) => {
  everywhere("nothing is requested but script, wasm and model until a stage is reached", async ({ site, open }) => {
    site.model(signalling("hello"));
    const page = await open("/");
    for (const type of ["one", "two"]) await track(page, type);
    await page.run(() => history.pushState(null, "", "/next"));
    await track(page, "hello");
    await site.signals(1);
    const asked = site.requests.map(({ path }) => path).filter((path) => path !== "/before/human.js");
    assert.deepEqual(asked.slice(0, 2), ["/", "/leadscore/tag.js"]);
    assert.deepEqual(asked.slice(2, 4).sort(), ["/leadscore/browser.wasm", "/model.lsm"]);
    assert.deepEqual(asked.slice(4), ["/signals"]);
  });

  everywhere("a signal is a CloudEvent that the receiver can verify, without cookies", async ({ site, open }) => {
    const model = signalling("hello");
    site.model(model);
    const page = await open("/");
    await page.run(() => (document.cookie = "private=1; path=/"));
    await track(page, "hello");
    const [{ signal, type, headers, path }] = await site.signals(1);
    assert.deepEqual([path, type, headers.cookie], ["/signals", JSON_TYPE, undefined]);
    assert.deepEqual(
      [signal.specversion, signal.type, signal.source, signal.datacontenttype, signal.data.provenance],
      ["1.0", "leadscore.stage.reached", site.origin, "application/json", "client"],
    );
    await init();
    assert.equal(verify(new Model(compile(model)), signal).stage, "hello");
    await emptied(page);
  });

  const refusal = (code, message = "") => JSON.stringify({ code, message });
  // Responses of firewalls, login pages, deployments and overloaded servers; the receiver's own codes for such cases
  // too.
  const RETRIED = [
    { status: 301, headers: { location: "/page.html" } },
    { status: 302, headers: { location: "/page.html" } },
    { status: 307, headers: { location: "/page.html" } },
    { status: 400 },
    { status: 400, body: refusal("cut_off") },
    { status: 401, body: refusal("signature") },
    { status: 403, body: "<h1>Blocked</h1>" },
    { status: 403, body: refusal("origin") },
    { status: 404 },
    { status: 405 },
    { status: 408 },
    { status: 410 },
    { status: 413, body: "<h1>Too large</h1>" },
    { status: 415, body: "[]" },
    { status: 422, body: refusal("blocked") },
    { status: 422, body: refusal("signal_mismatch", "x".repeat(2_000)) },
    { status: 425 },
    { status: 429 },
    { status: 500, body: refusal("signal_mismatch") },
    { status: 503, body: refusal("model_unknown") },
    "destroy",
  ];

  everywhere(
    "only the receiver's own rejection ends a signal: after any other response it is sent again",
    async ({ site, open }) => {
      const stages = RETRIED.map((_, index) => `stage-${index}`);
      site.model(signalling(...stages));
      site.answer = ({ signal }) => {
        const { stage } = signal.data;
        const isFirst = site.received.filter((post) => post.signal.data.stage === stage).length === 1;
        return isFirst ? RETRIED[stages.indexOf(stage)] : { status: 202 };
      };
      const page = await open("/");
      for (const [index, stage] of stages.entries()) {
        await track(page, stage);
        const what = JSON.stringify(RETRIED[index]).slice(0, 80);
        await site.until(() => site.received.length === 2 * index + 2, `a second try after ${what}`);
        await emptied(page);
      }
      assert.equal(ids(site.received).size, RETRIED.length);
    },
  );

  for (const [status, code] of [
    [400, "not_json"],
    [413, "too_large"],
    [415, "content_type"],
    [422, "signal_mismatch"],
  ]) {
    once(`rejected by the receiver with ${status} ${code}, it is not sent again`, async ({ site, open }) => {
      site.model(signalling("hello", "later"));
      site.answer = ({ signal }) =>
        signal.data.stage === "hello" ? { status, body: refusal(code, "what to do") } : { status: 202 };
      const page = await open("/");
      await track(page, "hello");
      await emptied(page);
      await track(page, "later");
      await site.signals(2);
      assert.deepEqual(
        site.received.map(({ signal }) => signal.data.stage),
        ["hello", "later"],
      );
      const complaints = await page.complaints();
      assert.equal(complaints.length, 1, "one warning");
      assert.match(complaints[0], /^leadscore: /);
    });
  }

  everywhere("it is sent again after 0.5 s, 1 s, 2 s, each with jitter", async ({ site, open }) => {
    site.model(signalling("hello"));
    site.answer = (_, n) => ({ status: n < 4 ? 503 : 202 });
    await track(await open("/"), "hello");
    const waits = gaps(await site.signals(4));
    for (const [index, seconds] of waits.entries()) {
      const most = 0.5 * 2 ** index;
      assert.ok(seconds >= most / 2 - 0.02 && seconds <= most + 1, `wait ${index + 1}: ${seconds} s`);
    }
  });

  for (const [what, value, least] of /** @type {[string, () => string, number][]} */ ([
    ["seconds", () => "2", 1.9],
    ["a date", () => new Date(Date.now() + 3000).toUTCString(), 1.9],
  ])) {
    everywhere(`Retry-After in ${what} is respected, also by the next page`, async ({ site, open }) => {
      site.model(signalling("hello", "again"));
      site.answer = (_, n) => (n === 1 ? { status: 429, headers: { "retry-after": value() } } : { status: 202 });
      const page = await open("/");
      await track(page, "hello");
      await site.signals(1);
      await page.until(() => localStorage["leadscore.retry"]);
      site.pages({ before: ["beacon-false"] });
      await page.goto(`${site.origin}/next`);
      await started(page);
      await track(page, "again");
      const fetched = () => site.received.filter(({ type }) => type === JSON_TYPE);
      await site.until(() => fetched().length >= 3, "both signals");
      const [first, second] = fetched();
      assert.ok(second.at - first.at >= least * 1000, `${second.at - first.at} ms`);
    });
  }

  everywhere(
    "a slow endpoint gets one signal at a time, each once, with more than 64 kB in total",
    async ({ site, open }) => {
      const stages = Array.from({ length: 50 }, (_, index) => `stage-${index}`);
      site.model(signalling(...stages));
      site.answer = () => ({ status: 202, delay: 40 });
      const page = await open("/");
      for (let first = 0; first < 50; first += 5) {
        await page.run((stages) => stages.forEach((stage) => leadscore.track(stage)), stages.slice(first, first + 5));
        await site.signals(first + 2);
      }
      const posts = await site.signals(50);
      assert.equal(ids(posts).size, 50);
      const bytes = posts.reduce((sum, { signal }) => sum + JSON.stringify(signal).length, 0);
      assert.ok(bytes > 65_536, `${bytes} bytes`);
      assert.ok(Math.min(...gaps(posts)) >= 0.03, "one after the other");
    },
  );

  everywhere(
    "an endpoint that never answers does not hold up the page, and the next page tries again",
    async ({ site, open }) => {
      site.model(signalling("hello"));
      site.answer = (_, n) => (n === 1 ? "hang" : { status: 202 });
      const page = await open("/");
      await track(page, "hello");
      await site.signals(1);
      await page.goto(`${site.origin}/next`);
      await started(page);
      await emptied(page);
      assert.equal(ids(site.received).size, 1);
    },
  );

  everywhere(
    "when the page is left, waiting signals go by beacon, and are kept until they are acknowledged",
    async ({ site, open }) => {
      site.model(signalling("hello", "again"));
      site.answer = () => "hang";
      site.page("/blank", { tag: null });
      const page = await open("/");
      await track(page, "hello");
      await site.signals(1);
      await track(page, "again");
      await page.goto(`${site.origin}/blank`);
      const [, beacon] = await site.signals(2);
      assert.deepEqual([beacon.signal.data.stage, beacon.type.split(";")[0]], ["again", "text/plain"]);
      assert.equal((await waiting(page)).length, 2, "a beacon has no answer that can be read");
      site.answer = () => ({ status: 202 });
      await page.goto(`${site.origin}/`);
      await started(page);
      await emptied(page);
      const beacons = site.received.filter(({ type }) => type !== JSON_TYPE);
      assert.deepEqual(
        beacons.map(({ signal }) => signal.data.stage),
        ["again"],
        "each by one beacon",
      );
      assert.equal(ids(site.received.slice(2).filter(({ type }) => type === JSON_TYPE)).size, 2);
      assert.equal(ids(site.received).size, 2);
    },
  );

  everywhere("a signal whose stage is reached at the last moment is sent", async ({ site, open }) => {
    site.model({
      name: "last-moment",
      rules: [{ id: "form", event: "form_submit", points: 10 }],
      stages: [{ id: "lead", at: 10 }],
    });
    site.page("/", { body: '<form action="/blank.html"><button>Send</button></form>' });
    site.page("/blank.html", { tag: null });
    const page = await open("/");
    await page.click("button");
    await site.signals(1);
    await page.until(() => location.pathname === "/blank.html");
  });

  everywhere("a rejected beacon loses nothing", async ({ site, open }) => {
    site.model(signalling("hello"));
    site.pages({ before: ["beacon-false"] });
    site.answer = () => ({ status: 503 });
    const page = await open("/");
    await track(page, "hello");
    await site.signals(1);
    await page.until(() => localStorage["leadscore.retry"]);
    site.answer = () => ({ status: 202 });
    await page.goto(`${site.origin}/next`);
    await started(page);
    await emptied(page);
    assert.deepEqual(
      site.received.filter(({ type }) => type !== JSON_TYPE),
      [],
    );
  });

  everywhere("when the network is back, it is sent at once", async ({ site, open }) => {
    site.model(signalling("hello"));
    site.answer = (_, n) => (n < 5 ? "destroy" : { status: 202 });
    const page = await open("/");
    await page.run(() => {
      window.retries = new Set();
      setInterval(() => "leadscore.retry" in localStorage && retries.add(localStorage["leadscore.retry"]), 5);
    });
    await track(page, "hello");
    await page.until(() => retries.size === 4); // the next would be 2 to 4 s later
    await page.run(() => dispatchEvent(new Event("online")));
    const at = performance.now();
    await site.signals(5);
    assert.ok(performance.now() - at < 1500, "at once");
  });

  everywhere("a signal that could not be sent for a day is dropped", async ({ site, open }) => {
    site.model(signalling("old", "young"));
    site.page("/tomorrow", { before: ["beacon-false", `date?ahead=${25 * 3600_000}`] });
    site.pages({ before: ["beacon-false"] });
    site.answer = () => ({ status: 503 });
    const page = await open("/");
    await track(page, "old");
    await site.signals(1);
    await page.until(() => localStorage["leadscore.retry"]);
    await page.goto(`${site.origin}/tomorrow`);
    site.answer = () => ({ status: 202 });
    await started(page);
    await track(page, "young");
    await emptied(page);
    const tomorrow = site.received.filter(({ headers }) => headers.referer.endsWith("/tomorrow"));
    assert.deepEqual(
      tomorrow.map(({ signal }) => signal.data.stage),
      ["young"],
    );
  });

  everywhere("no more than 100 signals and 64 kB wait; the oldest go first", async ({ site, open }) => {
    site.model(signalling("one", "two", "three"));
    site.answer = () => ({ status: 503 });
    const page = await open("/");
    const made = await page.run(() => {
      const made = [];
      leadscore.on("signal", ({ id }) => made.push(id));
      for (let visitor = 0; visitor < 50; visitor += 1) {
        for (const stage of ["one", "two", "three"]) leadscore.track(stage);
        leadscore.reset();
      }
      return made;
    });
    assert.equal(made.length, 150);
    await site.signals(1);
    const out = Object.entries(await kept(page)).filter(([key]) => key.startsWith("leadscore.out."));
    const bytes = out.reduce((sum, [, value]) => sum + value.length, 0);
    assert.ok(out.length >= 40 && out.length <= 100, `${out.length} signals`);
    assert.ok(bytes <= 67_000, `${bytes} bytes`);
    const there = (id) => out.some(([key]) => key.endsWith(id));
    assert.deepEqual([there(made.at(-1)), there(made[0])], [true, false]);
    assert.ok((await kept(page))["leadscore.lead.2"]);
  });

  for (const [what, name, throws] of [
    ["cannot be stored", "setItem", "QuotaExceededError"],
    ["cannot be read", "getItem", "InvalidStateError"],
  ])
    once(`a signal that ${what} for a moment outlives its page`, async ({ site, open }) => {
      site.model(signalling("hello", "again"));
      site.answer = () => "destroy";
      const page = await open("/");
      await page.run(
        (name, throws) => {
          window.made = [];
          leadscore.on("signal", ({ id }) => made.push(id));
          // As Firefox does now and then: once for each signal.
          const seen = new Set();
          const real = Storage.prototype[name];
          Storage.prototype[name] = function (key, ...rest) {
            const isFirst = key.startsWith("leadscore.out.") && !seen.has(key) && seen.add(key);
            if (isFirst) throw new DOMException("busy", throws);
            return real.call(this, key, ...rest);
          };
        },
        name,
        throws,
      );
      await track(page, "hello");
      await track(page, "again");
      const made = await page.run(() => window.made);
      assert.equal(made.length, 2);
      site.pages({ before: ["beacon-false"] });
      await page.goto(`${site.origin}/next`);
      await started(page);
      const taken = new Set();
      site.answer = ({ signal }) => (taken.add(signal.id), { status: 202 });
      await page.run(() => dispatchEvent(new Event("online")));
      await site.until(() => taken.size === 2, "both signals");
      assert.deepEqual([...taken].sort(), made.sort());
    });

  const down = async ({ site, newVisitor }) => {
    // Four visitors in turn, each of whom trips 25 stages on five pages and closes them; visitors cannot share a
    // storage.
    const stages = Array.from({ length: 25 }, (_, index) => `stage-${index}`);
    site.model(signalling(...stages));
    site.page("/blank", { tag: null });
    const made = new Set();
    const visitors = [];
    site.answer = () => "destroy";
    for (let index = 0; index < 4; index += 1) {
      const visitor = await newVisitor();
      visitors.push(visitor);
      for (let first = 0; first < 25; first += 5) {
        const page = await visitor.open("/");
        await page.run(() => {
          window.made = [];
          leadscore.on("signal", ({ id }) => window.made.push(id));
        });
        await page.run((stages) => stages.forEach((stage) => leadscore.track(stage)), stages.slice(first, first + 5));
        await page.until(() => window.made.length === 5);
        (await page.run(() => window.made)).forEach((id) => made.add(id));
        if (first < 20) await page.close();
        else await page.goto(`${site.origin}/blank`);
      }
    }
    assert.equal(made.size, 100);
    const taken = new Set();
    site.answer = ({ signal }) => (taken.add(signal.id), { status: 202 });
    for (const visitor of visitors) {
      const page = await visitor.open("/");
      await page.run(() => dispatchEvent(new Event("online")));
    }
    // A minute is the longest pause between two tries.
    await site.until(() => taken.size >= 100, "100 signals", 70_000).catch(() => {});
    assert.deepEqual([...taken].sort(), [...made].sort());
  };
  everywhere("an endpoint down while 100 signals are made: 100 arrive when it is up", down, {
    timeout: 2 * LONG_PATIENCE,
  });
});
