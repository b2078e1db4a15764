// `leadscore/edge`: visits and the receiver, with the runtime's classes of the same wasm.
import {
  Account,
  Lead,
  Model,
  Visit,
  answerBytes,
  answerOutcome,
  decisions,
  hasOutcome,
  isConfirmed,
  isCrawler,
  isInRange,
  isVisitorId,
  modelName,
  parseTime,
  signalLifetime,
  verify,
  __wbg_finalize_init,
  __wbg_frees,
  __wbg_get_imports,
  __wbg_lazy,
} from "#edge";
import { accountClass } from "../edge/account/account.js";
import { receiver } from "../edge/receiver/receiver.js";
import { edge } from "../edge/visit/edge.js";
import { guarded } from "./guard.js";
import * as wasm from "./load.js";

const slot = { imports: __wbg_get_imports, start: guarded(__wbg_finalize_init, __wbg_frees), lazy: __wbg_lazy };
/** @param {import("leadscore").InitInput | Promise<import("leadscore").InitInput>} input */
const load = (input) => wasm.load(slot, input);
/** @param {import("./load.js").Source} options */
const initSync = (options) => wasm.loadSync(slot, options);
const sending = { answerBytes, answerOutcome, signalLifetime };
const receiving = { decisions, hasOutcome, isConfirmed, isInRange, isVisitorId, modelName, parseTime };
const runtime = { ...sending, ...receiving, Account, Model, Visit, isCrawler, verify };

export const createEdge = (options) => edge(runtime, options);
export const createAccount = (options) => accountClass(runtime, options);
export const createReceiver = (options) => receiver(runtime, options);

export { d1Store } from "../edge/receiver/d1.js";
export { memoryStore } from "../edge/receiver/memory.js";
export { toGA4 } from "../edge/receiver/ga4.js";
export { toHubSpot } from "../edge/receiver/hubspot.js";
export { why } from "./why.js";
export { load as init, initSync, Lead, Model, verify };
