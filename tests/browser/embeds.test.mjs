// Forms and calendars of other providers: each with the messages that its provider documents, from that provider's
// frames. The frames are local pages with the same protocol; the browser is configured to load them under the
// provider's addresses.
import assert from "node:assert/strict";
import { counting } from "./lib/models.mjs";
import { suite, suiteIn } from "./lib/suite.mjs";
import { counted, track } from "./lib/tag.mjs";

// So that two events never fall into one second, in which they would count once.
const before = ["date?step=1000"];

/** A page that posts given messages to its parent, or with `top` to the top window. */
const SPEAKER = `<script>
  addEventListener("message", ({ data }) => (data.top ? top : parent).postMessage(data.say, "*"));
  parent.postMessage("ready", "*");
</script>`;
/** A page of anybody's, with the provider's frame inside. */
const around = (url) => `<iframe src="${url}"></iframe><script>
  addEventListener("message", ({ data }) => data == "ready" ? parent.postMessage(data, "*") : frames[0].postMessage(data, "*"));
</script>`;

const FOREIGN = "https://calendly.com.evil.example/acme/demo";

const PROVIDERS = {
  hubspot: {
    url: "https://share-eu1.hsforms.com/1aBcD",
    // With a form's values, which HubSpot sends along.
    sent: {
      type: "hsFormCallback",
      eventName: "onFormSubmitted",
      id: "3f6a5f6e-0000-4000-8000-5a1b2c3d4e5f",
      data: { submissionValues: { email: "ada@acme.example" } },
    },
    id: "3f6a5f6e-0000-4000-8000-5a1b2c3d4e5f",
    others: [
      { type: "hsFormCallback", eventName: "onFormReady", id: "3f6a5f6e" },
      { type: "hsFormCallback", eventName: "onFormSubmit", id: "3f6a5f6e" },
      { type: "hsFormCallback", eventName: "onFormSubmitted", id: { toString: 1 } },
    ],
  },
  calendly: {
    url: "https://calendly.com/acme/demo?embed_domain=acme.example&embed_type=Inline&name=Ada",
    sent: {
      event: "calendly.event_scheduled",
      payload: {
        event: { uri: "https://api.calendly.com/scheduled_events/EV1" },
        invitee: { uri: "https://api.calendly.com/scheduled_events/EV1/invitees/INV1" },
      },
    },
    id: "acme/demo",
    others: [
      { event: "calendly.date_and_time_selected", payload: {} },
      { event: "calendly.page_height", payload: { height: "900px" } },
      { event: ["calendly.event_scheduled", 1] },
    ],
  },
  typeform: {
    url: "https://form.typeform.com/to/moe6aa?typeform-embed=embed-widget",
    sent: { type: "form-submit", embedId: "1234567", formId: "moe6aa", responseId: "r1" },
    id: "moe6aa",
    others: [
      { type: "form-ready", embedId: "1234567", formId: "moe6aa" },
      { type: "form-screen-changed", embedId: "1234567", formId: "moe6aa" },
      { type: "form-submit", formId: "<b>moe6aa" },
      { type: "form-submit", formId: "m".repeat(200) },
    ],
  },
  cal: {
    url: "https://app.cal.com/acme/demo/embed?embed=",
    sent: {
      originator: "CAL",
      type: "bookingSuccessfulV2",
      namespace: "",
      fullType: "CAL::bookingSuccessfulV2",
      data: { uid: "u1", title: "Demo between Acme and Ada", eventTypeId: 123, status: "ACCEPTED" },
    },
    id: "123",
    others: [
      // The former name of the same booking.
      { originator: "CAL", type: "bookingSuccessful", namespace: "", data: { eventType: {} } },
      { originator: "CAL", type: "rescheduleBookingSuccessfulV2", data: { eventTypeId: 123 } },
      { originator: "OTHER", type: "bookingSuccessfulV2", data: { eventTypeId: 123 } },
      { originator: "CAL", type: "bookingSuccessfulV2", data: { eventTypeId: [] } },
    ],
  },
};
const GARBAGE = [
  null,
  0,
  "",
  "form-submit",
  [],
  [[]],
  { type: null },
  { event: {} },
  '{"event":"calendly.event_scheduled"}',
];

const MODEL = counting({
  sent: { event: "form_submit" },
  named: { event: "form_submit", where: { form_provider: { $exists: true }, form_id: { $exists: true } } },
  end: { event: "end" },
});

/** Opens a page whose browser takes these addresses for those of the providers. */
async function openWith(open, embeds, pages) {
  const page = await open("/", { start: false });
  await page.tab.setRequestInterception(true);
  page.tab.on("request", (request) => {
    const body = pages[request.url()];
    if (body === undefined) return request.continue();
    return request.respond({ contentType: "text/html", body });
  });
  await page.goto(`${await page.run(() => location.origin)}/${embeds}`);
  await page.until(() => typeof leadscore?.snapshot === "function" && !!leadscore.snapshot());
  await page.run(() => {
    window.events = [];
    leadscore.on("event", (event) => events.push(event));
  });
  return page;
}

/** In the page: adds a frame and waits until it listens. */
const frame = (page, url) =>
  page.run(async (url) => {
    const element = document.createElement("iframe");
    element.src = url;
    const ready = new Promise((done) => {
      addEventListener("message", function heard({ data, source }) {
        if (data !== "ready" || source !== element.contentWindow) return;
        removeEventListener("message", heard);
        done();
      });
    });
    document.body.append(element);
    await ready;
  }, url);

/** Lets the newest frame post this message, and waits until the page has received all messages so far. */
const say = (page, ...messages) =>
  page.run(async (messages) => {
    for (const message of messages)
      [...document.querySelectorAll("iframe")].at(-1).contentWindow.postMessage(message, "*");
    await new Promise((done) => setTimeout(done, 150));
  }, messages);

async function inTheEnd(page, expected) {
  await track(page, "end");
  await counted(page, { ...expected, end: 1 });
}

// In Chromium only, as the other engines' drivers cannot answer for another site's frames.
suiteIn(["chromium"], "embedded forms and calendars", (_, once) => {
  for (const [name, { url, sent, id, others }] of Object.entries(PROVIDERS)) {
    once(`${name}: submissions count, messages from others do not`, async ({ site, open }) => {
      site.model(MODEL);
      site.pages({ before, policy: null });
      site.page("/own", { tag: { embeds: Object.keys(PROVIDERS).join(" ") } });
      const nested = "https://partner.example/";
      const pages = { [url]: SPEAKER, [FOREIGN]: SPEAKER, [nested]: around(url) };
      const page = await openWith(open, "own", pages);
      await frame(page, url);
      await say(page, { say: sent });
      await counted(page, { sent: 1, named: 1 });
      await say(page, { say: sent });
      await counted(page, { sent: 2, named: 2 });
      const props = { form_provider: name, form_id: id };
      const told = await page.run(() => events.filter(({ type }) => type === "form_submit").map(({ props }) => props));
      assert.deepEqual(told, [props, props], "the provider and the form, and nothing else");

      await say(page, ...others.map((other) => ({ say: other })), ...GARBAGE.map((garbage) => ({ say: garbage })));
      // The messages of the other providers, from this one's origin.
      const foreign = Object.keys(PROVIDERS).filter((other) => other !== name);
      await say(page, ...foreign.map((other) => ({ say: PROVIDERS[other].sent })));
      await frame(page, FOREIGN);
      await say(page, { say: sent });
      await frame(page, nested);
      await say(page, { say: sent, top: true });
      await page.run((sent) => {
        window.dispatchEvent(
          new MessageEvent("message", { data: sent, origin: "https://calendly.com", source: window }),
        );
      }, sent);
      await inTheEnd(page, { sent: 2, named: 2 });
    });
  }

  once("messages from a provider that the tag does not list are ignored", async ({ site, newVisitor }) => {
    site.model(MODEL);
    const { url, sent } = PROVIDERS.calendly;
    site.pages({ before, policy: null });
    site.page("/own", { tag: { embeds: "typeform hubspot" } });
    site.page("/none", {});
    for (const path of ["own", "none"]) {
      const page = await openWith((await newVisitor()).open, path, { [url]: SPEAKER });
      await frame(page, url);
      await say(page, { say: sent });
      await inTheEnd(page, { sent: 0 });
    }
    const loaded = site.requests.filter(({ path }) => path === "/leadscore/embeds.js");
    assert.equal(loaded.length, 1, "loaded only where it is asked for");
  });

  once("frames of another origin count if the tag lists it", async ({ site, open }) => {
    site.model(MODEL);
    const { sent } = PROVIDERS.cal;
    const own = "https://meet.acme.example/demo";
    site.pages({ before, policy: null });
    site.page("/own", { tag: { embeds: "cal=https://meet.acme.example, typeform" } });
    const page = await openWith(open, "own", { [own]: SPEAKER });
    await frame(page, own);
    await say(page, { say: sent }, { say: PROVIDERS.typeform.sent });
    await inTheEnd(page, { sent: 1, named: 1 });
  });

  once("an unknown provider is reported once, and the others work", async ({ site, open }) => {
    site.model(MODEL);
    site.pages({ before, tag: { embeds: "calendy hubspot" } });
    const page = await open("/");
    await page.run(() => window.dispatchEvent(new CustomEvent("hs-form-event:on-submission:success")));
    await inTheEnd(page, { sent: 1 });
    const complaints = await page.complaints();
    assert.equal(complaints.length, 1);
    assert.match(complaints[0], /embeds: there is no "calendy", only hubspot, calendly, typeform, cal, marketo/);
  });
});

/** As HubSpot's script does: a form in the page that it sends by itself. */
const HUBSPOT = `
  const form = document.querySelector("form");
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    postMessage({ type: "hsFormCallback", eventName: "onFormSubmit", id: form.dataset.formId, data: [] }, "*");
    setTimeout(() => postMessage({ type: "hsFormCallback", eventName: "onFormSubmitted", id: form.dataset.formId }, "*"), 200);
  });`;
const HUBSPOT_V4 = `
  window.HubSpotFormsV4 = { getFormFromEvent: () => ({ getFormId: () => "abc-4" }) };
  let times = 0;
  document.querySelector("form").addEventListener("submit", (event) => {
    event.preventDefault();
    // The id is in the event, or otherwise known to the script.
    const detail = times++ ? { formId: "abc-4" } : undefined;
    setTimeout(() => dispatchEvent(new CustomEvent("hs-form-event:on-submission:success", { detail })), 200);
  });`;
/** As Marketo's script does. */
const MARKETO = `
  const form = document.querySelector("form");
  const done = [];
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    setTimeout(() => (window.followed = done.map((call) => call({ Email: "ada@acme.example" }, "/thanks"))), 200);
  });
  window.MktoForms2 = { whenReady: (call) => call({ getId: () => 1057, onSuccess: (call) => done.push(call) }) };`;

suite("forms of a provider's script in the page", (everywhere, once) => {
  const button = '<button id="send" value="">Send</button>';
  const forms = {
    "HubSpot's legacy forms": [
      HUBSPOT,
      `<form class="hs-form" id="hsForm_1" data-form-id="abc-1">${button}</form>`,
      "abc-1",
    ],
    "HubSpot's newer forms": [HUBSPOT_V4, `<div class="hs-form-html"><form>${button}</form></div>`, "abc-4"],
    "Marketo's forms": [MARKETO, `<form class="mktoForm" id="mktoForm_1057">${button}</form>`, "1057"],
  };
  for (const [what, [script, body, id]] of Object.entries(forms)) {
    once(`${what} count once for each submission, when the provider has accepted it`, async ({ site, open }) => {
      const of = {
        event: "form_submit",
        where: { form_provider: what.startsWith("M") ? "marketo" : "hubspot", form_id: id },
      };
      site.model(counting({ sent: { event: "form_submit" }, own: of, end: { event: "end" } }));
      site.file("/provider.js", script);
      site.pages({ before, policy: null, tag: { embeds: "hubspot, marketo" }, body });
      const page = await open("/");
      // Here it comes later than the tag.
      await page.run(
        () =>
          new Promise((onload) => {
            document.head.append(Object.assign(document.createElement("script"), { src: "/provider.js", onload }));
          }),
      );
      for (const times of [1, 2]) {
        await page.click("#send");
        await counted(page, { sent: times, own: times });
        await page.run(() => new Promise((done) => setTimeout(done, 300)));
      }
      if (what.startsWith("M")) assert.deepEqual(await page.run(() => followed), [true], "and the visitor is led on");
      await inTheEnd(page, { sent: 2, own: 2 });
    });
  }
});
