// The guide at /guide: every page by keyboard, by search, without scripts, and without a violation of accessibility.
import assert from "node:assert/strict";
import { test } from "node:test";
import { addressOf, PAGES } from "../../www/docs/build/pages.mjs";
import { violations } from "./axe.mjs";
import { demo, visit } from "./fixture.mjs";
import { newVisitor } from "./harness.mjs";

const as = (options) => ({ newContext: (browser) => newVisitor(browser, options) });
const go = (page, slug) => page.goto(demo.origin + addressOf(slug));

test("the pages follow each other, and each is marked in the navigation", async () => {
  await visit(async (page) => {
    await go(page, "");
    for (const { slug } of PAGES) {
      assert.equal(new URL(page.url()).pathname, addressOf(slug));
      const current = page.getByRole("navigation", { name: "Guide" }).locator("[aria-current=page]");
      assert.equal(await current.getAttribute("href"), addressOf(slug));
      assert.equal(await page.getByRole("heading", { level: 1 }).count(), 1);
      const next = page.locator(".around .next");
      if (await next.count()) await next.click();
    }
    assert.equal(await page.locator(".around .next").count(), 0);
  });
});

test("a trailing slash leads to the same page, and a missing page is reported", async () => {
  const get = (path) => fetch(demo.origin + path, { redirect: "manual", headers: { accept: "text/html" } });
  const slash = await get("/guide/privacy/");
  assert.deepEqual([slash.status, slash.headers.get("location")], [308, "/guide/privacy"]);
  assert.equal((await get("/guide/nowhere")).status, 404);
});

test("no page is scored, and none requests anything but its own few files", async () => {
  await visit(async (page, posts, asked) => {
    for (const { slug } of PAGES) await go(page, slug);
    const own = /^\/(guide(\/.*)?|css\/(base|guide|guide-text)\.css|favicon\.svg)$/;
    assert.deepEqual(
      asked.filter((path) => !own.test(path)),
      [],
    );
    assert.equal(posts.length, 0);
  });
});

test("a heading is found by a word, and reached by keyboard alone", async () => {
  await visit(async (page) => {
    await go(page, "");
    await page.keyboard.press("Tab");
    assert.equal(await page.evaluate(() => document.activeElement.className), "skip");
    await page.getByLabel("Find in the guide").focus();
    await page.keyboard.type("half lifecycle nonsense");
    await page.getByText("no headings").waitFor({ state: "attached" });
    await page.keyboard.press("Escape");
    assert.equal(await page.getByLabel("Find in the guide").inputValue(), "");
    await page.keyboard.type("recycling");
    await page.getByText("1 heading", { exact: true }).waitFor({ state: "attached" });
    await page.keyboard.press("Tab");
    await page.keyboard.press("Enter");
    await page.waitForURL("**/guide/scoring-model#6-the-way-back-lifecycle-and-recycling");
    assert.ok(await page.getByRole("heading", { name: /The way back/ }).isVisible());
    // Fields and members are not headings of the page, but are found too.
    await page.getByLabel("Find in the guide").fill("half_life");
    await page.locator("#found a").click();
    await page.waitForURL("**/guide/model#decay-half_life");
  });
});

test("code is copied as it is written", async () => {
  await visit(
    async (page) => {
      await go(page, "website-owner");
      const block = page.locator(".code", { hasText: "data-endpoint" }).first();
      await block.getByRole("button", { name: "Copy" }).click();
      await block.getByRole("button", { name: "Copied" }).waitFor();
      const copied = await page.evaluate(() => navigator.clipboard.readText());
      assert.match(copied, /^<script type="module" src="\/leadscore\/tag\.js" data-model=.*<\/script>$/);
    },
    as({ permissions: ["clipboard-read", "clipboard-write"] }),
  );
});

test("a browser that may not write to the clipboard marks the code", async () => {
  await visit(async (page) => {
    await go(page, "website-owner");
    await page.evaluate(() => {
      navigator.clipboard.writeText = () => Promise.reject(new Error("no"));
    });
    const block = page.locator(".code").first();
    await block.getByRole("button", { name: "Copy" }).click();
    await block.getByRole("button", { name: "Press Ctrl+C" }).waitFor();
    assert.match(await page.evaluate(() => getSelection().toString()), /^npm install \.\.\/leadscore/);
  });
});

test("without scripts all content is there, without controls that need one", async () => {
  await visit(
    async (page) => {
      await go(page, "website-owner");
      assert.ok(await page.getByText("npm install ../leadscore/pkg").isVisible());
      assert.equal(await page.getByLabel("Find in the guide").isVisible(), false);
      assert.equal(await page.locator(".copy").first().isVisible(), false);
      await page.getByText("All pages").click();
      await page.getByRole("link", { name: "Troubleshooting" }).first().click();
      await page.waitForURL("**/guide/troubleshooting");
    },
    as({ javaScriptEnabled: false, viewport: { width: 390, height: 800 } }),
  );
});

// A tablet has the same parts as a phone, with more room, so their accessibility is the same.
for (const [width, colorScheme] of [
  [390, "light"],
  [768, "dark"],
  [1440, "dark"],
]) {
  test(`accessible, steady and within ${width} px, ${colorScheme}`, async () => {
    await visit(
      async (page) => {
        for (const { slug } of PAGES) {
          await go(page, slug);
          const wide = await page.evaluate(() => document.documentElement.scrollWidth);
          assert.ok(wide <= width, `${slug} is ${wide} px wide`);
          assert.equal(await page.evaluate(shift), 0, `${slug} shifts`);
          if (width !== 768) assert.deepEqual(await violations(page), [], slug);
        }
      },
      as({ colorScheme, viewport: { width, height: 900 } }),
    );
  });
}

/** Returns the layout shift since the start of the page, once it is stable. */
function shift() {
  return new Promise((resolve) => {
    let sum = 0;
    const add = (entries) => entries.forEach(({ value }) => (sum += value));
    const observer = new PerformanceObserver((list) => add(list.getEntries()));
    observer.observe({ type: "layout-shift", buffered: true });
    requestIdleCallback(() => {
      add(observer.takeRecords());
      resolve(sum);
    });
  });
}
