// `node www/media/video.mjs`: renders the product's video (night.js) and its poster to www/site/files/ with Chromium's
// encoder. CHROMIUM sets another Chromium.
import { readFile, writeFile } from "node:fs/promises";
import { chromium } from "playwright-core";
import { args, executablePath } from "../../tests/lib/chromium.mjs";
import { webm } from "./webm.mjs";

// Encoders are for secure contexts; this address is one, and nobody has to listen there.
const ORIGIN = "http://localhost";
const FILES = new URL("../site/files/", import.meta.url);

const browser = await chromium.launch({ executablePath, args });
try {
  const page = await browser.newPage();
  await page.route(`${ORIGIN}/**`, async (route) => {
    const { pathname } = new URL(route.request().url());
    if (pathname !== "/night.js") return route.fulfill({ contentType: "text/html", body: "<!doctype html>" });
    return route.fulfill({
      contentType: "text/javascript",
      body: await readFile(new URL("night.js", import.meta.url)),
    });
  });
  await page.goto(ORIGIN);
  const { frames, poster, ...video } = await page.evaluate(encode);
  const bytes = frames.map((frame) => ({ ...frame, bytes: Buffer.from(frame.bytes, "base64") }));
  await writeFile(new URL("wayfold-night.webm", FILES), webm(bytes, video));
  await writeFile(new URL("wayfold-night.webp", FILES), Buffer.from(poster, "base64"));
} finally {
  await browser.close();
}

// In the page.
async function encode() {
  const FRAMES_PER_SECOND = 20;
  const KEY_EVERY = 5 * FRAMES_PER_SECOND;
  const { draw, HEIGHT: height, POSTER, SECONDS, WIDTH: width } = await import("/night.js");
  const base64 = (buffer) => new Uint8Array(buffer).toBase64();

  const canvas = new OffscreenCanvas(width, height);
  const context = canvas.getContext("2d", { alpha: false });
  const frames = [];
  let failure;
  const encoder = new VideoEncoder({
    output(chunk) {
      const bytes = new Uint8Array(chunk.byteLength);
      chunk.copyTo(bytes);
      frames.push({ time: chunk.timestamp / 1000, isKey: chunk.type === "key", bytes: base64(bytes) });
    },
    error: (error) => (failure = error),
  });
  encoder.configure({ codec: "vp09.00.31.08", width, height, bitrate: 110_000, framerate: FRAMES_PER_SECOND });
  for (let at = 0; at < SECONDS * FRAMES_PER_SECOND; at += 1) {
    if (failure) throw failure;
    draw(context, at / FRAMES_PER_SECOND);
    const frame = new VideoFrame(canvas, { timestamp: (at * 1_000_000) / FRAMES_PER_SECOND });
    encoder.encode(frame, { keyFrame: at % KEY_EVERY === 0 });
    frame.close();
    while (encoder.encodeQueueSize > 8)
      await new Promise((resolve) => encoder.addEventListener("dequeue", resolve, { once: true }));
  }
  await encoder.flush();

  draw(context, POSTER);
  const poster = base64(await (await canvas.convertToBlob({ type: "image/webp", quality: 0.85 })).arrayBuffer());
  return { frames, poster, codec: "V_VP9", width, height, duration: SECONDS * 1000 };
}
