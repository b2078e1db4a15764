// The visitor's id in the page's own forms, while consent is granted.
import assert from "node:assert/strict";
import { signalling } from "./lib/models.mjs";
import { suite } from "./lib/suite.mjs";
import { started, track } from "./lib/tag.mjs";

const FORM = `<form><input type="hidden" name="lead" data-lead-id><input type="text" name="other" data-lead-id value="mine">
  <input name="matches"><input name="querySelectorAll"></form>`;
const ID = /^[\w-]{22}$/;

/** The values of the hidden fields, and of the id. */
const seen = (page) =>
  page.run(() => ({
    id: leadscore.id ?? null,
    fields: [...document.querySelectorAll("input[type=hidden]")].map((/** @type {any} */ { value }) => value),
  }));

suite("the visitor's id", (everywhere, once) => {
  everywhere("fills hidden fields, also of forms added later, once consent allows", async ({ site, open }) => {
    site.model(signalling("hello"));
    site.pages({ tag: { consent: "pending" }, body: FORM });
    const page = await open("/");
    assert.deepEqual(await seen(page), { id: null, fields: [""] });
    await page.run(() => leadscore.consent("granted"));
    await page.until(() => leadscore.id);
    const { id, fields } = await seen(page);
    assert.match(id, ID);
    assert.deepEqual(fields, [id]);
    assert.equal(await page.run(() => /** @type {any} */ (document.querySelector("[name=other]")).value), "mine");

    // Added later: a field, and a form that was made elsewhere.
    await page.run(() => {
      const field = () => Object.assign(document.createElement("input"), { type: "hidden" });
      const [first, second] = [field(), field()];
      for (const one of [first, second]) one.dataset.leadId = "";
      document.querySelector("form").append(first);
      const form = document.createElement("form");
      form.append(second);
      document.body.append("text", form);
    });
    await page.until(
      (id) =>
        [...document.querySelectorAll("input[type=hidden]")].every((/** @type {any} */ { value }) => value === id),
      id,
    );

    await track(page, "hello");
    const [{ signal }] = await site.signals(1);
    assert.equal(signal.subject, id, "the same as in the signal");
    await page.reload();
    await started(page);
    assert.deepEqual(await seen(page), { id, fields: [id] }, "the next page knows it at once");

    await page.run(() => leadscore.consent("denied"));
    assert.deepEqual(await seen(page), { id: null, fields: [""] });
  });

  once("goes with a withdrawal in another tab, with `pending`, and changes with a reset", async ({ site, open }) => {
    site.model(signalling("hello"));
    site.pages({ body: FORM });
    const one = await open("/");
    const two = await open("/");
    const { id } = await seen(one);
    assert.deepEqual(await seen(two), { id, fields: [id] });
    await one.run(() => leadscore.reset());
    const { id: next, fields } = await seen(one);
    assert.match(next, ID);
    assert.notEqual(next, id);
    assert.deepEqual(fields, [next]);
    await two.until((next) => leadscore.id === next, next);
    await two.run(() => leadscore.consent("pending"));
    assert.deepEqual(await seen(two), { id: null, fields: [""] });
    await two.run(() => leadscore.consent("granted"));
    await two.until(() => leadscore.id);
    await one.run(() => leadscore.consent("denied"));
    await two.until(() => leadscore.id === undefined);
    assert.deepEqual(await seen(two), { id: null, fields: [""] });
  });

  once("is not filled without a tracker, or after it has stopped", async ({ site, open }) => {
    site.model(signalling("hello"));
    site.pages({ body: FORM });
    const page = await open("/");
    await page.until(() => leadscore.id);
    await page.run(() => leadscore.stop());
    assert.equal(await page.run(() => leadscore.id ?? null), null);
  });
});
