// Actions of the visitor count once. Actions of the page itself do not count.
import { counting, measuring } from "./lib/models.mjs";
import { silence } from "./lib/media.mjs";
import { suite } from "./lib/suite.mjs";
import { counted, counts, track } from "./lib/tag.mjs";
import assert from "node:assert/strict";

const before = ["date?step=1000"];
const END = { end: { event: "end" } };
const sleep = (time) => new Promise((done) => setTimeout(done, time));
const BY_DRIVER = { not: { webkit: "its driver has one button" } };

async function inTheEnd(page, expected) {
  await track(page, "end");
  await counted(page, { ...expected, end: 1 });
}

const own = (script) => `<script>${script}</script>`;

suite("hands", (everywhere, once) => {
  const MARK = 'data-lead-event="chosen" data-lead-plan="pro"';
  const LABELS = {
    "a marked label": `<label ${MARK}><input id="control" type="radio"><span id="text">Professional</span></label>`,
    "a label in a marked box": `<div ${MARK}><label id="text" for="control">Professional</label><input id="control" type="checkbox"></div>`,
    "a marked control": `<label><span id="text">Professional</span><input id="control" type="checkbox" ${MARK}></label>`,
    "a marked label of a list": `<label ${MARK}><span id="text">Size</span><select id="control"><option>1</select></label>`,
  };
  for (const [index, [what, body]] of Object.entries(LABELS).entries()) {
    (index ? once : everywhere)(
      `each click on ${what}, on its text or its control, is one event`,
      async ({ site, open }) => {
        site.model(counting({ chosen: { event: "chosen", where: { plan: "pro" } }, ...END }));
        site.page("/", { before, body });
        const page = await open("/");
        await page.click("#text");
        await counted(page, { chosen: 1 });
        if (!what.endsWith("list")) await page.click("#control");
        await page.click("#text");
        await inTheEnd(page, { chosen: what.endsWith("list") ? 2 : 3 });
      },
    );
  }

  everywhere(
    "the right mouse button does not count as a click, the middle one counts only on links",
    async ({ site, open }) => {
      site.model(counting({ marks: { event: "mark" }, clicks: { event: "click" }, ...END }));
      const mark = 'data-lead-event="mark"';
      const body = `<a id="a" href="https://partner.example/" ${mark}>A</a> <button id="b" ${mark}>B</button>`;
      site.page("/", { before: [...before, "stay"], body });
      const page = await open("/");
      await page.run(() => addEventListener("auxclick", (event) => event.preventDefault()));
      await page.tab.click("#a", { button: "right" });
      await page.tab.click("#b", { button: "right" });
      await page.tab.click("#b", { button: "middle" });
      await page.tab.click("#a", { button: "middle" });
      await inTheEnd(page, { marks: 1, clicks: 1 });
    },
    BY_DRIVER,
  );

  const SCROLLS = { scrolls: { event: "scroll" }, ...END };
  const box = (style, content = '<div style="height: 9000px">long</div>') =>
    `<main style="overflow: auto; ${style}">${content}</main>`;
  const WHOLE = "height: 90vh";
  // Style, content, and how often scrolling to the end counts.
  /** @type {Record<string, [string, string, number, boolean?]>} */
  const BOXES = {
    "an element that fills the window": [WHOLE, undefined, 4],
    "an element within a shadow root": [WHOLE, undefined, 4, true],
    "an element beside a menu": ["height: 90vh; width: 75vw; margin-left: 25vw", undefined, 4],
    "a small element": ["height: 40vh; width: 40vw", undefined, 0],
    "a carousel": [WHOLE, '<div style="width: 9000px; height: 10px">wide</div>', 0],
  };
  for (const [what, [style, content, expected, isShadow]] of Object.entries(BOXES)) {
    everywhere(`scrolling ${what} counts ${expected} times`, async ({ site, open }) => {
      site.model(counting(SCROLLS));
      const inner = box(style, content);
      const shadow = own(
        `document.querySelector("x-app").attachShadow({ mode: "open" }).innerHTML = ${JSON.stringify(inner)};`,
      );
      site.page("/", { before, policy: null, head: "<style>body { margin: 0 }</style>", body: isShadow ? `<x-app style="display: block"></x-app>${shadow}` : inner }); // prettier-ignore
      const page = await open("/");
      await page.click("body");
      const scroll = (isShadow) => {
        const main = (isShadow ? document.querySelector("x-app").shadowRoot : document).querySelector("main");
        main.scrollTo(9000, 9000);
      };
      // A real click on the element, because all engines can do it.
      await page.click(isShadow ? "x-app" : "main");
      await page.run(scroll, !!isShadow);
      if (expected) await counted(page, { scrolls: expected });
      await sleep(200);
      await inTheEnd(page, { scrolls: expected });
    });
  }

  everywhere("an element that fills the window, scrolled by a wheel, counts 4 times", async ({ site, open }) => {
    site.model(counting(SCROLLS));
    site.page("/", { before, head: "<style>body { margin: 0 }</style>", body: box(WHOLE) });
    const page = await open("/");
    await page.move(200, 200);
    await page.wheel(9000);
    await counted(page, { scrolls: 4 });
  });

  everywhere("an element that scrolls by itself does not count", async ({ site, open }) => {
    site.model(counting(SCROLLS));
    site.page("/", { before, body: box(WHOLE) });
    const page = await open("/");
    await page.run(() => document.querySelector("main").scrollTo(0, 9000));
    await sleep(200);
    await inTheEnd(page, { scrolls: 0 });
  });

  const VIDEO = {
    starts: { event: "video_start" },
    progress: { event: "video_progress" },
    ends: { event: "video_complete" },
  };
  const film = (attributes) =>
    `<video src="/film.wav" playsinline ${attributes} style="display: block; width: 300px; height: 90px"></video>`;
  const play = (page) => page.run(() => document.querySelector("video").play());
  /** @type {Record<string, [string, ((page: any) => any)?]>} */
  const BY_ITSELF = {
    "an untouched muted loop that plays by itself": ["autoplay muted loop"],
    "an untouched muted film that plays by itself": ["autoplay muted"],
    "an untouched muted loop that a script plays": ["muted loop", play],
    "a film of which a script looks for a picture": [
      "muted",
      (page) => page.run(() => (document.querySelector("video").currentTime = 1)),
    ],
  };
  for (const [index, [what, [attributes, act]]] of Object.entries(BY_ITSELF).entries()) {
    (index % 2 ? once : everywhere)(`${what} does not count`, async ({ site, open }) => {
      site.model(counting({ ...VIDEO, ...END }));
      site.page("/", { before, body: film(attributes) });
      const page = await open("/");
      await act?.(page);
      await sleep(1200);
      await inTheEnd(page, { starts: 0, progress: 0, ends: 0 });
    });
  }

  everywhere("a video that plays by itself counts after a click on it", async ({ site, open }) => {
    site.model(counting({ ...VIDEO, ...END }));
    site.page("/", { before, body: film("autoplay muted loop") });
    const page = await open("/");
    await page.click("video");
    await counted(page, { starts: 1 });
  });

  everywhere("the second video of a playlist counts separately", async ({ site, open }) => {
    site.model(counting({ ...VIDEO, ...END }));
    site.file("/second.wav", silence(1), "audio/wav");
    site.page("/", { before, body: film("muted") });
    const page = await open("/");
    await play(page);
    await counted(page, { starts: 1 });
    await page.run(() => {
      const video = document.querySelector("video");
      video.src = "/second.wav";
      return video.play();
    });
    await page.until(() => document.querySelector("video").ended);
    await counted(page, { starts: 2, ends: 1 });
  });

  for (const how of ["by a script", "by a hand"]) {
    everywhere(`a video in a shadow root counts, played ${how}`, async ({ site, open }) => {
      site.model(counting({ ...VIDEO, ...END }));
      const script = own(`const root = document.querySelector("x-film").attachShadow({ mode: "open" });
        root.innerHTML = ${JSON.stringify(film("muted"))};
        root.querySelector("video").onclick = ({ target }) => target.play();`);
      site.page("/", { before, policy: null, body: `<x-film style="display: inline-block"></x-film>${script}` });
      const page = await open("/");
      if (how === "by a hand") await page.click("x-film");
      else await page.run(() => document.querySelector("x-film").shadowRoot.querySelector("video").play());
      await counted(page, { starts: 1, progress: 4, ends: 1 });
    });
  }

  const FRAMED = {
    "an embedded frame": '<iframe src="/form"></iframe>',
    "a frame within a frame": '<iframe src="/outer"></iframe>',
    "an embedded object": '<object data="/form" type="text/html"></object>',
  };
  for (const [what, body] of Object.entries(FRAMED)) {
    once(`time in ${what} counts as engaged time, for five minutes`, async ({ site, open }) => {
      site.model(measuring({ page: "engaged_seconds" }, 400));
      site.page("/form", { tag: null, before: [], body: "<textarea></textarea>" });
      site.page("/outer", { tag: null, before: [], body: '<iframe src="/form"></iframe>' });
      site.page("/", { before: ["clock?now=1800000000000"], body: `${body}<input>` });
      const page = await open("/");
      const pass = (seconds) =>
        page.run((seconds) => {
          for (let second = 0; second < seconds; second += 1) clock.tick(1000);
        }, seconds);
      const enter = () =>
        page.until(() => {
          /** @type {any} */
          let inner = document.activeElement;
          for (let within = document; within; within = inner?.contentDocument) {
            inner = within.querySelector("iframe, object, textarea");
            inner?.focus();
          }
          return inner?.localName === "textarea";
        });
      await enter();
      await pass(60);
      const soon = (await counts(page)).page;
      assert.ok(soon >= 58 && soon <= 61, `${soon} s of 60`);
      await pass(900);
      const late = (await counts(page)).page;
      assert.ok(late >= 290 && late <= 331, `${late} s of 960`);
    });
  }

  once("time in a frame of another site counts as engaged time", async ({ site, open }) => {
    site.model(measuring({ page: "engaged_seconds" }, 400));
    site.page("/form", { tag: null, before: [], body: "<textarea></textarea>" });
    site.page("/", { before: ["clock?now=1800000000000"], body: `<iframe src="${site.other}/form"></iframe>` });
    const page = await open("/");
    await page.click("iframe");
    await page.until(() => document.activeElement.localName === "iframe");
    await page.run(() => {
      for (let second = 0; second < 60; second += 1) clock.tick(1000);
    });
    const { page: seen } = await counts(page);
    assert.ok(seen >= 58 && seen <= 61, `${seen} s of 60`);
  });
});
