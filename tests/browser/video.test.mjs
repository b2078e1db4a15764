// Videos on the page: start, progress and end.
import assert from "node:assert/strict";
import { counting } from "./lib/models.mjs";
import { suite } from "./lib/suite.mjs";
import { counted, track } from "./lib/tag.mjs";

const before = ["date?step=1000"];
const at = (percent) => ({ event: "video_progress", where: { video_percent: percent } });
const EVENTS = {
  starts: { event: "video_start" },
  progress: { event: "video_progress" },
  p10: at(10),
  p25: at(25),
  p50: at(50),
  p75: at(75),
  ends: { event: "video_complete" },
  end: { event: "end" },
};
// Two seconds of silence, which every engine plays.
const VIDEO = '<video src="/tour.wav" title="A tour" muted playsinline></video>';

const play = (page) => page.run(() => document.querySelector("video").play());
const ended = (page) => page.until(() => document.querySelector("video").ended);

async function inTheEnd(page, expected) {
  await track(page, "end");
  await counted(page, { ...expected, end: 1 });
}

suite("video", (everywhere) => {
  everywhere("a video counts at its start, at four points on the way, and at its end", async ({ site, open }) => {
    site.model(counting(EVENTS));
    site.pages({ before, body: VIDEO });
    const page = await open("/");
    await play(page);
    await counted(page, { starts: 1 });
    await ended(page);
    await counted(page, { starts: 1, progress: 4, p10: 1, p25: 1, p50: 1, p75: 1, ends: 1 });
  });

  everywhere("the properties of a video event", async ({ site, open }) => {
    const where = (percent) => ({
      video_title: "A tour",
      video_url: `${site.origin}/tour.wav`,
      video_provider: "html5",
      video_duration: 2,
      video_percent: percent,
    });
    site.model(
      counting({
        start: { event: "video_start", where: { ...where(0), video_current_time: { $lt: 1 } } },
        half: { event: "video_progress", where: { ...where(50), video_current_time: { $gte: 1, $lt: 2 } } },
        done: { event: "video_complete", where: { ...where(100), video_current_time: { $gte: 1.9 } } },
      }),
    );
    site.pages({ before, body: VIDEO });
    const page = await open("/");
    await play(page);
    await ended(page);
    await counted(page, { start: 1, half: 1, done: 1 });
  });

  everywhere("pausing and going on counts nothing twice", async ({ site, open }) => {
    site.model(counting(EVENTS));
    site.pages({ before, body: VIDEO });
    const page = await open("/");
    await play(page);
    await counted(page, { p25: 1 });
    await page.run(() => document.querySelector("video").pause());
    await play(page);
    await ended(page);
    await inTheEnd(page, { starts: 1, progress: 4, ends: 1 });
  });

  everywhere("a video that is not played, or cannot be played, does not count", async ({ site, open }) => {
    site.model(counting(EVENTS));
    site.pages({ before, body: `${VIDEO}<video id="broken" src="/missing.webm"></video>` });
    const page = await open("/");
    const plays = () =>
      /** @type {HTMLVideoElement} */ (document.querySelector("#broken")).play().then(
        () => true,
        () => false,
      );
    assert.equal(await page.run(plays), false);
    await inTheEnd(page, { starts: 0, progress: 0, ends: 0 });
  });
});
