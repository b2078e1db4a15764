// One demo and one browser for the tests of a file, and the actions of a visitor.
import assert from "node:assert/strict";
import { after, before } from "node:test";
import { PATIENCE } from "../lib/patience.mjs";
import { launchChromium, newVisitor, startDemo } from "./harness.mjs";

let browser;
export let demo;

before(async () => {
  demo = await startDemo();
  browser = await launchChromium();
});

after(async () => {
  await browser?.close();
  assert.equal(await demo?.stop(), 0, "the demo ends cleanly when it is told to");
});

// A fresh visitor; `posts` grows with each signal that is sent, `asked` with each path that is asked for. No page may
// have an error of its own, nor be kept from anything by its policy.
export async function visit(walk, { newContext = newVisitor } = {}) {
  await awaitDay(1);
  const context = await newContext(browser);
  context.setDefaultTimeout(PATIENCE);
  const posts = [];
  const asked = [];
  const errors = [];
  context.on("request", (request) => {
    const { pathname } = new URL(request.url());
    asked.push(pathname);
    if (request.method() === "POST") posts.push(request);
  });
  context.on("weberror", (error) => errors.push(error.error()));
  context.on("console", (message) => {
    if (/Content Security Policy|requires 'Trusted/i.test(message.text())) errors.push(message.text());
  });
  try {
    await walk(await context.newPage(), posts, asked);
    assert.deepEqual(errors, []);
  } finally {
    await context.close();
  }
}

const DAY = 86_400_000;
const MINUTE = 60_000;
const nextDay = () => Math.ceil((Date.now() + 1) / DAY) * DAY;

/** Waits for the next UTC day, if it begins within so many minutes: by limits that count by day, a visit is on one day. */
async function awaitDay(minutes) {
  const left = nextDay() - Date.now();
  if (left < minutes * MINUTE) await new Promise((begun) => setTimeout(begun, left));
}

/** Returns the present, or the last time today that is followed by so many minutes of the same UTC day. */
export const timeOfOneDay = (minutes) => Math.min(Date.now(), nextDay() - minutes * MINUTE);

export async function open(page, path) {
  await page.goto(demo.origin + path);
  await page.locator(".panel[data-score]").waitFor();
}

/**
 * Waits for the panel: it looks once a second. Scores fade from the first second, hence the tenth.
 *
 * @param {import("playwright-core").Page} page
 * @param {{ score?: number, segment?: string }} wanted
 */
export async function shows(page, { score, segment }) {
  const wanted = { score: score ?? null, segment: segment ?? null };
  await page
    .waitForFunction((want) => {
      /** @type {HTMLElement | null} */
      const panel = document.querySelector(".panel[data-score]");
      return (
        panel !== null &&
        (want.score === null || Math.abs(Number(panel.dataset.score) - want.score) < 0.1) &&
        (want.segment === null || panel.dataset.segment === want.segment)
      );
    }, wanted)
    .catch(async () => {
      assert.fail(`wanted ${JSON.stringify(wanted)}, the panel shows ${await page.locator(".panel").innerText()}`);
    });
}

export async function fillForm(page) {
  await page.getByLabel("Your name").fill("Sam");
  await page.getByLabel("Work email").fill("sam@example.com");
  await page.getByLabel("Company").fill("Example Foods");
  await page.locator("#demo button").click();
  await page.locator("#demo-thanks").waitFor();
}

// Sends the form and waits for what becomes of the signal: "answered" or "waiting".
export async function sendForm(page, outcome = "answered") {
  await fillForm(page);
  await page.locator(`.panel[data-signal=${outcome}]`).waitFor();
}

// The endpoint cannot be reached from this page on, until the function that this gives is called.
export async function cutOff(page) {
  const abort = (route) => route.abort();
  await page.context().route("**/signals", abort);
  return () => page.context().unroute("**/signals", abort);
}

// A signal that a page has made, with its visitor. One that is not delivered is known to nobody else.
export async function madeSignal({ isDelivered = true } = {}) {
  /** @type {any} */
  let made;
  await visit(async (page, posts) => {
    if (!isDelivered) await cutOff(page);
    await open(page, "/demo");
    await sendForm(page, isDelivered ? "answered" : "waiting");
    // It is stored, and so "waiting", before it is sent.
    await until(() => posts.length, Boolean);
    made = { signal: posts[0].postDataJSON(), visitor: await visitorOf(page) };
    // Nor does it go as the page does.
    await page.evaluate(() => leadscore.stop());
  });
  return made;
}

export function visitorOf(page) {
  return page.evaluate(() => localStorage.getItem("leadscore.lead.2").split(".")[1]);
}

export async function storedBy(page) {
  const visitor = await visitorOf(page);
  return (await stored()).filter((row) => row.visitor === visitor);
}

export async function stored() {
  const response = await fetch(`${demo.origin}/signals?kind=signal`, { headers: { accept: "application/json" } });
  return (await response.json()).signals;
}

// Requests that no page sends: any content with any headers.
export async function post(content, headers = {}, path = "/signals") {
  const isRaw = typeof content === "string" || content instanceof ReadableStream || ArrayBuffer.isView(content);
  const all = { origin: demo.origin, "content-type": "application/cloudevents+json", ...headers };
  /** @type {RequestInit & { duplex: "half" }} */
  const init = {
    method: "POST",
    headers: Object.fromEntries(Object.entries(all).filter(([, value]) => value !== undefined)),
    body: isRaw ? /** @type {BodyInit} */ (content) : JSON.stringify(content),
    duplex: "half",
  };
  const response = await fetch(demo.origin + path, init);
  return { status: response.status, ...(await response.json()) };
}

// Browsers and workers also work in the background: asks until the answer is right.
export async function until(ask, isRight) {
  const deadline = Date.now() + PATIENCE;
  for (;;) {
    const answer = await ask();
    if (isRight(answer)) return answer;
    assert.ok(Date.now() < deadline, `still ${JSON.stringify(answer)}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}
