// The playground in Chromium: a model and a journey are changed, and the page shows what follows.
import assert from "node:assert/strict";
import { readFile, readdir } from "node:fs/promises";
import { createRequire } from "node:module";
import { fileURLToPath } from "node:url";
import { test } from "node:test";
import { check, compile } from "../../pkg/compile-node.js";
import { demo, visit } from "./fixture.mjs";
import { openPlayground, score, settled } from "./playground-fixture.mjs";

const MODELS = fileURLToPath(new URL("../../www/models/", import.meta.url));
const axe = await readFile(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

const model = (page) => page.locator("model-editor").evaluate((editor) => editor.value);
const notice = (page) => page.locator("#notice");
const journeyNotice = (page) => page.locator("#journey-notice");
const rows = (page) => page.locator(".events tbody tr");
const range = (page) => page.locator("[data-show=range]");
const summary = (page) => page.locator("#issues [data-show=summary]");

// As a person would who replaces a part of the text.
async function replace(page, from, to) {
  await page.locator("model-editor").evaluate(
    (editor, [before, after]) => {
      const at = editor.value.indexOf(before);
      if (at === -1) throw new Error(`the model has no ${before}`);
      editor.replace(at, at + before.length, after);
    },
    [from, to],
  );
}

async function write(page, text) {
  await page.locator("model-editor").evaluate((editor, all) => editor.replace(0, editor.value.length, all), text);
}

const lines = (...events) =>
  events.map((event) => (typeof event === "string" ? event : JSON.stringify(event))).join("\n");

const file = (name, content) => ({ name, mimeType: "application/x-ndjson", buffer: Buffer.from(content) });

async function shows(page, wanted) {
  await page.waitForFunction((number) => {
    const shown = Number(document.querySelector(".score output").textContent);
    return Math.abs(shown - number) < 0.06;
  }, wanted);
}

test("every example is a sound model, and its journey trips a stage", async () => {
  const names = (await readdir(MODELS)).filter((name) => name.endsWith(".json"));
  assert.equal(names.length, 6);
  for (const name of names) {
    assert.deepEqual(check(await readFile(MODELS + name, "utf8")), { errors: [], warnings: [] }, name);
  }
  assert.equal(
    await readFile(`${MODELS}weblog.json`, "utf8"),
    await readFile(new URL("../../examples/weblog/model.json", import.meta.url), "utf8"),
    "the weblog's model is the one of the examples",
  );
  await visit(async (page) => {
    await openPlayground(page, demo.origin);
    for (const name of names) {
      const example = name.replace(".json", "");
      if ((await page.locator("#example").inputValue()) !== example) {
        await page.locator("#example").selectOption(example);
        await notice(page).getByText("were replaced").waitFor();
      }
      await page.locator(".trip").first().waitFor();
      await summary(page).getByText("The model is sound.").waitFor();
      assert.equal(await model(page), await readFile(MODELS + name, "utf8"));
      await notice(page).evaluate((node) => node.replaceChildren());
    }
  });
});

test("the first example is scored as the command line scores it, and nothing is sent", async () => {
  await visit(async (page, posts, asked) => {
    await openPlayground(page, demo.origin);
    await shows(page, 180.831);
    assert.deepEqual(await page.locator(".trip strong").allInnerTexts(), ["mql", "sql"]);
    assert.match(await page.locator("#chart svg").getAttribute("aria-label"), /2 trips: mql at 11 Mar.*sql at 18 Mar/);
    const counted = await page.locator(".receipt tbody tr:not([hidden]) td:last-child").allInnerTexts();
    const sum = counted.reduce((total, points) => total + Number(points), 0);
    assert.ok(Math.abs(sum - (await score(page))) < 0.6, `the receipt adds up: ${sum}`);
    assert.deepEqual(posts, []);
    assert.ok(asked.includes("/playground/engine/worker.js"), "scoring has a worker of its own");
  });
});

test("an edit shows its effect", async () => {
  await visit(async (page) => {
    await openPlayground(page, demo.origin);
    await replace(page, '"max": 200', '"max": 150');
    await shows(page, 150);
    await settled(page);
    await page.locator(".receipt").getByText("kept within bounds").waitFor();
  });
});

test("a broken model keeps the last result, marked as stale, with each error at its place", async () => {
  await visit(async (page) => {
    await openPlayground(page, demo.origin);
    await replace(page, '"points": 30', '"points": "many"');
    await page.locator('#result[data-stale="true"]').waitFor();
    await shows(page, 180.831);
    await page.locator("#stale").getByText("Stale").waitFor();
    const issue = page.locator(".issue");
    assert.match(await issue.innerText(), /expected a number from -10000 to 10000, found the text `many`/);
    const line = (await model(page)).split("\n").findIndex((text) => text.includes('"many"')) + 1;
    assert.match(await issue.innerText(), new RegExp(`line ${line}, /rules/11/points`));
    await issue.click();
    await page.locator(".cm-lintRange-error", { hasText: '"many"' }).waitFor();

    await page.locator("#download-compiled").click();
    await notice(page).getByText("cannot be compiled").waitFor();

    await replace(page, '"many"', "30");
    await page.locator('#result[data-stale="false"]').waitFor();
    await summary(page).getByText("The model is sound.").waitFor();
    assert.equal(await page.locator(".cm-lintRange-error").count(), 0);
  });
});

test("what is no JSON is marked where it stops to be, and warnings are told", async () => {
  await visit(async (page) => {
    await openPlayground(page, demo.origin);
    await write(page, '{\n  "name": "a",\n  "rules": [}\n}');
    const issue = page.locator(".issue-error");
    await issue.getByText("line 3", { exact: true }).waitFor();
    await write(
      page,
      '{ "name": "a", "rules": [{ "id": "x", "event": "page_view", "path": "pricing", "points": 1 }] }',
    );
    await page.locator(".issue-warning", { hasText: "every path begins with `/`" }).waitFor();
    await summary(page).getByText("1 warning").waitFor();
    await page.locator(".cm-lintRange-warning", { hasText: '"pricing"' }).waitFor();
  });
});

test("names, operators, types of events and ids are completed", async () => {
  const cases = [
    ['{ "name": "a", "rules": [{ "id": "x", | }] }', ["event", "trait", "points"]],
    ['{ "name": "a", "rules": [{ "id": "x", "event": "|" }] }', ["page_view", "form_submit"]],
    ['{ "name": "a", "rules": [{ "id": "x", "event": "e", "where": { "n": { | } } }] }', ["$gte", "$startsWith"]],
    ['{ "name": "a", "rules": [{ "id": "x", "event": "e", "where": { | } }] }', ["url.path", "employees"]],
    ['{ "name": "a", "rules": [{ "id": "x", "event": "e" }], "stages": [{ "id": "mql", "requires": ["|"] }] }', ["x"]],
    ['{ "name": "a", "dimensions": { "fit": {} }, "rules": [{ "id": "x", "dimension": "|" }] }', ["engagement", "fit"]],
    ['{ "name": "a", "rules": [{ "id": "x", "event": "e", "decay": { | } }] }', ["half_life", "linear", "step"]],
    ['{ "name": "a", "stages": [{ "id": "x", | }] }', ["at", "near", "requires", "auto"]],
  ];
  await visit(async (page) => {
    await openPlayground(page, demo.origin);
    for (const [text, wanted] of cases) {
      await write(page, text.replace("|", ""));
      await page.locator("model-editor").evaluate((editor, at) => editor.show({ from: at, to: at }), text.indexOf("|"));
      await page.keyboard.press("Control+Space");
      const options = page.locator(".cm-tooltip-autocomplete");
      await options.waitFor();
      const offered = (await options.innerText()).split("\n");
      for (const name of wanted) assert.ok(offered.includes(name), `${text}: ${offered}`);
      await page.keyboard.press("Escape");
      await options.waitFor({ state: "detached" });
    }
    await write(page, '{ "name": "a", "rules": [{ "id": "x",  }] }');
    await page.locator("model-editor").evaluate((editor) => editor.show({ from: 38, to: 38 }));
    await page.keyboard.type('"even');
    await page.locator(".cm-tooltip-autocomplete li", { hasText: /^event$/ }).click();
    await page.waitForFunction(() => document.querySelector("model-editor").value.includes('"event": '));
  });
});

test("events are added, changed and removed, and what is wrong with one is said in its form", async () => {
  await visit(async (page) => {
    await openPlayground(page, demo.origin);
    await page.getByRole("button", { name: "Add an event" }).click();
    const dialog = page.getByRole("dialog");
    await dialog.getByLabel("Type").fill("form_submit");
    assert.match(await dialog.getByLabel("Props, as JSON").inputValue(), /"form_id": "demo"/);
    await dialog.getByLabel("Props, as JSON").fill("[1]");
    await dialog.getByRole("button", { name: "Keep" }).click();
    await dialog.getByRole("alert").getByText(/props/).waitFor();
    await dialog.getByLabel("Props, as JSON").fill("{");
    await dialog.getByRole("button", { name: "Keep" }).click();
    await dialog.getByRole("alert").getByText("props must be a JSON object").waitFor();
    await dialog.getByLabel("Props, as JSON").fill('{ "form_id": "trial" }');
    await dialog.getByLabel("Time (UTC)").fill("2026-03-01T08:00:00");
    await dialog.getByRole("button", { name: "Keep" }).click();
    await dialog.waitFor({ state: "hidden" });
    await range(page).getByText("1–12 of 19").waitFor();
    assert.match(await rows(page).first().innerText(), /1 Mar, 08:00[\s\S]*form_submit[\s\S]*form_id: trial/);

    await page.getByRole("button", { name: "Edit form_submit at 1 Mar, 08:00" }).click();
    await dialog.getByLabel("Type").fill("identify");
    await dialog.getByRole("button", { name: "Keep" }).click();
    await rows(page).first().getByText("identify").waitFor();

    await page.getByRole("button", { name: "Remove identify at 1 Mar, 08:00" }).click();
    await range(page).getByText("1–12 of 18").waitFor();
    assert.match(
      await page.evaluate(() => document.activeElement.ariaLabel),
      /^Remove/,
      "the focus stays in the table",
    );
    await journeyNotice(page).getByRole("button", { name: "Put it back" }).click();
    await range(page).getByText("1–12 of 19").waitFor();

    await page.getByRole("button", { name: "Remove all" }).click();
    await page.locator(".chart-empty").waitFor();
    await range(page).getByText("no events yet").waitFor();
  });
});

test("a journey is recorded by clicking through the little site", async () => {
  await visit(async (page) => {
    await openPlayground(page, demo.origin);
    await page.getByRole("button", { name: "Remove all" }).click();
    await page.getByLabel("Each click comes").selectOption("an hour later");
    await page.locator(".page-link", { hasText: "/pricing" }).click();
    await shows(page, 16);
    await page.locator(".deed", { hasText: "demo-request" }).click();
    await page.locator(".trip", { hasText: "mql" }).waitFor();
    assert.match(await rows(page).nth(1).innerText(), /5 Jan, 10:00[\s\S]*form_submit/);
    await page.locator(".deed", { hasText: "competitor" }).click();
    await page.locator("[data-show=stage]").getByText("disqualified").waitFor();
  });
});

test("a file of events is taken in, and lines that are none are told by number", async () => {
  await visit(async (page) => {
    await openPlayground(page, demo.origin);
    const content = lines(
      { visitor: "ann", type: "page_view", at: 1000, url: "/pricing" },
      "no event",
      { visitor: "bob", type: "page_view", at: 2000, url: "/" },
      { visitor: "ann", at: 3000 },
      "",
      { visitor: "ann", type: "page_view", at: "soon" },
      { visitor: "ann", type: "form_submit", at: 500, props: { form_id: "demo" } },
    );
    await page.locator("#file").setInputFiles(file("visits.ndjson", content));
    const said = journeyNotice(page);
    await said.getByText("3 events of 2 visitors from visits.ndjson. 3 lines skipped").waitFor();
    const told = await said.locator("li").allInnerTexts();
    assert.deepEqual(
      told.map((line) => line.split(":")[0]),
      ["line 2", "line 4", "line 6"],
    );
    assert.match(await rows(page).first().innerText(), /form_submit/);
    await page.locator("#visitor").selectOption("bob");
    await range(page).getByText("1–1 of 1").waitFor();

    await page.locator("#file").setInputFiles(file("empty.txt", "nothing\n"));
    await said.getByText("empty.txt has no usable event, so the journey stays as it was.").waitFor();
    await range(page).getByText("1–1 of 1").waitFor();
  });
});

test("a file that is dropped is taken in; one of 50 MB is refused, and all stays as it was", async () => {
  await visit(async (page) => {
    await openPlayground(page, demo.origin);
    const drop = (size) =>
      page.evaluate((bytes) => {
        const line = '{"visitor":"v","type":"page_view","at":1000,"url":"/pricing"}\n';
        const data = new DataTransfer();
        data.items.add(new File([line.repeat(Math.ceil(bytes / line.length))], "dropped.ndjson"));
        const target = document.getElementById("journey");
        target.dispatchEvent(new DragEvent("drop", { dataTransfer: data, bubbles: true, cancelable: true }));
      }, size);
    await replace(page, '"saas-trial"', '"typed"');
    await drop(50 * 1024 * 1024);
    await journeyNotice(page).getByText("dropped.ndjson has 50 MB; the playground takes up to 20 MB").waitFor();
    await range(page).getByText("1–12 of 18").waitFor();
    assert.match(await model(page), /"typed"/);
    await drop(1);
    await range(page).getByText("1–1 of 1").waitFor();
    await shows(page, 16);
  });
});

test("any moment has its score and receipt: by slider, by event, by chart", async () => {
  await visit(async (page) => {
    await openPlayground(page, demo.origin);
    await page.getByRole("button", { name: "Event before" }).click();
    await page.locator("#moment-text").getByText("2026-03-18 09:30:00 UTC").waitFor();
    await page.getByLabel("Moment").press("Home");
    await page.locator("#moment-text").getByText("2026-03-02 09:12:00 UTC").waitFor();
    await shows(page, 1);
    await page.getByRole("button", { name: "Event after" }).click();
    await page.locator("#moment-text").getByText("2026-03-02 09:14:00 UTC").waitFor();
    await shows(page, 6);
    const box = await page.locator("#chart svg").boundingBox();
    await page.mouse.click(box.x + box.width * 0.5, box.y + 100);
    await page.locator("#moment-text").getByText("2026-03-10").waitFor();
    await page.locator(".trip .link-button").first().click();
    await page.locator("#moment-text").getByText("2026-03-11 14:33:00 UTC").waitFor();
    await shows(page, 131.1);
    await page.getByLabel("Look ahead").selectOption("90 days");
    await page.getByLabel("Moment").press("End");
    await page.locator("#moment-text").getByText("2026-06-16").waitFor();
  });
});

test("a link brings model, journey and moment to somebody else, and sends nothing", async () => {
  let link;
  await visit(async (page, posts) => {
    await openPlayground(page, demo.origin);
    await replace(page, '"saas-trial"', '"shared-model"');
    await page.getByRole("button", { name: "Event before" }).click();
    await page.getByRole("button", { name: "Share as a link" }).click();
    await notice(page)
      .getByText(/The link is/)
      .waitFor();
    link = new URL(page.url()).hash;
    assert.match(link, /^#p1=[\w-]+$/);
    assert.deepEqual(posts, []);
    await replace(page, '"shared-model"', '"later"');
    assert.equal(new URL(page.url()).hash, "", "the address is not that of another model");
  });
  await visit(async (page) => {
    await openPlayground(page, demo.origin, link);
    assert.match(await model(page), /"shared-model"/);
    await range(page).getByText("1–12 of 18").waitFor();
    await page.locator("#moment-text").getByText("2026-03-18 09:30:00 UTC").waitFor();
  });
  await visit(async (page) => {
    await openPlayground(page, demo.origin);
    await replace(page, '"saas-trial"', '"my-draft"');
    await page.goto("about:blank");
    await openPlayground(page, demo.origin, link.slice(0, link.length / 2));
    await notice(page).getByText("This link is damaged").waitFor();
    assert.match(await model(page), /"saas-trial"/);
    await notice(page).getByRole("button", { name: "Back to my draft" }).click();
    assert.match(await model(page), /"my-draft"/);
  });
});

test("what was typed survives a reload, with or without storage", async () => {
  await visit(async (page) => {
    await openPlayground(page, demo.origin);
    await replace(page, '"saas-trial"', '"half-typed');
    await page.locator(".deed", { hasText: "demo-request" }).click();
    await range(page).getByText(/of 19/).waitFor();
    await page.reload();
    await range(page).getByText(/of 19/).waitFor();
    assert.match(await model(page), /"half-typed/);
    await page.locator(".issue-error").first().waitFor();
  });
  await visit(async (page) => {
    await page.addInitScript(() =>
      Object.defineProperty(window, "localStorage", {
        get() {
          throw new DOMException("denied", "SecurityError");
        },
      }),
    );
    await openPlayground(page, demo.origin);
    await replace(page, '"max": 200', '"max": 150');
    await shows(page, 150);
    await notice(page).getByText("no room to keep the draft").waitFor();
  });
});

test("the compiled model, the model and the journey can be downloaded", async () => {
  await visit(async (page) => {
    await openPlayground(page, demo.origin);
    const take = async (name) => {
      const [download] = await Promise.all([page.waitForEvent("download"), page.getByRole("button", { name }).click()]);
      return { name: download.suggestedFilename(), bytes: await readFile(await download.path()) };
    };
    const text = await readFile(`${MODELS}saas.json`, "utf8");
    const compiled = await take("Compiled model (.lsm)");
    assert.deepEqual([compiled.name, [...compiled.bytes]], ["model.lsm", [...compile(text)]]);
    assert.equal((await take("Model (.json)")).bytes.toString(), text);
    assert.equal((await take("Journey (.ndjson)")).bytes.toString(), await readFile(`${MODELS}saas.ndjson`, "utf8"));
  });
});

test("an example that replaces what was typed can be undone", async () => {
  await visit(async (page) => {
    await openPlayground(page, demo.origin);
    await replace(page, '"saas-trial"', '"typed"');
    await page.locator("#example").selectOption("agency");
    await notice(page).getByText("Agency: model and journey were replaced.").waitFor();
    await notice(page).getByRole("button", { name: "Undo" }).click();
    assert.match(await model(page), /"typed"/);
    await range(page).getByText("1–12 of 18").waitFor();
  });
});

test("a long journey shows its outline, then every trip exactly", async () => {
  await visit(async (page) => {
    await openPlayground(page, demo.origin);
    const events = Array.from({ length: 3000 }, (_, index) => ({
      visitor: "long",
      type: index === 1500 ? "form_submit" : "page_view",
      at: 1_770_000_000_000 + index * 60_000,
      url: `/docs/${index}`,
      ...(index === 1500 && { props: { form_id: "demo" } }),
    }));
    await page.locator("#file").setInputFiles(file("long.ndjson", lines(...events)));
    await range(page).getByText("1–12 of 3,000").waitFor();
    await page.locator(".trip .link-button", { hasText: "3 Feb, 03:40" }).click();
    const at = new Date(events[1500].at).toISOString().slice(0, 19).replace("T", " ");
    await page.locator("#moment-text").getByText(at).waitFor();
  });
});

test("the whole works by keyboard", async () => {
  await visit(async (page) => {
    await openPlayground(page, demo.origin);
    const tabTo = async (isThere) => {
      for (let presses = 0; presses < 80; presses += 1) {
        await page.keyboard.press("Tab");
        if (await page.evaluate(isThere)) return;
      }
      assert.fail(`no way to ${isThere}`);
    };
    await tabTo(() => document.activeElement.localName === "model-editor");
    await page.keyboard.press("Control+Home");
    await page.keyboard.type("x");
    await page.locator(".issue-error").waitFor();
    await page.keyboard.press("Backspace");
    await summary(page).getByText("The model is sound.").waitFor();
    await tabTo(() => document.activeElement.id === "moment");
    await page.keyboard.press("Home");
    await shows(page, 1);
    await tabTo(() => document.activeElement.id === "add");
    await page.keyboard.press("Enter");
    await page.keyboard.press("Control+A");
    await page.keyboard.type("scroll");
    await page.keyboard.press("Escape");
    if (!(await page.getByRole("dialog").isVisible())) await page.keyboard.press("Enter");
    await page.getByRole("dialog").getByLabel("Type").focus();
    await page.keyboard.press("Enter");
    await page.getByRole("dialog").waitFor({ state: "hidden" });
    await range(page).getByText(/of 19/).waitFor();
    await tabTo(() => document.activeElement.classList.contains("deed"));
    await page.keyboard.press("Enter");
    await range(page).getByText(/of 20/).waitFor();
  });
});

for (const colorScheme of ["light", "dark"]) {
  for (const width of [390, 768, 1440]) {
    test(`accessible and steady at ${width} pixels, ${colorScheme}`, async () => {
      await visit(async (page) => {
        await page.setViewportSize({ width, height: 900 });
        await page.emulateMedia({ colorScheme });
        await page.addInitScript(() => {
          window.shifts = [];
          new PerformanceObserver((list) => {
            for (const { value, hadRecentInput, sources } of list.getEntries()) {
              if (!hadRecentInput)
                window.shifts.push([value, ...sources.map(({ node }) => node?.id || node?.className)]);
            }
          }).observe({ type: "layout-shift", buffered: true });
        });
        await openPlayground(page, demo.origin);
        assert.deepEqual(await page.evaluate(() => window.shifts), [], "nothing moves");
        assert.equal(await page.evaluate(() => document.documentElement.scrollWidth), width, "nothing is cut off");
        await page.evaluate(axe);
        await isAccessible(page);
        await replace(page, '"points": 30', '"points": "many"');
        await page.locator(".issue-error").waitFor();
        await isAccessible(page);
        await page.getByRole("button", { name: "Add an event" }).click();
        await isAccessible(page);
      });
    });
  }
}

async function isAccessible(page) {
  const violations = await page.evaluate(async () => {
    const { violations: found } = await window.axe.run();
    return found.map(({ id, nodes }) => `${id}: ${nodes.map(({ html, target }) => `${target} ${html}`).join("; ")}`);
  });
  assert.deepEqual(violations, []);
}
