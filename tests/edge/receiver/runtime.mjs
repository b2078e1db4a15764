// The receiver under test, in one place, so that the tests can use another build.
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
