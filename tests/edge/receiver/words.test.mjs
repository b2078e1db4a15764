// The core defines the lifecycle stages that sales may report. All other lists must be equal to it, in the same order.
import assert from "node:assert/strict";
import { test } from "node:test";
import { byStage } from "../../../www/site/js/owner/words.js";
import { decide, make, signal } from "./make.mjs";
import { toHubSpot } from "./runtime.mjs";

/** Returns the core's stages, read from the receiver's error message. `accepted` is another name for `sal`. */
async function words() {
  const { message } = await (await make().handle(decide({ visitor: "v-1", stage: "?" }))).json();
  const listed = message.slice(message.indexOf("one of ") + 7).split(", ");
  assert.deepEqual([listed[0], listed.at(-1)], ["accepted", "recycled"]);
  return listed.slice(1, -1);
}

const HUBSPOT = [
  ...["subscriber", "lead", "marketingqualifiedlead", "salesqualifiedlead", "opportunity", "customer", "evangelist"],
];

test("each stage has a HubSpot stage, in the same order", async () => {
  const stages = await words();
  const places = [];
  for (const stage of stages) {
    const made = signal();
    made.data.stage = stage;
    const { inputs } = await toHubSpot(made, { token: "t" }).json();
    places.push(HUBSPOT.indexOf(inputs[0].properties.lifecyclestage));
  }
  assert.ok(!places.includes(-1), `${stages}: ${places}`);
  assert.deepEqual(
    places,
    places.toSorted((one, other) => one - other),
  );
  for (const stage of ["hot", "recycled", "toString"]) {
    const made = signal();
    made.data.stage = stage;
    const { inputs } = await toHubSpot(made, { token: "t" }).json();
    assert.equal(inputs[0].properties.lifecyclestage, undefined, stage);
  }
});

test("the owner's page sorts as the core ranks, with a stage of the model's own just before mql", async () => {
  const stages = await words();
  const expected = stages.toSpliced(stages.indexOf("mql"), 0, "hot", "own");
  assert.deepEqual(expected.toReversed().sort(byStage), expected);
});
