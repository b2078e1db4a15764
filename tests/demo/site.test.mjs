// The company's site: its articles, video, downloads and newsletter, and the points for each.
import assert from "node:assert/strict";
import { test } from "node:test";
import { demo, open, shows, until, visit } from "./fixture.mjs";
import { PAGES } from "./pages.mjs";

const VIDEO = "/files/wayfold-night.webm";

const html = async (path) => (await fetch(demo.origin + path, { headers: { accept: "text/html" } })).text();
const linksOf = (text) => [...text.matchAll(/\b(?:href|src|poster)="([^"]+)"/g)].map(([, address]) => address);

test("every link of the site leads to an existing page and anchor", async () => {
  const known = new Map();
  const read = async (path) => {
    if (!known.has(path)) {
      const response = await fetch(demo.origin + path, { headers: { accept: "text/html" } });
      known.set(path, { status: response.status, text: await response.text() });
    }
    return known.get(path);
  };
  for (const path of PAGES) {
    for (const address of linksOf((await read(path)).text)) {
      const url = new URL(address, demo.origin + path);
      assert.equal(url.origin, demo.origin, `${path} leaves the site: ${address}`);
      const target = await read(url.pathname);
      if (url.pathname !== path) assert.equal(target.status, 200, `${path} leads to ${address}`);
      const fragment = url.hash.slice(1);
      if (fragment) assert.ok(target.text.includes(`id="${fragment}"`), `${path} leads to ${address}`);
    }
  }
});

test("every page has a title and a description of its own, and one first heading", async () => {
  const titles = new Set();
  for (const path of PAGES) {
    const text = await html(path);
    const [, title] = /<title>([^<]+)<\/title>/.exec(text);
    assert.ok(!titles.has(title), `twice: ${title}`);
    titles.add(title);
    assert.match(text, /<meta\s+name="description"\s+content="[^"]+"/, path);
    assert.equal(text.match(/<h1[ >]/g)?.length, 1, path);
  }
});

test("posts and help pages count once each, the lists of them do not", async () => {
  await visit(async (page, posts) => {
    await open(page, "/blog");
    await shows(page, { score: 0 });
    await page.getByRole("link", { name: "Why we plan before the orders are in" }).click();
    await page.waitForURL("**/blog/planning-before-the-orders");
    await shows(page, { score: 3 });
    await open(page, "/blog/what-a-missed-window-costs");
    await shows(page, { score: 6 });
    await page.reload();
    await shows(page, { score: 6 });

    await open(page, "/help");
    await shows(page, { score: 6 });
    await page.getByRole("link", { name: "Your first plan" }).click();
    await page.waitForURL("**/help/first-plan");
    await shows(page, { score: 11 });
    await page.getByRole("link", { name: "Next: late orders" }).click();
    await page.waitForURL("**/help/late-orders");
    await shows(page, { score: 16 });
    assert.deepEqual(posts, []);
  });
});

test("the newsletter thanks, counts once, and sends nothing", async () => {
  await visit(async (page, posts) => {
    await open(page, "/newsletter");
    await page.getByRole("button", { name: "Subscribe" }).click();
    assert.ok(await page.locator("#newsletter").isVisible(), "an address is asked for");
    await shows(page, { score: 0 });

    await page.getByLabel("Your email").fill("sam@example.com");
    await page.keyboard.press("Enter");
    await page.getByRole("heading", { name: "Subscribed, in theory" }).waitFor();
    assert.equal(await page.evaluate(() => document.activeElement.id), "newsletter-thanks");
    await shows(page, { score: 10, segment: "visitor" });
    assert.equal(new URL(page.url()).search, "");

    await page.getByRole("button", { name: "Send the form again" }).click();
    assert.equal(await page.getByLabel("Your email").inputValue(), "");
    await page.getByLabel("Your email").fill("sam@example.com");
    await page.getByRole("button", { name: "Subscribe" }).click();
    await page.locator("#newsletter-thanks").waitFor();
    await shows(page, { score: 10 });
    assert.deepEqual(posts, []);
  });
});

test("the checklist is a PDF for screen readers too, and counts", async () => {
  await visit(async (page) => {
    await open(page, "/blog");
    const downloaded = page.waitForEvent("download");
    await page.getByRole("link", { name: "Download the checklist" }).click();
    assert.equal((await downloaded).suggestedFilename(), "wayfold-checklist.pdf");
    await shows(page, { score: 10 });
  });
  const response = await fetch(`${demo.origin}/files/wayfold-checklist.pdf`);
  assert.equal(response.headers.get("content-type"), "application/pdf");
  const bytes = Buffer.from(await response.arrayBuffer()).toString("latin1");
  assert.match(bytes, /^%PDF-/);
  assert.match(bytes, /\/StructTreeRoot/);
  assert.match(bytes, /\/Lang \(en\)/);
});

test("half of the video counts; nothing is loaded before it is played", async () => {
  await visit(async (page, posts, asked) => {
    await open(page, "/product");
    assert.ok(!asked.includes(VIDEO));
    const video = page.locator("video");
    assert.equal(await video.evaluate(({ videoWidth, clientHeight }) => videoWidth === 0 && clientHeight > 100), true);
    await video.evaluate(async (film) => {
      film.playbackRate = 4;
      await film.play();
    });
    await until(
      () => video.evaluate(({ currentTime }) => currentTime),
      (seconds) => seconds > 2,
    );
    await shows(page, { score: 0 });
    assert.deepEqual(
      await video.evaluate(({ duration, textTracks: [track] }) => [duration, track.mode, track.cues.length]),
      [30, "showing", 5],
    );
    await video.evaluate((film) => void (film.currentTime = 14.5));
    await shows(page, { score: 10 });
    assert.deepEqual(posts, []);
  });
});

test("files are served in ranges, as players request them", async () => {
  const part = async (range) => fetch(demo.origin + VIDEO, { headers: range ? { range } : {} });
  const whole = Buffer.from(await (await part()).arrayBuffer());
  const { length } = whole;
  for (const [range, from, to] of /** @type {[string, number, number][]} */ ([
    ["bytes=0-99", 0, 100],
    ["bytes=100-", 100, length],
    [`bytes=${length - 1}-${length + 50}`, length - 1, length],
  ])) {
    const response = await part(range);
    assert.equal(response.status, 206, range);
    assert.equal(response.headers.get("content-range"), `bytes ${from}-${to - 1}/${length}`);
    assert.deepEqual(Buffer.from(await response.arrayBuffer()), whole.subarray(from, to), range);
  }
  const beyond = await part(`bytes=${length}-`);
  assert.deepEqual([beyond.status, beyond.headers.get("content-range")], [416, `bytes */${length}`]);
  for (const range of ["bytes=5-2", "bytes=-", "lines=1-2", "bytes=0-1,5-6"]) {
    const response = await part(range);
    assert.ok(response.status === 416 || (await response.arrayBuffer()).byteLength === length, range);
  }
});

test("the panel and the footer lead to the signals, the playground and the inspector", async () => {
  const inspector = (page) => page.locator("leadscore-inspector").waitFor({ state: "attached" });
  await visit(async (page) => {
    const panel = page.locator(".panel");
    for (const name of ["Signals", "Playground"]) {
      await open(page, "/pricing?utm_source=letter");
      await panel.getByRole("link", { name }).click();
      await page.waitForURL(`**/${name.toLowerCase()}`);
    }
    await open(page, "/pricing?utm_source=letter");
    await panel.getByRole("link", { name: "Inspect" }).click();
    await inspector(page);
    assert.equal(new URL(page.url()).search, "?utm_source=letter&leadscore=inspect");
    await shows(page, { score: 20 });
  });
  await visit(async (page) => {
    await page.goto(`${demo.origin}/signals`);
    await page.getByRole("navigation", { name: "Footer" }).getByRole("link", { name: "Inspect your visit" }).click();
    await inspector(page);
  });
});

test("the home page first says what it demonstrates, and the panel is one line on a phone", async () => {
  await visit(async (page) => {
    await page.setViewportSize({ width: 390, height: 844 });
    await open(page, "/");
    const words = await page.locator("main").innerText();
    assert.ok(words.startsWith("This is a demo of leadscore."), words.slice(0, 80));
    const panel = page.locator(".panel");
    const height = async () => (await panel.boundingBox()).height;
    assert.ok((await height()) < 844 / 12, `${await height()} pixels`);
    const fold = page.getByRole("button", { name: "More" });
    assert.equal(await fold.getAttribute("aria-expanded"), "false");
    await fold.click();
    await panel.getByRole("link", { name: "Playground" }).waitFor();
    await page.getByRole("button", { name: "Less" }).click();
    assert.ok((await height()) < 844 / 12);
    await page.setViewportSize({ width: 1440, height: 900 });
    await panel.getByRole("link", { name: "Playground" }).waitFor();
  });
});
