// Forms: starts and submissions are recorded, but never the input.
import assert from "node:assert/strict";
import { counting } from "./lib/models.mjs";
import { suite } from "./lib/suite.mjs";
import { counted, kept, track } from "./lib/tag.mjs";

const before = ["date?step=1000", "stay", "values"];
const EVENTS = { starts: { event: "form_start" }, submits: { event: "form_submit" }, end: { event: "end" } };
const DEMO = `<form id="demo" name="demo-form" action="/thanks">
  <input name="email" type="email"><textarea name="note"></textarea>
  <select name="size"><option>small<option>large</select><button>Send</button></form>`;

async function inTheEnd(page, expected) {
  await track(page, "end");
  await counted(page, { ...expected, end: 1 });
}

suite("forms", (everywhere) => {
  everywhere("a form counts once when it is begun, and when it is sent", async ({ site, open }) => {
    const where = { form_id: "demo", form_name: "demo-form", form_destination: `${site.origin}/thanks` };
    site.model(counting({ ...EVENTS, start: { event: "form_start", where }, submit: { event: "form_submit", where } }));
    site.pages({ before, body: DEMO });
    const page = await open("/");
    await page.type("input", "someone@acme.example");
    await counted(page, { starts: 1, start: 1, submits: 0 });
    await page.type("textarea", "please call");
    await page.click("button");
    await inTheEnd(page, { starts: 1, start: 1, submits: 1, submit: 1 });
  });

  everywhere("a form sent by the Enter key counts", async ({ site, open }) => {
    site.model(counting(EVENTS));
    site.pages({ before, body: DEMO });
    const page = await open("/");
    await page.type("input", "someone@acme.example");
    await page.press("Enter");
    await inTheEnd(page, { starts: 1, submits: 1 });
  });

  everywhere("each form of a page counts separately, and again on the next page", async ({ site, open }) => {
    const of = (form_id) => ({ event: "form_start", where: { form_id } });
    site.model(counting({ ...EVENTS, a: of("a"), b: of("b") }));
    site.pages({ before, body: '<form id="a"><input id="ia"></form><form id="b"><input id="ib"></form>' });
    const page = await open("/");
    for (const input of ["#ia", "#ib", "#ia"]) await page.type(input, "x");
    await counted(page, { starts: 2, a: 1, b: 1 });
    await page.run(() => history.pushState(null, "", "/next"));
    await page.type("#ia", "y");
    await inTheEnd(page, { starts: 3, a: 2, b: 1 });
  });

  everywhere("an input outside forms starts no form", async ({ site, open }) => {
    site.model(counting(EVENTS));
    site.pages({ before, body: "<input><textarea></textarea>" });
    const page = await open("/");
    await page.type("input", "x");
    await page.type("textarea", "x");
    await inTheEnd(page, { starts: 0, submits: 0 });
  });

  everywhere("fields that are called id, name and action hide nothing of the form", async ({ site, open }) => {
    const where = { form_id: "clobbered", form_name: "named", form_destination: `${site.origin}/go` };
    site.model(counting({ ...EVENTS, start: { event: "form_start", where }, submit: { event: "form_submit", where } }));
    site.pages({
      before,
      body: `<form id="clobbered" name="named" action="/go"><input id="first" name="id"><input name="name">
        <input name="action"><input name="getAttribute"><input name="closest"><button name="submit">Go</button></form>`,
    });
    const page = await open("/");
    await page.type("#first", "x");
    await page.click("button");
    await inTheEnd(page, { starts: 1, start: 1, submits: 1, submit: 1 });
  });

  everywhere("what is typed is never read, kept or sent", async ({ site, open }) => {
    site.model({
      name: "forms",
      rules: [{ id: "sent", event: "form_submit", points: 10 }],
      stages: [{ id: "lead", at: 10 }],
    });
    site.pages({ before, tag: { cookie: "" }, body: DEMO });
    const page = await open("/");
    // By keys, since a driver that types looks at the values itself.
    for (const field of ["input", "textarea"]) {
      await page.run((field) => document.querySelector(field).focus(), field);
      for (const key of "secret@a.b") await page.press(key);
    }
    await page.click("button");
    const [{ signal }] = await site.signals(1);
    assert.equal(await page.run(() => valuesRead), 0);
    const traces = JSON.stringify([signal, await kept(page), await page.run(() => document.cookie), site.requests]);
    assert.doesNotMatch(traces, /secret/);
  });

  everywhere("a form that goes to another page is counted before it leaves", async ({ site, open }) => {
    site.model(counting(EVENTS));
    site.page("/", { before: [], body: DEMO });
    const page = await open("/");
    await page.type("input", "someone@acme.example");
    await page.click("button");
    await page.until(() => location.pathname === "/thanks");
    await counted(page, { starts: 1, submits: 1 });
  });
});
