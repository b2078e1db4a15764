// Whatever the storage and the clock do, the page works and the visitor is scored.
import assert from "node:assert/strict";
import { counting, signalling } from "./lib/models.mjs";
import { suite } from "./lib/suite.mjs";
import { counted, counts, kept, started, track } from "./lib/tag.mjs";

const COUNTS = { views: { event: "page_view" }, said: { event: "said" } };

suite("storage", (everywhere, once) => {
  for (const [what, name] of [
    ["blocked", "blocked-storage"],
    ["full", "full-storage"],
    ["null", "null-storage"],
  ]) {
    everywhere(
      `with storage that is ${what}, the visit is scored in memory and signals go out`,
      async ({ site, open }) => {
        site.model(signalling("said"));
        site.pages({ before: [name] });
        const page = await open("/");
        await track(page, "said");
        const [{ signal }] = await site.signals(1);
        assert.equal(signal.data.stage, "said");
        assert.equal((await page.run(() => leadscore.snapshot())).stage, "said");
      },
    );
  }

  everywhere("with full storage, a rejected signal is sent again from memory", async ({ site, open }) => {
    site.model(signalling("said"));
    site.pages({ before: ["full-storage"] });
    site.answer = (_, n) => ({ status: n < 3 ? 503 : 202 });
    await track(await open("/"), "said");
    const posts = await site.signals(3);
    assert.equal(new Set(posts.map(({ signal }) => signal.id)).size, 1);
  });

  everywhere("storage that fills up later does not stop the scoring", async ({ site, open }) => {
    site.model(counting(COUNTS));
    site.pages({ before: ["date?step=1000"] });
    const page = await open("/");
    await track(page, "said");
    await counted(page, { said: 1 });
    await page.run(() => {
      Storage.prototype.setItem = () => {
        throw new DOMException("full", "QuotaExceededError");
      };
    });
    await track(page, "said");
    await counted(page, { said: 2 });
  });

  everywhere(
    "data that storage refused is stored when there is space, without another event",
    async ({ site, open }) => {
      site.model(counting(COUNTS));
      site.pages({ before: ["full-storage"] });
      site.page("/blank", { tag: null, before: [] });
      const blank = await open("/blank", { start: false });
      const setItem = await blank.run(() => String(Storage.prototype.setItem));
      assert.match(setItem, /native code/);
      const page = await open("/");
      await track(page, "said");
      await page.run(() => new Promise((done) => setTimeout(done, 500)));
      assert.deepEqual(await kept(blank), {});
      await page.run(() => {
        const frame = document.createElement("iframe");
        document.body.append(frame);
        Storage.prototype.setItem = /** @type {any} */ (frame.contentWindow).Storage.prototype.setItem;
      });
      await blank.until(() => localStorage["leadscore.lead.2"]);
    },
  );

  everywhere("if storage is full, the newest events replace the oldest", async ({ site, open }) => {
    site.model(counting({ said: { event: "said", distinct: "n" }, heard: { event: "heard" } }));
    site.file(
      "/quota.js",
      `const { setItem } = Storage.prototype;
       window.refusals = 0;
       Storage.prototype.setItem = function (key, value) {
         if (key === "leadscore.lead.2" && value.length > 250) {
           refusals += 1;
           throw new DOMException("full", "QuotaExceededError");
         }
         setItem.call(this, key, value);
       };`,
    );
    site.pages({ before: ["date?step=1000"], head: '<script src="/quota.js"></script>' });
    const [page, other] = [await open("/"), await open("/")];
    for (let n = 0; n < 60; n += 1) await track(page, "said", { n });
    await counted(page, { said: 60 });
    for (let n = 0; n < 5; n += 1) await track(page, "heard");
    await page.until(() => refusals > 3);
    await page.run(() => new Promise((done) => setTimeout(done, 500)));
    // The tabs must stop writing, although neither of them can store its whole state.
    const writes = await other.run(async () => {
      const writes = [];
      addEventListener("storage", ({ key }) => writes.push(key));
      await new Promise((done) => setTimeout(done, 2_000));
      return writes;
    });
    assert.deepEqual(writes, []);
    const next = await open("/");
    const { said, heard } = await counts(next);
    assert.equal(heard, 5);
    assert.ok(said > 10 && said < 60, `${said} of 60`);
  });

  everywhere("storage denied in the middle of a visit loses no events", async ({ site, open }) => {
    site.model(counting(COUNTS));
    site.pages({ before: ["date?step=1000"], tag: { consent: "pending" } });
    const page = await open("/");
    await page.run(() => leadscore.consent("granted"));
    await track(page, "said");
    await page.until(() => localStorage["leadscore.lead.2"]);
    await page.run(() => {
      for (const name of ["getItem", "setItem", "removeItem"]) {
        Storage.prototype[name] = () => {
          throw new DOMException("denied", "SecurityError");
        };
      }
    });
    for (let n = 0; n < 3; n += 1) await track(page, "said");
    await counted(page, { views: 1, said: 4 });
  });

  everywhere("the visitor's data is available on the next page", async ({ site, open }) => {
    site.model(counting(COUNTS));
    site.page("/next", { before: ["date?ahead=60000"] });
    const page = await open("/");
    await track(page, "said");
    await counted(page, { said: 1 });
    await page.goto(`${site.origin}/next`);
    await started(page);
    await counted(page, { views: 2, said: 1 });
  });

  everywhere("only its own keys are stored, and no cookie unless asked for", async ({ site, open }) => {
    site.model(signalling("said"));
    site.answer = () => ({ status: 503 });
    const page = await open("/");
    await track(page, "said");
    await site.signals(1);
    await page.until(() => Object.keys(localStorage).some((key) => key.startsWith("leadscore.out.")));
    const names = Object.keys(await kept(page));
    const id = site.received[0].signal.id;
    const own = ["leadscore.lead.2", "leadscore.session", `leadscore.out.${id}`, "leadscore.retry"];
    assert.deepEqual(
      names.filter((name) => !own.includes(name)),
      [],
    );
    assert.ok(names.includes(`leadscore.out.${id}`));
    assert.equal(await page.run(() => document.cookie), "");
    assert.equal(await page.run(() => sessionStorage.length), 0);
  });

  for (const [what, spoil] of /** @type {[string, (value: string) => string][]} */ ([
    ["garbage", () => "garbage"],
    ["empty", () => ""],
    ["cut off", (value) => value.slice(0, value.length / 2)],
    ["under a damaged number", (value) => `9${value.slice(1)}`],
    ["of nobody", (value) => value.replace(/\.[\w-]*\./, "..")],
    ["of somebody whose id could not have been made", (value) => value.replace(/\.[\w-]*\./, ".-.")],
    ["a megabyte long", (value) => value + "A".repeat(1_000_000)],
    ["not text that it could have written", () => "\ud800\u0000{}"],
  ])) {
    once(`a stored state that is ${what} starts at zero`, async ({ site, open }) => {
      site.model(counting(COUNTS));
      site.page("/blank", { tag: null });
      const page = await open("/");
      await counted(page, { views: 1 });
      await page.goto(`${site.origin}/blank`);
      for (const name of ["leadscore.lead.2", "leadscore.session"]) {
        const value = await page.run((name) => localStorage[name], name);
        assert.ok(value, `${name} is stored`);
        await page.run((name, value) => (localStorage[name] = value), name, spoil(value));
      }
      await page.goto(`${site.origin}/`);
      await started(page);
      await track(page, "said");
      await counted(page, { said: 1 });
      assert.ok((await counts(page)).views >= 1);
      // Afterwards all is well again.
      await page.reload();
      await started(page);
      await counted(page, { said: 1 });
      await page.complaints();
    });
  }

  everywhere("forged storage events delete nothing", async ({ site, open }) => {
    site.model(signalling("said"));
    site.answer = () => ({ status: 503 });
    site.page("/frame", { tag: null });
    site.page("/", { tag: { cookie: "" }, body: '<iframe src="/frame"></iframe>' });
    const page = await open("/");
    await track(page, "said");
    await site.signals(1);
    await page.until(() => document.cookie.includes("leadscore=") && localStorage["leadscore.retry"]);
    const { "leadscore.retry": _, "leadscore.session": __, ...before } = await kept(page);
    await page.run(async () => {
      const frame = document.querySelector("iframe").contentWindow;
      frame.sessionStorage.setItem("leadscore.lead.2", "");
      frame.sessionStorage.clear();
      for (const storageArea of [null, localStorage, sessionStorage]) {
        for (const key of [null, "leadscore.lead", "leadscore.lead.2", "leadscore-consent"]) {
          for (const newValue of [null, "", "denied"]) {
            dispatchEvent(new StorageEvent("storage", { key, newValue, storageArea }));
          }
        }
      }
      await new Promise((done) => setTimeout(done, 300));
    });
    const { "leadscore.retry": ___, "leadscore.session": ____, ...after } = await kept(page);
    assert.deepEqual(after, before);
    assert.equal((await page.run(() => leadscore.snapshot())).stage, "said");
    assert.match(await page.run(() => document.cookie), /leadscore=\w+\./);
    // In WebKit the next test has the same cookies.
    await page.run(() => leadscore.consent("denied"));
  });

  everywhere("if the site's data is cleared, all tabs begin again as one visitor", async ({ site, open }) => {
    site.model(counting(COUNTS));
    site.pages({ before: ["date?step=1000"] });
    const tabs = [await open("/"), await open("/"), await open("/")];
    for (const tab of tabs) await track(tab, "said");
    for (const tab of tabs) await counted(tab, { said: 3 });
    const visitor = () => tabs[0].run(() => localStorage["leadscore.lead.2"]?.split(".")[1]);
    const before = await visitor();
    await tabs[1].run(() => localStorage.clear());
    // What a tab counts before it hears of it belongs to the former visitor.
    for (const tab of tabs) await tab.until(() => leadscore.snapshot().dimensions.said === 0);
    for (const tab of tabs) await track(tab, "said");
    for (const tab of tabs) await counted(tab, { said: 3 });
    assert.notEqual(await visitor(), before);
  });

  everywhere("the record of sessions is written after a burst of events, not at each event", async ({ site, open }) => {
    site.model(counting(COUNTS));
    const page = await open("/");
    const writes = await page.run(async () => {
      const writes = {};
      const { setItem } = Storage.prototype;
      Storage.prototype.setItem = function (key, value) {
        writes[key] = (writes[key] ?? 0) + 1;
        return setItem.call(this, key, value);
      };
      await new Promise((done) => setTimeout(done, 200));
      delete writes["leadscore.session"];
      for (let n = 0; n < 1000; n += 1) leadscore.track("said");
      await new Promise((done) => setTimeout(done, 300));
      return writes;
    });
    assert.equal(writes["leadscore.session"], 1);
  });

  everywhere("corrupted entries of the outbox do not block valid ones", async ({ site, open }) => {
    site.model(signalling("said"));
    site.page("/blank", { tag: null });
    const page = await open("/blank", { start: false });
    await page.run(() => {
      const id = (end) => `leadscore.out.${"A".repeat(21)}${end}`;
      localStorage[id("A")] = "garbage";
      localStorage[id("Q")] = "{}";
      localStorage[id("g")] = JSON.stringify({ __proto__: null, id: 7 });
      localStorage["leadscore.out.of stock"] = localStorage["leadscore.out."] = "the site's own";
      localStorage["leadscore.retry"] = "soon";
    });
    await page.goto(`${site.origin}/`);
    await started(page);
    await track(page, "said");
    await site.until(() => site.received.some(({ signal }) => signal?.data?.stage === "said"), "the signal");
    const { "leadscore.out.": one, "leadscore.out.of stock": two } = await kept(page);
    assert.deepEqual([one, two], ["the site's own", "the site's own"]);
    await page.complaints();
  });

  for (const [what, ahead, times] of [
    ["a day ahead", 86_400_000, 2],
    // Events dated by such a clock count again in ten years, and not before.
    ["ten years ahead", 3_652 * 86_400_000, 1],
    ["ten years behind", -3_652 * 86_400_000, 2],
  ]) {
    once(`a visit with a clock that is ${what} has no effect when the clock is right again`, async ({ site, open }) => {
      const fading = { event: "said", decay: { half_life: "1d" } };
      site.model(counting({ fading, said: { event: "said" }, views: { event: "page_view" } }));
      site.page("/wrong", { before: [`date?ahead=${ahead}`] });
      const page = await open("/wrong");
      await track(page, "said");
      await counted(page, { said: 1 });
      await page.goto(`${site.origin}/`);
      await started(page);
      await page.run(() => new Promise((done) => setTimeout(done, 1100)));
      await track(page, "said");
      await counted(page, { said: times, views: times });
      const left = (await counts(page)).fading;
      assert.ok(left > 0 && left <= times, `${left} points`);
    });
  }

  everywhere("a clock that steps back during a visit does no harm", async ({ site, open }) => {
    site.model(counting(COUNTS));
    site.pages({ before: ["date"] });
    const page = await open("/");
    await track(page, "said");
    await page.run(() => shiftDate(-86_400_000));
    await track(page, "said");
    await page.run(() => shiftDate(2 * 86_400_000));
    await track(page, "said");
    await counted(page, { views: 1, said: 3 });
  });

  everywhere("the cookie mirrors the state within a kilobyte, oldest hits dropped", async ({ site, open }) => {
    const rules = Array.from({ length: 12 }, (_, index) => [`r${index}`, { event: `e${index}`, distinct: "n" }]);
    site.model(counting(Object.fromEntries(rules)));
    site.pages({ tag: { cookie: "" }, before: ["date?step=1000"] });
    const page = await open("/");
    const cookie = () => page.run(() => /(?:^|; )(leadscore=[^;]*)/.exec(document.cookie)?.[1] ?? "");
    await page.run(() => leadscore.track("e0", { n: 0 }));
    await site.until(cookie, "a cookie");
    assert.match(await cookie(), /^leadscore=[\w-]+\.[\w-]+\.[\w-]+$/);
    await page.run(() => {
      for (let n = 0; n < 1200; n += 1) leadscore.track(`e${n % 12}`, { n });
    });
    await counted(page, { r11: 100 });
    await page.reload();
    await started(page);
    await counted(page, { r0: 100, r11: 100 });
    const length = (await cookie()).length;
    assert.ok(length > 300 && length <= 1024, `${length} bytes`);
    assert.deepEqual(await page.run(() => document.cookie.split("; ").map((entry) => entry.split("=")[0])), [
      "leadscore",
    ]);
  });
});
