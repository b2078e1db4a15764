// The demo as a visitor meets it: a real Chromium, the real workerd, the package as built.
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { after, before, test } from "node:test";
import { compile } from "../../pkg/compile-node.js";
import init, { Model, verify } from "../../pkg/node.js";
import { launchChromium, startDemo } from "./harness.mjs";

// What the site's model gives for the walk from the prices to the demo form, page by page.
const WALK = [
  { path: "/pricing", score: 20, segment: "visitor" },
  { path: "/product/routing", score: 30, segment: "engaged" },
  { path: "/product/forecasts", score: 40, segment: "engaged" },
  { path: "/product/integrations", score: 70, segment: "engaged" },
  { path: "/demo", score: 75, segment: "engaged" },
];

let demo;
let browser;

before(async () => {
  demo = await startDemo();
  browser = await launchChromium();
});

after(async () => {
  await browser?.close();
  assert.equal(await demo?.stop(), 0, "the demo ends cleanly when it is told to");
});

test("the walk to the demo form stores one verified MQL, and sends nothing before it", async () => {
  await visit(async (page, posts) => {
    for (const { path, score, segment } of WALK) {
      await open(page, path);
      await shows(page, { score, segment });
      assert.match(await page.locator(".panel").innerText(), new RegExp(`^${score}\\n`));
    }
    await page.getByLabel("Your name").fill("Sam");
    await shows(page, { score: 85, segment: "near-mql" });
    assert.deepEqual(posts, [], "no request to the endpoint before a stage trips");

    await sendForm(page);
    await shows(page, { score: 125, segment: "mql" });
    assert.equal(posts.length, 1);

    // Recomputed here, in a third runtime, from the state that the signal carries.
    const [row, ...others] = await storedBy(page);
    assert.deepEqual(others, []);
    assert.equal(row.stage, "mql");
    await init();
    const model = new Model(compile(await readFile(new URL("../../www/model.json", import.meta.url), "utf8")));
    const snapshot = verify(model, row.signal);
    assert.equal(snapshot.stage, "mql");
    assert.equal(snapshot.score, row.score);
    assert.ok(Math.abs(row.score - 125) < 0.1);
    assert.doesNotMatch(JSON.stringify(row), /Sam|sam@|Example Foods|\/pricing/, "no form value, no address");

    await page.reload();
    await shows(page, { segment: "mql" });
    await sendForm(page);
    await open(page, "/pricing");
    assert.equal(posts.length, 1, "a stage that has tripped stays silent");
    assert.equal((await storedBy(page)).length, 1);

    await page.locator(".panel summary").click();
    const points = await page.locator(".panel tbody td").allInnerTexts();
    const sum = points.reduce((total, text) => total + Number(text.replace("−", "-")), 0);
    assert.ok(Math.abs(sum - 125) < 0.5, `the receipt adds up: ${points.join(" ")}`);
  });
});

test("a demo request alone is an MQL, and a replayed signal is dropped", async () => {
  const { signal, visitor } = await madeSignal();
  const answer = await post(signal);
  assert.deepEqual([answer.status, answer.code], [200, "duplicate"]);
  assert.equal((await stored()).filter((row) => row.visitor === visitor).length, 1);
});

test("the receiver believes only what it can recompute", async () => {
  // Held back by the page, so that only the untouched signal can be the first of its id.
  const { signal, visitor } = await madeSignal({ isDelivered: false });
  const changed = (change) => {
    const copy = structuredClone(signal);
    change(copy);
    return copy;
  };
  const flipped = (state) => {
    const bytes = Buffer.from(state, "base64url");
    bytes[bytes.length >> 1] ^= 0x01;
    return bytes.toString("base64url");
  };
  const cases = [
    ["a higher score", changed((copy) => (copy.data.snapshot.score += 15)), "signal_mismatch"],
    ["a later stage", changed((copy) => (copy.data.stage = "sql")), "signal_mismatch"],
    ["another reason", changed((copy) => (copy.data.reasons[0].points += 1)), "signal_mismatch"],
    ["another id", changed((copy) => (copy.id = `${copy.id}x`)), "signal_mismatch"],
    ["another visitor", changed((copy) => (copy.subject = "somebody-else")), "signal_mismatch"],
    ["another model", changed((copy) => (copy.data.model.hash = "0".repeat(22))), "signal_model"],
    ["a state with a flipped bit", changed((copy) => (copy.data.state = flipped(copy.data.state))), "state_corrupt"],
    ["an empty state", changed((copy) => (copy.data.state = "")), "state_corrupt"],
    ["an empty object", {}, "signal_syntax"],
    ["another site", changed((copy) => (copy.source = "https://elsewhere.example")), "foreign_signal"],
    ["a page that says it is the edge", changed((copy) => (copy.data.provenance = "edge")), "foreign_signal"],
  ];
  for (const [name, tampered, code] of cases) {
    const answer = await post(tampered);
    assert.deepEqual([answer.status, answer.code], [422, code], name);
    assert.equal(typeof answer.message, "string", name);
  }
  const rows = async () => (await stored()).filter((row) => row.visitor === visitor);
  assert.deepEqual(await rows(), []);

  const answer = await post({ ...signal, note: "a member that nobody vouches for" });
  assert.deepEqual([answer.status, answer.code], [201, "stored"]);
  assert.deepEqual(
    (await rows()).map((row) => row.signal),
    [signal],
  );
});

test("what is no signal is refused before it is looked into", async () => {
  const { signal } = await madeSignal();
  const body = JSON.stringify(signal);
  const large = "x".repeat(16 * 1024 + 1);
  const cases = [
    ["a foreign origin", body, { origin: "https://elsewhere.example" }, 403, "origin"],
    ["an opaque origin", body, { origin: "null" }, 403, "origin"],
    ["no origin", body, { origin: undefined }, 403, "origin"],
    ["plain text", body, { "content-type": "text/plain" }, 415, "content_type"],
    ["a form", body, { "content-type": "application/x-www-form-urlencoded" }, 415, "content_type"],
    ["another charset", body, { "content-type": "application/json; charset=utf-16" }, 415, "content_type"],
    ["a longer name of the type", body, { "content-type": "application/jsonp" }, 415, "content_type"],
    ["too much, before it is parsed", large, {}, 413, "too_large"],
    ["too much, of unknown length", new Blob([large]).stream(), {}, 413, "too_large"],
    ["no JSON", "{", {}, 400, "not_json"],
    ["nothing", "", {}, 400, "not_json"],
    ["a list", "[]", {}, 400, "not_json"],
    ["no UTF-8", Buffer.from([0x22, 0xff, 0x22]), {}, 400, "not_json"],
  ];
  for (const [name, content, headers, status, code] of cases) {
    const answer = await post(content, headers);
    assert.deepEqual([answer.status, answer.code], [status, code], name);
  }

  const accepted = await post(body, { "content-type": "application/json; charset=utf-8" });
  assert.equal(accepted.code, "duplicate", "the same content, sent as it should be, is known");
  const put = await fetch(`${demo.origin}/signals`, { method: "PUT", body });
  assert.deepEqual([put.status, put.headers.get("allow")], [405, "GET, HEAD, POST"]);
});

test("logs hold no query string and no visitor", async () => {
  const { signal, visitor } = await madeSignal();
  await post(signal, {}, "/signals?email=sam@example.com");
  assert.match(demo.log(), /POST \/signals 200/);
  assert.doesNotMatch(demo.log(), new RegExp(`email|sam|${visitor}`));
});

test("a signal waits for a backend that is out of reach, and is sent from the next page", async () => {
  await visit(async (page, posts) => {
    await page.route("**/signals", (route) => route.abort());
    await open(page, "/demo");
    await sendForm(page, "waiting");
    await page.unroute("**/signals");
    await open(page, "/customers");
    await page.locator(".panel[data-signal=accepted]").waitFor();
    assert.equal(posts.length, 2);
    assert.equal((await storedBy(page)).length, 1);
    await open(page, "/pricing");
    assert.equal(posts.length, 2, "what was accepted is not sent again");
  });
});

test("two tabs lose no hit, and forget together", async () => {
  await visit(async (page) => {
    const other = await page.context().newPage();
    await Promise.all([open(page, "/pricing"), open(other, "/product/routing")]);
    await open(page, "/customers");
    await shows(page, { score: 40 });
    await shows(other, { score: 40 });

    await page.locator(".panel summary").click();
    await page.getByRole("button", { name: "Start over" }).click();
    await shows(page, { score: 0 });
    await shows(other, { score: 0 });
    await other.reload();
    await shows(other, { score: 10 });
  });
});

test("an applicant is no lead", async () => {
  await visit(async (page) => {
    await open(page, "/pricing");
    await open(page, "/careers");
    await shows(page, { score: 0, segment: "visitor" });
  });
});

test("starting over forgets the visit", async () => {
  await visit(async (page) => {
    await open(page, "/pricing");
    const first = await visitorOf(page);
    await page.locator(".panel summary").click();
    await page.getByRole("button", { name: "Start over" }).click();
    await shows(page, { score: 0 });
    await open(page, "/customers");
    await shows(page, { score: 10 });
    assert.notEqual(await visitorOf(page), first);
  });
});

test("a page whose storage is blocked scores what it sees", async () => {
  await visit(async (page, posts) => {
    await page.addInitScript(() => {
      Object.defineProperty(globalThis, "localStorage", {
        get() {
          throw new DOMException("blocked", "SecurityError");
        },
      });
    });
    await open(page, "/demo");
    await shows(page, { score: 5 });
    await sendForm(page);
    assert.equal(posts.length, 1);
  });
});

test("damaged storage is replaced", async () => {
  await visit(async (page) => {
    await page.goto(`${demo.origin}/nowhere`);
    await page.evaluate(() => {
      localStorage.setItem("wayfold.visitor", JSON.stringify({ id: "v", state: "!" }));
      localStorage.setItem("wayfold.outbox", "{");
    });
    await open(page, "/pricing");
    await shows(page, { score: 20 });
    await open(page, "/customers");
    await shows(page, { score: 30 });
  });
});

test("global privacy control keeps the visit unscored", async () => {
  await visit(async (page, posts) => {
    await page.addInitScript(() => Object.defineProperty(navigator, "globalPrivacyControl", { value: true }));
    await page.goto(`${demo.origin}/demo`);
    await page.getByText("this visit is not scored").waitFor();
    await fillForm(page);
    await page.locator("#demo-thanks").waitFor();
    assert.deepEqual(posts, []);
    assert.equal(await page.evaluate(() => localStorage.length), 0);
  });
});

// A fresh visitor; `posts` grows with each request to the endpoint. No page may have an error of its own.
async function visit(walk) {
  const context = await browser.newContext();
  const posts = [];
  const errors = [];
  context.on("request", (request) => {
    if (new URL(request.url()).pathname === "/signals") posts.push(request);
  });
  context.on("weberror", (error) => errors.push(error.error()));
  context.on("console", (message) => {
    if (/Content Security Policy/i.test(message.text())) errors.push(message.text());
  });
  try {
    await walk(await context.newPage(), posts);
    assert.deepEqual(errors, []);
  } finally {
    await context.close();
  }
}

async function open(page, path) {
  await page.goto(demo.origin + path);
  await page.locator(".panel[data-score]").waitFor();
}

// Waits for the panel: tabs hear of each other a moment later. Scores fade from the first second, hence the tenth.
async function shows(page, { score, segment }) {
  const wanted = { score: score ?? null, segment: segment ?? null };
  await page
    .waitForFunction(
      (want) => {
        const panel = document.querySelector(".panel[data-score]");
        return (
          panel !== null &&
          (want.score === null || Math.abs(Number(panel.dataset.score) - want.score) < 0.1) &&
          (want.segment === null || panel.dataset.segment === want.segment)
        );
      },
      wanted,
      { timeout: 5000 },
    )
    .catch(async () => {
      assert.fail(`wanted ${JSON.stringify(wanted)}, the panel shows ${await page.locator(".panel").innerText()}`);
    });
}

async function fillForm(page) {
  await page.getByLabel("Your name").fill("Sam");
  await page.getByLabel("Work email").fill("sam@example.com");
  await page.getByLabel("Company").fill("Example Foods");
  await page.locator("#demo button").click();
}

async function sendForm(page, outcome = "accepted") {
  const isFirst = (await page.locator(".panel").getAttribute("data-stage")) !== "mql";
  await fillForm(page);
  await page.locator("#demo-thanks").waitFor();
  if (isFirst) await page.locator(`.panel[data-signal=${outcome}]`).waitFor();
}

async function madeSignal({ isDelivered = true } = {}) {
  let made;
  await visit(async (page, posts) => {
    if (!isDelivered) await page.route("**/signals", (route) => route.abort());
    await open(page, "/demo");
    await sendForm(page, isDelivered ? "accepted" : "waiting");
    made = { signal: posts[0].postDataJSON(), visitor: await visitorOf(page) };
  });
  return made;
}

function visitorOf(page) {
  return page.evaluate(() => JSON.parse(localStorage.getItem("wayfold.visitor")).id);
}

async function storedBy(page) {
  const visitor = await visitorOf(page);
  return (await stored()).filter((row) => row.visitor === visitor);
}

async function stored() {
  const response = await fetch(`${demo.origin}/signals`, { headers: { accept: "application/json" } });
  return (await response.json()).signals;
}

async function post(content, headers = {}, path = "/signals") {
  const isRaw = typeof content === "string" || content instanceof ReadableStream || ArrayBuffer.isView(content);
  const all = { origin: demo.origin, "content-type": "application/cloudevents+json", ...headers };
  const response = await fetch(demo.origin + path, {
    method: "POST",
    headers: Object.fromEntries(Object.entries(all).filter(([, value]) => value !== undefined)),
    body: isRaw ? content : JSON.stringify(content),
    duplex: "half",
  });
  return { status: response.status, ...(await response.json()) };
}
