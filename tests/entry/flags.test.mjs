// A lead as attributes of feature flags, passed to the real SDKs for each evaluation, as on a server with many
// visitors.
import assert from "node:assert/strict";
import { test } from "node:test";
import { GrowthBook } from "@growthbook/growthbook";
import { init } from "@launchdarkly/node-server-sdk";
import { TestData } from "@launchdarkly/node-server-sdk/integrations";
import { InMemoryProvider, OpenFeature } from "@openfeature/server-sdk";
import { flagContext } from "../../pkg-config/entry/flags.js";

const NEAR = {
  score: 92.5,
  dimensions: { engagement: 62.5, fit: 30 },
  stage: "engaged",
  next: { stage: "mql", points: 7.5, near: true, missing: [] },
  segment: "near-mql",
  label: "A1",
  lifecycle: null,
  disqualified: false,
};
const NEW = {
  score: 0,
  dimensions: { engagement: 0, fit: 0 },
  stage: null,
  next: null,
  segment: "visitor",
  label: null,
  lifecycle: null,
  disqualified: false,
};

test("a snapshot is flat, and no member is missing or null", () => {
  assert.deepEqual(flagContext(NEAR), {
    lead_score: 92.5,
    lead_stage: "engaged",
    lead_segment: "near-mql",
    lead_label: "A1",
    lead_lifecycle: "",
    lead_disqualified: false,
    lead_next_stage: "mql",
    lead_next_points: 7.5,
    lead_near: true,
    lead_dimension_engagement: 62.5,
    lead_dimension_fit: 30,
  });
  assert.deepEqual(Object.keys(flagContext(NEW)), Object.keys(flagContext(NEAR)));
  for (const value of Object.values(flagContext(NEW))) assert.match(typeof value, /^(string|number|boolean)$/);
  assert.deepEqual(flagContext(undefined), {}, "before the tracker has started");
});

test("OpenFeature: each evaluation has its own visitor", async () => {
  const contextEvaluator = (context) => (context.lead_segment === "near-mql" && context.lead_score > 90 ? "on" : "off");
  const flags = {
    offer: { variants: { on: true, off: false }, defaultVariant: "off", disabled: false, contextEvaluator },
  };
  await OpenFeature.setProviderAndWait(new InMemoryProvider(flags));
  const client = OpenFeature.getClient();
  const offer = (id, snapshot) =>
    client.getBooleanValue("offer", false, { targetingKey: id, ...flagContext(snapshot) });
  assert.deepEqual(await Promise.all([offer("v-1", NEAR), offer("v-2", NEW), offer("v-3", undefined)]), [
    true,
    false,
    false,
  ]);
  await OpenFeature.close();
});

test("GrowthBook: its conditions and a model's mean the same", () => {
  const features = {
    offer: {
      defaultValue: "plain",
      rules: [
        { condition: { lead_segment: "near-mql", lead_next_points: { $lte: 10 } }, force: "call" },
        { condition: { lead_stage: { $ne: "engaged" } }, force: "read" },
      ],
    },
  };
  const offer = (snapshot) =>
    new GrowthBook({ features, attributes: flagContext(snapshot) }).getFeatureValue("offer", "none");
  assert.deepEqual([NEAR, NEW].map(offer), ["call", "read"]);
});

test("LaunchDarkly: a negated condition is true for a visitor without the attribute", async () => {
  const data = new TestData();
  await data.update(
    data.flag("offer").booleanFlag().fallthroughVariation(false).ifMatch("user", "lead_near", true).thenReturn(true),
  );
  await data.update(
    data
      .flag("tour")
      .booleanFlag()
      .fallthroughVariation(false)
      .ifNotMatch("user", "lead_stage", "engaged")
      .thenReturn(true),
  );
  const logger = { error: assert.fail, warn() {}, info() {}, debug() {} };
  const client = init("sdk-none", {
    updateProcessor: data.getFactory(),
    sendEvents: false,
    diagnosticOptOut: true,
    logger,
  });
  await client.waitForInitialization({ timeout: 5 });
  const flag = (name, key, snapshot) => client.variation(name, { kind: "user", key, ...flagContext(snapshot) }, false);
  assert.equal(await flag("offer", "v-1", NEAR), true);
  assert.equal(await flag("offer", "v-2", NEW), false);
  assert.equal(await flag("tour", "v-1", NEAR), false);
  assert.equal(await flag("tour", "v-2", NEW), true);
  client.close();
});
