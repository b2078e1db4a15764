// The playground in Chromium: a journey is written, recorded, dropped, and viewed at any moment.
import assert from "node:assert/strict";
import { test } from "node:test";
import { demo, visit } from "./fixture.mjs";
import {
  openPlayground,
  model,
  journeyNotice,
  rows,
  range,
  replace,
  lines,
  file,
  shows,
} from "./playground-fixture.mjs";

test("events are added, changed and removed, and problems are shown in the event's form", async () => {
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

test("a journey is recorded by clicking through the small site", async () => {
  await visit(async (page) => {
    await openPlayground(page, demo.origin);
    await page.getByRole("button", { name: "Remove all" }).click();
    await page.getByLabel("Each click comes").selectOption("an hour later");
    await page.locator(".page-link", { hasText: "/pricing" }).click();
    await shows(page, 16);
    await page.locator(".visitor-action", { hasText: "demo-request" }).click();
    await page.locator(".trip", { hasText: "mql" }).waitFor();
    assert.match(await rows(page).nth(1).innerText(), /5 Jan, 10:00[\s\S]*form_submit/);
    await page.locator(".visitor-action", { hasText: "competitor" }).click();
    await page.locator("[data-show=stage]").getByText("disqualified").waitFor();
  });
});

test("a file of events is imported, and invalid lines are reported by number", async () => {
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
    await said.getByText("empty.txt has no usable event, so the journey is unchanged.").waitFor();
    await range(page).getByText("1–1 of 1").waitFor();
  });
});

test("a dropped file is imported; one of 50 MB is rejected without any change", async () => {
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
    await journeyNotice(page).getByText("dropped.ndjson has 50 MB; the playground reads up to 20 MB").waitFor();
    await range(page).getByText("1–12 of 18").waitFor();
    assert.match(await model(page), /"typed"/);
    await drop(1);
    await range(page).getByText("1–1 of 1").waitFor();
    await shows(page, 16);
  });
});

test("score and receipt can be shown at any time: by slider, by event, by chart", async () => {
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

test("undo is possible until the next change", async () => {
  await visit(async (page) => {
    await openPlayground(page, demo.origin);
    await page
      .getByRole("button", { name: /^Remove / })
      .first()
      .click();
    await journeyNotice(page).getByRole("button", { name: "Put it back" }).waitFor();
    await page.getByRole("button", { name: "Add an event" }).click();
    const dialog = page.getByRole("dialog");
    // Pressed twice, it is one event.
    await dialog.locator("form").evaluate((form) => (form.requestSubmit(), form.requestSubmit()));
    await range(page)
      .getByText(/of 18$/)
      .waitFor();
    assert.equal(await journeyNotice(page).getByRole("button").count(), 0);
  });
});

test("everything can be removed while an early moment is shown", async () => {
  await visit(async (page) => {
    await openPlayground(page, demo.origin);
    await page.locator("#example").selectOption("weblog");
    await page.locator("#notice").getByText("were replaced").waitFor();
    await rows(page).first().locator("[data-do=pick]").click();
    await page.getByRole("button", { name: "Remove all" }).click();
    await page.locator(".chart-empty").waitFor();
    await journeyNotice(page).getByRole("button", { name: "Put it back" }).click();
    await rows(page).first().waitFor();
  });
});
