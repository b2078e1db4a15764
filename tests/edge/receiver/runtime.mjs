// What the tests of the receiver test: one place to point them to another build of it.
export { compile } from "../../../pkg/compile-node.js";
export {
  createAccount,
  createReceiver,
  d1Store,
  Lead,
  memoryStore,
  Model,
  toGA4,
  toHubSpot,
  verify,
} from "../../../pkg/edge-node.js";
