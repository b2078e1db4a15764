// The runtime's classes and the start of its wasm.
export { Lead } from "./lead.js";
export { Model } from "./model.js";
export { verify } from "./verify.js";
export { slot } from "./slot.js";
