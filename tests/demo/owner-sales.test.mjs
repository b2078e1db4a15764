// The owner's view at /signals: decisions of sales, and behaviour without a response.
import assert from "node:assert/strict";
import { test } from "node:test";
import { demo, open, sendForm, visit, visitorOf } from "./fixture.mjs";
import {
  TOKEN,
  entries,
  many,
  owning,
  pass,
  signal,
  rows,
  row,
  openRow,
  says,
  visitors,
  rowsAre,
} from "./owner-fixture.mjs";

test("accepted, recycled, customer: sent to the receiver, shown in the row and on the visitor’s next page", async () => {
  await visit(async (page) => {
    await open(page, "/demo");
    await sendForm(page);
    const visitor = await visitorOf(page);
    // Decisions of sales count at the edge once the worker knows the browser by this id.
    await open(page, "/product/");
    await visit(async (owner) => {
      const [, token] = /signals#token=(\S+?),/.exec(demo.log());
      await owner.goto(`${demo.origin}/signals?visitor=${visitor}#token=${token}`);
      await openRow(owner, visitor);
      assert.equal(owner.url(), `${demo.origin}/signals?visitor=${visitor}`, "the token is in no address");
      const decide = async (name, lifecycle) => {
        await row(owner, visitor).getByRole("button", { name }).click();
        await owner.locator(`#signals > li[data-lifecycle=${lifecycle}]`).waitFor();
        await open(page, "/");
        return page.locator("html").getAttribute("data-leadscore-segment");
      };
      assert.equal(await decide("Accept", "sal"), "sal");
      assert.equal(await decide("Mark as customer", "customer"), "customer");
      await owner.reload();
      await row(owner, visitor).getByText("Sales: customer").first().waitFor();
      await openRow(owner, visitor);
      assert.equal(await decide("Recycle", "recycled"), "mql");
    });
  });
});

test("a missing token is requested, a wrong one is reported in place, and the choice remains", async () => {
  await owning(async (page, backend, view) => {
    await backend.receive([signal({ visitor: "v-1" }), signal({ visitor: "v-2" })]);
    await view();
    await openRow(page, "v-1");
    const one = row(page, "v-1");
    await one.getByRole("button", { name: "Accept" }).click();
    await one.getByText("“Accept” needs the token").waitFor();
    const input = one.getByLabel("Owner’s token");
    assert.ok(await input.evaluate((node) => node === document.activeElement));
    await page.keyboard.type("two words");
    await page.keyboard.press("Enter");
    await one.getByText("A token is one word").waitFor();
    await input.fill("guess");
    await page.keyboard.press("Enter");
    await one.getByText("does not know this token. “Accept” is still selected").waitFor();
    assert.equal(await input.inputValue(), "guess");
    assert.deepEqual(await entries(backend.store, { kind: "lifecycle" }), []);
    assert.equal(await one.getAttribute("data-lifecycle"), "");

    await input.fill(TOKEN);
    await page.keyboard.press("Enter");
    await one.getByText("The receiver has stored it.").waitFor();
    await page.locator("[data-visitor=v-1][data-lifecycle=sal]").waitFor();
    const [decided] = await entries(backend.store, { kind: "lifecycle" });
    assert.deepEqual([decided.visitor, decided.stage], ["v-1", "sal"]);
    assert.equal(await input.count(), 0);

    // Kept for this tab, over a reload.
    await page.reload();
    await one.getByText("Sales: accepted (SAL)").waitFor();
    await openRow(page, "v-2");
    await row(page, "v-2").getByRole("button", { name: "Mark as customer" }).click();
    await page.locator("[data-visitor=v-2][data-lifecycle=customer]").waitFor();
  });
});

test("decisions from a CRM are shown too", async () => {
  await owning(async (page, backend, view) => {
    await backend.receive([signal({ visitor: "v-1" })]);
    await view();
    await backend.decide({ visitor: "v-1", stage: "opportunity" });
    await pass(page, 5);
    await row(page, "v-1").getByText("Sales: opportunity").waitFor();
    assert.equal(await rows(page).count(), 1, "a decision is not a signal");
  });
});

test("an unreachable receiver is reported, nothing is lost, and retries happen automatically and by the button", async () => {
  await owning(async (page, backend, view) => {
    await backend.receive(many(150));
    await view(`/signals#token=${TOKEN}`);
    await openRow(page, (await visitors(page))[0]);
    const trouble = page.locator("#trouble");
    const opened = rows(page).first().locator(".signal-open");
    const { y } = await opened.boundingBox();

    backend.fail("abort");
    await pass(page, 5);
    await trouble.getByText("the receiver cannot be reached. The page tries again").waitFor();
    assert.equal(await rows(page).count(), 100);
    assert.ok(Math.abs((await opened.boundingBox()).y - y) < 1, "the message moves nothing that is read");
    await rows(page).first().getByRole("button", { name: "Accept" }).click();
    await page.getByText("“Accept” is not stored: the receiver cannot be reached").waitFor();
    assert.equal(await rows(page).first().getAttribute("data-lifecycle"), "");
    await page.getByRole("button", { name: "Show more" }).click();
    await says(page, "More signals could not be loaded: the receiver cannot be reached.");
    await page.getByRole("button", { name: "Download CSV" }).click();
    await says(page, "The CSV file could not be loaded: the receiver cannot be reached.");

    const headers = { "retry-after": "30" };
    backend.fail(Response.json({ message: "try again" }, { status: 503, headers }));
    await page.getByRole("button", { name: "Refresh" }).click();
    await trouble.getByText("the receiver answered 503: try again.").waitFor();

    // As long as the receiver wants.
    backend.fail(null);
    const { length } = backend.asked;
    await pass(page, 29);
    assert.equal(backend.asked.length, length);
    await pass(page, 2);
    await page.locator("#live[data-state=live]").waitFor();
    assert.equal(await trouble.innerText(), "");

    backend.fail(new Response("<p>a proxy", { status: 200 }));
    await page.getByRole("button", { name: "Refresh" }).click();
    await trouble.getByText("the receiver’s answer is not JSON").waitFor();
    backend.fail(null);
    await page.getByRole("button", { name: "Refresh" }).click();
    await page.locator("#live[data-state=live]").waitFor();
    await page.getByRole("button", { name: "Show more" }).click();
    await rowsAre(page, 150);
  });
});

test("a page opened while the receiver is down fills when it is back", async () => {
  await owning(async (page, backend, view) => {
    await backend.receive(many(2));
    backend.fail("abort");
    await view();
    await page.locator("#live[data-state=lost]").waitFor();
    assert.ok(await page.getByText("Nothing yet").isHidden(), "nobody knows whether there is nothing");
    backend.fail(null);
    await pass(page, 5);
    await rowsAre(page, 2);
    await page.getByText("2 signals in the last 24 hours").waitFor();
  });
});
