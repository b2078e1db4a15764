// The playground in Chromium: a model is changed, shared and stored, and the page shows the results.
import assert from "node:assert/strict";
import { readFile, readdir } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { test } from "node:test";
import { check, compile } from "../../pkg/compile-node.js";
import { siteOf } from "../../www/site/playground/page/site.js";
import { toFragment } from "../../www/site/playground/page/share.js";
import { violations } from "./axe.mjs";
import { demo, visit } from "./fixture.mjs";
import {
  openPlayground,
  score,
  settled,
  model,
  notice,
  range,
  summary,
  replace,
  write,
  shows,
} from "./playground-fixture.mjs";

const MODELS = fileURLToPath(new URL("../../www/models/", import.meta.url));

test("every example is a valid model, and its journey trips a stage", async () => {
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
      await summary(page).getByText("The model is valid.").waitFor();
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
    await page.locator("#stale").getByText("Outdated").waitFor();
    const issue = page.locator(".issue");
    assert.match(await issue.innerText(), /expected a number from -10000 to 10000, found the string `many`/);
    const line = (await model(page)).split("\n").findIndex((text) => text.includes('"many"')) + 1;
    assert.match(await issue.innerText(), new RegExp(`line ${line}, rule [a-z-]+`));
    await issue.click();
    await page.locator(".cm-lintRange-error", { hasText: '"many"' }).waitFor();

    await page.locator("#download-compiled").click();
    await notice(page).getByText("cannot be compiled").waitFor();

    await replace(page, '"many"', "30");
    await page.locator('#result[data-stale="false"]').waitFor();
    await summary(page).getByText("The model is valid.").waitFor();
    assert.equal(await page.locator(".cm-lintRange-error").count(), 0);
  });
});

test("a JSON syntax error is marked in place, and warnings are shown", async () => {
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

test("score and receipt are visible at once, and rules are edited in a form, which keeps the rest of the JSON", async () => {
  await visit(async (page) => {
    await page.setViewportSize({ width: 1440, height: 900 });
    await openPlayground(page, demo.origin);
    for (const part of [".score output", ".receipt thead", ".receipt tbody tr", "#chart svg"]) {
      const { y, height } = await page.locator(part).first().boundingBox();
      assert.ok(y > 0 && y + height < 900, `${part} ends at ${y + height}`);
    }
    const before = await model(page);
    await page.getByRole("button", { name: "Form", exact: true }).click();
    const rule = page.getByRole("group", { name: /^page/ }).first();
    await rule.getByLabel("Points").fill("2,5");
    await rule.getByLabel("Ends after").fill("90d");
    await rule.getByLabel("Once per").fill("");
    await rule.getByLabel("Path").fill("/, /docs/*");
    await page.keyboard.press("Tab");
    await summary(page).getByText("The model is valid.").waitFor();
    const after = JSON.parse(await model(page));
    const { points, expires, per, path } = after.rules.find(({ id }) => id === "page");
    assert.deepEqual(
      { points, expires, per, path },
      { points: 2.5, expires: "90d", per: undefined, path: ["/", "/docs/*"] },
    );
    const old = JSON.parse(before);
    assert.deepEqual(after.rules.slice(1), old.rules.slice(1));
    assert.deepEqual(after.stages, old.stages);
    await rule.getByLabel("Points").fill("many");
    await page.keyboard.press("Tab");
    await page.locator(".issue").click();
    // Errors are shown where they can be seen: in the text.
    await page.locator(".cm-lintRange-error", { hasText: '"many"' }).waitFor();
    assert.deepEqual(await violations(page), []);
  });
});

test("names, operators, types of events and ids are completed", async () => {
  /** @type {[string, string[]][]} */
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

test("a link shares model, journey and moment, and sends nothing", async () => {
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

test("typed text survives a reload, with or without storage", async () => {
  await visit(async (page) => {
    await openPlayground(page, demo.origin);
    await replace(page, '"saas-trial"', '"half-typed');
    await page.locator(".visitor-action", { hasText: "demo-request" }).click();
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
    await notice(page).getByText("no room to store the draft").waitFor();
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

test("the content of a link cannot break the page, or replace the draft", async () => {
  const model = JSON.stringify({
    name: "hostile",
    rules: [
      { id: "proto", event: "joined", where: { "__proto__.polluted": "yes" }, points: 1 },
      { id: "below", event: "joined", where: { plan: { $exists: true }, "plan.tier": "pro" }, points: 1 },
      { id: "kept", event: "joined", where: { team: "blue" }, points: 1 },
    ],
  });
  const late = { type: "page_view", at: 9e15, url: "/" };
  await visit(async (page) => {
    await openPlayground(page, demo.origin);
    await replace(page, '"saas-trial"', '"my-draft"');
    for (const event of [late, { type: "page_view", at: 1, url: 5 }, null]) {
      await page.goto("about:blank");
      await page.goto(`${demo.origin}/playground${await toFragment({ model, events: [event], moment: null })}`);
      await notice(page).getByText("This link is damaged").waitFor();
    }
    await notice(page).getByRole("button", { name: "Back to my draft" }).click();

    const sound = { type: "joined", at: 1_700_000_000_000 };
    await page.goto("about:blank");
    await openPlayground(page, demo.origin, await toFragment({ model, events: [sound], moment: null }));
    await page.locator(".visitor-action", { hasText: "kept" }).waitFor();
    assert.equal(await page.evaluate(() => ({}).polluted), undefined);
    await replace(page, '"hostile"', '"theirs"');
    await page.getByRole("button", { name: "Back to my draft" }).click();
    await page.reload();
    await settled(page);
    assert.match(await page.locator("model-editor").evaluate(({ value }) => value), /"my-draft"/, "it is kept again");
  });
});

test("no pattern and no condition breaks the small site", () => {
  const path = `/${"*a".repeat(400)}`;
  const visited = [`/${"a".repeat(5_000)}`];
  assert.ok(siteOf({ rules: [{ id: "stars", event: "page_view", path, points: 1 }] }, visited).pages.length > 0);
  for (const where of [{ $and: { a: 1 } }, { $or: null }, { a: { $in: null } }, { a: 5, "a.b": 6 }, null, 7]) {
    siteOf({ rules: [{ id: "odd", event: "e", where, points: 1 }, null, 3] }, []);
  }
  siteOf({ rules: [{ id: "odd", event: "page_view", path: "/???", points: 1 }] }, ["/"]);
});

test("loading an example over typed text can be undone", async () => {
  await visit(async (page) => {
    await openPlayground(page, demo.origin);
    await replace(page, '"saas-trial"', '"typed"');
    await page.locator("#example").selectOption("agency");
    await notice(page).getByText("Agency: model and journey were replaced.").waitFor();
    await notice(page).getByRole("button", { name: "Undo" }).click();
    assert.match(await model(page), /"typed"/);
    await range(page).getByText("1–12 of 18").waitFor();
    await notice(page).getByRole("button", { name: "Undo" }).click();
    assert.match(await model(page), /"agency/, "the way back has one as well");
  });
});

test("everything works by keyboard", async () => {
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
    await summary(page).getByText("The model is valid.").waitFor();
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
    await page.locator(".visitor-action").first().waitFor();
    await tabTo(() => document.activeElement.classList.contains("visitor-action"));
    await page.keyboard.press("Enter");
    await range(page).getByText(/of 20/).waitFor();
  });
});

for (const [width, colorScheme] of [
  [390, "light"],
  [768, "dark"],
  [1440, "light"],
]) {
  test(`accessible and steady at ${width} pixels, ${colorScheme}`, async () => {
    await visit(async (page) => {
      await page.setViewportSize({ width, height: 900 });
      await page.emulateMedia({ colorScheme });
      await page.addInitScript(() => {
        window.shifts = [];
        new PerformanceObserver((list) => {
          for (const { value, hadRecentInput, sources } of /** @type {any[]} */ (list.getEntries())) {
            if (!hadRecentInput) window.shifts.push([value, ...sources.map(({ node }) => node?.id || node?.className)]);
          }
        }).observe({ type: "layout-shift", buffered: true });
      });
      await openPlayground(page, demo.origin);
      assert.deepEqual(await page.evaluate(() => window.shifts), [], "nothing moves");
      assert.equal(await page.evaluate(() => document.documentElement.scrollWidth), width, "nothing is cut off");
      assert.deepEqual(await violations(page), []);
      await replace(page, '"points": 30', '"points": "many"');
      await page.locator(".issue-error").waitFor();
      assert.deepEqual(await violations(page), []);
      await page.getByRole("button", { name: "Add an event" }).click();
      assert.deepEqual(await violations(page), []);
    });
  });
}
