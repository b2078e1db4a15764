import assert from "node:assert/strict";
import { test } from "node:test";
import { accountSignal, NOW, signal } from "./make.mjs";
import { toGA4, toHubSpot } from "./runtime.mjs";

test("a signal is a contact of HubSpot", async () => {
  const request = toHubSpot(signal(), { token: "pat-1" });
  assert.equal(request.url, "https://api.hubapi.com/crm/v3/objects/contacts/batch/upsert");
  assert.equal(request.method, "POST");
  assert.equal(request.headers.get("authorization"), "Bearer pat-1");
  assert.equal(request.headers.get("content-type"), "application/json");
  assert.deepEqual(await request.json(), {
    inputs: [
      {
        idProperty: "leadscore_visitor",
        id: "v-1",
        properties: { leadscore_visitor: "v-1", lifecyclestage: "marketingqualifiedlead" },
      },
    ],
  });
});

test("property, lifecycle and more properties are one's own", async () => {
  const properties = async (made, options) =>
    (await toHubSpot(made, { token: "t", ...options }).json()).inputs[0].properties;
  assert.deepEqual(await properties(signal({ stage: "sql" })), {
    leadscore_visitor: "v-1",
    lifecyclestage: "salesqualifiedlead",
  });
  assert.deepEqual(await properties(signal({ stage: "warm" }), { property: "visitor" }), { visitor: "v-1" });
  const options = {
    lifecycle: { warm: "12345" },
    properties: ({ data }) => ({ leadscore: String(data.snapshot.score) }),
  };
  assert.deepEqual(await properties(signal({ stage: "warm" }), options), {
    leadscore: "30",
    leadscore_visitor: "v-1",
    lifecyclestage: "12345",
  });
  const odd = { ...signal(), data: { ...signal().data, stage: "__proto__" } };
  assert.deepEqual(await properties(odd), { leadscore_visitor: "v-1" });
});

test("a note has the reasons in one line, in the contact's own property", async () => {
  const note = async (options) =>
    (await toHubSpot(signal(), { token: "t", note: "why", timeZone: "UTC", ...options }).json()).inputs[0].properties
      .why;
  const titles = { rules: { "demo-request": { en: "Asked for a demo", de: "Demo angefragt" } } };
  assert.match(await note(), /^Demo request today/);
  assert.match(await note({ titles }), /^Asked for a demo today/);
  assert.match(await note({ titles, locale: "de-CH" }), /^Demo angefragt \(heute\)/);
});

test("a signal is GA4's qualify_lead", async () => {
  const request = toGA4(signal(), { measurementId: "G-ABC", apiSecret: "a&b", now: () => NOW + 1000 });
  assert.equal(request.url, "https://www.google-analytics.com/mp/collect?measurement_id=G-ABC&api_secret=a%26b");
  assert.equal(request.method, "POST");
  assert.deepEqual(await request.json(), {
    client_id: "v-1",
    timestamp_micros: NOW * 1000,
    consent: { ad_user_data: "DENIED", ad_personalization: "DENIED" },
    events: [
      {
        name: "qualify_lead",
        params: {
          session_id: String(Math.floor(NOW / 1000)),
          engagement_time_msec: 1,
          value: 80,
          stage: "mql",
          score: 80,
          segment: "mql",
        },
      },
    ],
  });
});

test("GA4's own id of the visitor may be given", async () => {
  const id = async (clientId) =>
    (await toGA4(signal(), { measurementId: "G-ABC", apiSecret: "a", clientId }).json()).client_id;
  assert.equal(await id("123.456"), "123.456");
  assert.equal(await id(({ subject }) => `${subject}.1`), "v-1.1");
});

test("GA4 gets no time that it would drop", async () => {
  const hour = 3_600_000;
  for (const [age, isSent] of /** @type {[number, boolean][]} */ ([
    [0, true],
    [24 * hour, true],
    [71 * hour, true],
    [71.5 * hour, false],
    [72 * hour, false],
    [96 * hour, false],
    [-1, false],
    [-24 * hour, false],
    [87_600 * hour, false],
    [-87_600 * hour, false],
  ])) {
    const options = { measurementId: "G-ABC", apiSecret: "a", now: () => NOW + age };
    const { timestamp_micros } = await toGA4(signal(), options).json();
    assert.equal(timestamp_micros, isSent ? NOW * 1000 : undefined, `${age / hour} hours`);
  }
});

test("GA4's own id of the session may be given", async () => {
  const id = async (sessionId) =>
    (await toGA4(signal(), { measurementId: "G-ABC", apiSecret: "a", sessionId }).json()).events[0].params.session_id;
  assert.equal(await id("1763805600"), "1763805600");
  assert.equal(await id(({ subject }) => `${subject.length}`), "3");
});

test("an account is neither a contact nor a user", async () => {
  const sent = await accountSignal();
  assert.equal(toHubSpot(sent, { token: "t" }), null);
  assert.equal(toGA4(sent, { measurementId: "G-ABC", apiSecret: "a" }), null);
});
