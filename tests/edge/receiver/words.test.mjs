// What sales may say stands in the core, once: whatever else lists it, lists just that, in that order.
import assert from "node:assert/strict";
import { test } from "node:test";
import { byStage } from "../../../www/site/js/owner/words.js";
import { decide, make, signal } from "./make.mjs";
import { toHubSpot } from "./runtime.mjs";

/** As the receiver's refusal lists them, which asks the core; `accepted` is another name for `sal`. */
async function words() {
  const { message } = await (await make().handle(decide({ visitor: "v-1", stage: "?" }))).json();
  const listed = message.slice(message.indexOf("one of ") + 7).split(", ");
  assert.deepEqual([listed[0], listed.at(-1)], ["accepted", "recycled"]);
  return listed.slice(1, -1);
}

const HUBSPOT = [
  ...["subscriber", "lead", "marketingqualifiedlead", "salesqualifiedlead", "opportunity", "customer", "evangelist"],
];

test("HubSpot has a stage for each, and moves a contact in the same order", async () => {
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
