// The edge's classes and functions over its wasm.
import { add } from "../runtime/errors.js";
import { REACHED, remake, verifier } from "../runtime/signal.js";
import { ACCOUNT, remake as remakeAccount } from "./account.js";
import "./former.js";

export { Lead } from "../runtime/lead.js";
export { Model } from "../runtime/model.js";
export { Account } from "./account.js";
export * from "./receiver.js";
export { Visit } from "./visit.js";

add({
  model_account: ["ModelError", "the model scores no accounts: give it an `account`"],
  account_key: ["LeadError", "give the account a key of 1 to 128 characters"],
});

/** @type {typeof import("leadscore").verify} */
export const verify = verifier(
  new Map([
    [REACHED, remake],
    [ACCOUNT, remakeAccount],
  ]),
);
