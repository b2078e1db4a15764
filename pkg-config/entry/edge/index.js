// The edge's classes and functions over its wasm.
import { REACHED } from "../runtime/signal.js";
import { remake, verifier } from "../runtime/verify.js";
import { ACCOUNT, remake as remakeAccount } from "./account.js";
import "./errors.js";
import "./former.js";

export { Lead } from "../runtime/lead.js";
export { Model } from "../runtime/model.js";
export { Account } from "./account.js";
export * from "./receiver.js";
export { VisitState } from "./visit.js";

/** @type {typeof import("leadscore").verify} */
export const verify = verifier(
  new Map([
    [REACHED, remake],
    [ACCOUNT, remakeAccount],
  ]),
);
