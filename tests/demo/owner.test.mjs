// The owner's view at /signals: signals as they arrive, their details, and filters.
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { test } from "node:test";
import { violations } from "./axe.mjs";
import {
  TOKEN,
  many,
  mixed,
  owning,
  pass,
  signal,
  rows,
  row,
  openRow,
  says,
  visitors,
  cells,
  chartRows,
  rowsAre,
} from "./owner-fixture.mjs";

test("new signals are shown, announced and counted, while an open row keeps its place and focus", async () => {
  for (const there of [1, 40]) {
    await owning(async (page, backend, view) => {
      await backend.receive(many(there), { ago: 1 });
      await view();
      await says(page, there === 1 ? "1 signal is shown." : "40 signals are shown.");
      const [, read = "v-0000"] = await visitors(page);
      await openRow(page, read);
      const summary = row(page, read).getByText("The signal as it was sent");
      await summary.focus();
      await page.mouse.move(0, 0);
      const { y } = await summary.boundingBox();

      await backend.receive([signal({ visitor: "arrives" })]);
      await pass(page, 5);
      await says(page, "New signal: mql of arrives at 80 points.");
      await backend.receive(many(3, { prefix: "later" }), { ago: -0.001 });
      await pass(page, 5);
      await says(page, "3 new signals.");

      assert.equal(await rows(page).count(), there + 4);
      assert.match((await visitors(page))[0], /^later/);
      // Windows scroll by whole pixels.
      const moved = Math.abs((await summary.boundingBox()).y - y);
      assert.ok(moved < 1, `moved by ${moved} pixels, of ${there}`);
      assert.equal(await row(page, read).locator(".signal-open").getAttribute("aria-expanded"), "true");
      assert.ok(await summary.evaluate((node) => node === document.activeElement));
      await row(page, "arrives").getByText("New", { exact: true }).waitFor();
      assert.deepEqual((await chartRows(page)).at(-1).slice(1), ["4"]);
    });
  }
});

test("a hidden page requests nothing, and requests at once when it is visible again", async () => {
  await owning(async (page, backend, view) => {
    await view();
    const show = (state) =>
      page.evaluate((to) => {
        Object.defineProperty(document, "visibilityState", { value: to, configurable: true });
        document.dispatchEvent(new Event("visibilitychange"));
      }, state);
    await show("hidden");
    const { length } = backend.asked;
    await backend.receive([signal({ visitor: "unseen" })]);
    await pass(page, 60);
    assert.equal(backend.asked.length, length);
    await show("visible");
    await row(page, "unseen").waitFor();
  });
});

/** Of the demo's model, whose rules have the same ids. */
const TITLES = { "pricing-view": "Looked at pricing", "demo-request": "Asked for a demo" };

test("each signal says why in one line, by the titles of the rules, and an account's none", async () => {
  await owning(async (page, backend, view) => {
    await mixed(backend);
    await view();
    const why = row(page, "by-page").locator(".signal-why");
    assert.equal(await why.innerText(), "Asked for a demo today, looked at pricing today");
    await row(page, "acme").waitFor();
    assert.equal(await row(page, "acme").locator(".signal-why").count(), 0);
  });
});

test("a signal opens into a receipt that adds up, its touchpoints and itself", async () => {
  await owning(async (page, backend, view) => {
    const sent = signal({ visitor: "v-1", stage: "mql" });
    await backend.receive([sent]);
    await view();
    await openRow(page, "v-1");

    const [head, ...receipt] = await cells(page, "v-1", "receipt");
    assert.deepEqual(head, ["Rule", "Points", "Hits", "Last"]);
    assert.deepEqual(
      receipt.map((cells) => cells.slice(0, 3)),
      [
        ["Asked for a demo", "50", "1"],
        ["Looked at pricing", "30", "1"],
        ["Score", "80", ""],
      ],
    );
    assert.deepEqual((await cells(page, "v-1", "dimensions")).slice(1), [
      ["engagement", "0"],
      ["intent", "80"],
    ]);
    const touched = row(page, "v-1").locator(".touchpoints li");
    assert.deepEqual(
      await touched.evaluateAll((nodes) =>
        nodes.map((node) => ({ rule: node.firstChild.textContent, time: node.querySelector("time").dateTime })),
      ),
      sent.data.touchpoints.map(({ rule, time }) => ({ rule: TITLES[rule] ?? rule, time })),
    );
    const detail = row(page, "v-1").locator(".signal-body");
    await detail.getByText("sql: 60 points").waitFor();
    await detail.getByText("acme-web, version 2").waitFor();

    await detail.getByText("The signal as it was sent").click();
    await detail.locator("pre").getByText("specversion").waitFor();
    assert.deepEqual(JSON.parse(await detail.locator("pre").innerText()), sent);
    await openRow(page, "v-1");
    assert.ok(await detail.isHidden());
  });
});

test("verification and provenance are shown in words, and an account shows its people", async () => {
  await owning(async (page, backend, view) => {
    await mixed(backend);
    await view();
    const marks = async (visitor) => (await row(page, visitor).locator(".mark").allInnerTexts()).map((s) => s.trim());
    assert.deepEqual(await marks("by-page"), ["Verified", "From the page"]);
    assert.deepEqual(await marks("by-edge"), ["Verified", "From the edge"]);
    assert.deepEqual(await marks("by-future"), ["Unverified", "From the page"]);
    await openRow(page, "by-future");
    await row(page, "by-future").getByText("so the score could not be checked").waitFor();

    await row(page, "acme").getByText("account acme").click();
    const people = (await cells(page, "acme", "people")).map(([who, points, engaged, , word]) => [
      who,
      points,
      engaged,
      word,
    ]);
    assert.deepEqual(people, [
      ["Visitor", "Points", "Engaged", "Source"],
      ["v-0", "60", "engaged", "edge"],
      ["v-1", "60", "engaged", "edge"],
      ["Score", "120", "", ""],
    ]);
    await row(page, "acme").getByRole("button", { name: "v-1" }).click();
    await page.getByText("No signal matches the filters").waitFor();
    assert.equal(await page.getByLabel("Visitor or account").inputValue(), "v-1");
  });
});

test("filters apply to list, chart and new signals, and stay in the address", async () => {
  await owning(async (page, backend, view) => {
    await mixed(backend);
    await backend.receive(many(3, { stage: "sql", prefix: "s" }));
    await view();
    await rowsAre(page, 7);
    const expect = async (label, choice, wanted) => {
      await page.getByLabel(label, { exact: true }).selectOption(choice);
      await rowsAre(page, wanted.length);
      assert.deepEqual((await visitors(page)).toSorted(), wanted);
      await page.getByRole("button", { name: "Clear", exact: true }).click();
      await rowsAre(page, 7);
    };
    await expect("Stage", "sql", ["s-0000", "s-0001", "s-0002"]);
    await expect("About", "Accounts", ["acme"]);
    await expect("Verification", "Unverified", ["by-future"]);
    await expect("Source", "Edge", ["acme", "by-edge"]);

    await page.getByLabel("Stage", { exact: true }).selectOption("sql");
    await rowsAre(page, 3);
    assert.match(page.url(), /\?stage=sql$/);
    await page.waitForFunction(() => document.querySelectorAll(".legend li").length === 1);
    await backend.receive([signal({ visitor: "other" }), ...many(1, { stage: "sql", prefix: "more" })]);
    await pass(page, 5);
    await rowsAre(page, 4);
    assert.equal(await row(page, "other").count(), 0);

    await page.reload();
    await rowsAre(page, 4);
    assert.equal(await page.getByLabel("Stage", { exact: true }).inputValue(), "sql");
    await page.getByLabel("Visitor or account").fill("nobody");
    await page.keyboard.press("Enter");
    await page.getByText("No signal matches the filters").waitFor();
    await page.getByRole("button", { name: "clear the filters" }).click();
    await rowsAre(page, 9);
  });
});

test("ids that differ by a space are different visitors", async () => {
  await owning(async (page, backend, view) => {
    await backend.receive([signal({ visitor: "dana" }), signal({ visitor: " dana" })]);
    await view();
    await rowsAre(page, 2);
    await openRow(page, " dana");
    await row(page, " dana").locator("[data-filter-visitor]").click();
    await rowsAre(page, 1);
    assert.deepEqual(await visitors(page), [" dana"]);
  });
});

test("the chart counts hours and days by stage, as its table says", async () => {
  await owning(async (page, backend, view) => {
    await backend.receive(many(2, { prefix: "old" }), { ago: 24 * 6 });
    await backend.receive(many(3, { prefix: "early", stage: "sql" }), { ago: 5 });
    await backend.receive(many(4, { prefix: "now" }));
    await view();
    const [head, ...hours] = await chartRows(page);
    assert.deepEqual(head, ["hour", "mql", "sql"]);
    assert.deepEqual(
      hours.map((cells) => cells.slice(1)),
      [
        ["0", "3"],
        ["4", "0"],
      ],
    );
    await page.getByText("7 signals in the last 24 hours").waitFor();
    assert.equal(await page.locator(".chart-canvas rect").count(), 2);

    await page.getByLabel("30 days").check();
    await page.getByText("9 signals in the last 30 days").waitFor();
    const [, ...days] = await chartRows(page);
    assert.deepEqual(
      days.map((cells) => cells.slice(1)),
      [
        ["2", "0"],
        ["4", "3"],
      ],
    );
  });
});

// Rows with an estimated height move what follows them when they come into sight, and a click that has begun is lost.
test("the button for more signals stays where it is as it is scrolled to", async () => {
  await owning(async (page, backend, view) => {
    await backend.receive(many(101));
    for (const width of [390, 800, 1280]) {
      await page.setViewportSize({ width, height: 720 });
      await view();
      await says(page, "100 signals are shown; there are more.");
      const tops = await page.getByRole("button", { name: "Show more" }).evaluate(async (button) => {
        button.scrollIntoView({ block: "center", behavior: "instant" });
        const tops = [];
        for (let frame = 0; frame < 5; frame++) {
          tops.push(button.getBoundingClientRect().top);
          await new Promise((drawn) => requestAnimationFrame(drawn));
        }
        return tops;
      });
      assert.equal(new Set(tops).size, 1, `at ${width}: ${tops.join(", ")}`);
    }
  });
});

test("a thousand signals are listed page by page, and complete as CSV", async () => {
  await owning(async (page, backend, view) => {
    const named = signal({ visitor: '=1+1, "<b>x</b>"' });
    for (let ago = 9; ago > 0; ago--) await backend.receive(many(100, { prefix: `h${ago}` }), { ago });
    await backend.receive([...many(99), named]);
    await view();
    await says(page, "100 signals are shown; there are more.");
    for (let count = 200; count <= 1000; count += 100) {
      await page.getByRole("button", { name: "Show more" }).click();
      await rowsAre(page, count);
    }
    await page.getByRole("button", { name: "Show more" }).waitFor({ state: "hidden" });
    assert.equal(new Set(await visitors(page)).size, 1000);
    await page.getByText("1,000 signals in the last 24 hours").waitFor();
    assert.equal(await page.locator("#signals b").count(), 0);

    const downloading = page.waitForEvent("download");
    await page.getByRole("button", { name: "Download CSV" }).click();
    const lines = (await readFile(await (await downloading).path(), "utf8")).trimEnd().split("\r\n");
    assert.match(lines[0], /^\ufeffreceived,happened,kind,visitor/);
    assert.equal(lines.length, 1001);
    assert.equal(lines.filter((line) => line.includes("<b>")).length, 1);
  });
});

test("an empty list explains how signals are created", async () => {
  await owning(async (page, backend, view) => {
    await view();
    await page.getByText("Nothing yet").waitFor();
    await backend.receive([signal()]);
    await pass(page, 5);
    await rowsAre(page, 1);
    assert.ok(await page.getByText("Nothing yet").isHidden());
  });
});

test("everything works by keyboard", async () => {
  await owning(async (page, backend, view) => {
    await backend.receive([signal({ visitor: "v-1" }), signal({ visitor: "v-2", stage: "sql" })]);
    await view();
    const tabTo = async (selector) => {
      for (let i = 0; i < 40; i++) {
        await page.keyboard.press("Tab");
        if (await page.evaluate((wanted) => document.activeElement.matches(wanted), selector)) return;
      }
      assert.fail(`no way to ${selector}`);
    };
    await tabTo("#filter-stage");
    await page.keyboard.type("sql");
    await page.keyboard.press("Tab");
    await rowsAre(page, 1);
    await tabTo("[name=range]");
    await page.keyboard.press("ArrowRight");
    await page.getByText("1 signal in the last 30 days").waitFor();
    await tabTo(".signal-open");
    await page.keyboard.press("Enter");
    await row(page, "v-2").locator(".signal-body").waitFor();
    await tabTo("[data-decide=accepted]");
    await page.keyboard.press("Enter");
    await page.keyboard.type(TOKEN);
    await page.keyboard.press("Enter");
    await page.locator("[data-visitor=v-2][data-lifecycle=sal]").waitFor();
    assert.ok(await page.evaluate(() => document.activeElement.matches("[data-decide=accepted]")), "the focus is kept");
    await tabTo(".raw summary");
    await page.keyboard.press("Enter");
    await row(page, "v-2").locator("pre").waitFor();
  });
});

test("there are no accessibility violations, and nothing shifts as the page loads", async () => {
  for (const [width, colorScheme] of [
    [390, "light"],
    [1440, "dark"],
  ]) {
    await owning(async (page, backend, view) => {
      await page.setViewportSize({ width, height: 900 });
      await page.emulateMedia({ colorScheme });
      const check = async (state) => {
        assert.deepEqual(await violations(page), [], `${state} at ${width}, ${colorScheme}`);
      };
      await view();
      await check("empty");
      assert.equal(await shift(page), 0, `empty at ${width}`);

      await mixed(backend);
      await backend.receive(many(120));
      await view();
      assert.equal(await shift(page), 0, `full at ${width}`);
      for (const visitor of ["acme", "by-future"]) {
        await page.getByLabel("Visitor or account").fill(visitor);
        await page.keyboard.press("Enter");
        await rowsAre(page, 1);
        await openRow(page, visitor);
        await row(page, visitor).getByText("The signal as it was sent").click();
        await row(page, visitor).getByRole("button", { name: "Accept" }).click();
        await check(`${visitor} open`);
      }
      backend.fail("abort");
      await pass(page, 5);
      await page.locator("#trouble:not(:empty)").waitFor();
      await check("in trouble");
    });
  }
});

// All that Chromium has counted since the page began.
function shift(page) {
  return page.evaluate(
    () =>
      new Promise((resolve) => {
        new PerformanceObserver((list, observer) => {
          observer.disconnect();
          const shifts = /** @type {any[]} */ (list.getEntries()).filter(
            ({ entryType }) => entryType === "layout-shift",
          );
          resolve(shifts.reduce((sum, { value }) => sum + value, 0));
        }).observe({ type: "layout-shift", buffered: true });
        // Without shifts there are no entries; a frame later all entries have been reported.
        requestAnimationFrame(() => requestAnimationFrame(() => resolve(0)));
      }),
  );
}
