// What the tests of the receiver test: one place to point them to another build of it.
import { d1Store } from "../../../pkg-config/edge/receiver/d1.js";
import { toGA4 } from "../../../pkg-config/edge/receiver/ga4.js";
import { toHubSpot } from "../../../pkg-config/edge/receiver/hubspot.js";
import { memoryStore } from "../../../pkg-config/edge/receiver/memory.js";
import { receiver } from "../../../pkg-config/edge/receiver/receiver.js";
import { compile } from "../../../pkg/compile-node.js";
import init, { Lead, Model, verify } from "../../../pkg/node.js";

await init();

// Signals of accounts are verified elsewhere; here one is right where its state says so.
function verifyAccount(model, { data }) {
  if (data.state === "right") return data.snapshot;
  const code = data.state === "other" ? "signal_model" : "signal_mismatch";
  throw Object.assign(new Error(code), { code });
}

// Tests say themselves of which models they take unknown versions.
const NONE = "";
const createReceiver = (options) => receiver({ Model, modelName: () => NONE, verify, verifyAccount }, options);

export { compile, createReceiver, d1Store, Lead, memoryStore, Model, toGA4, toHubSpot, verify };
