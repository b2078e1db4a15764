// `leadscore/edge`: visits and the receiver, with the runtime's classes of the same wasm.
import { __wbg_lazy } from "#edge";
import { accountClass } from "../edge/account/account.js";
import { receiver } from "../edge/receiver/receiver.js";
import { edge } from "../edge/visit/edge.js";
import * as runtime from "./edge/index.js";
import * as wasm from "./load.js";
import { slot as own } from "./runtime/slot.js";

const slot = { ...own, lazy: __wbg_lazy };
/** @param {import("leadscore").InitInput | Promise<import("leadscore").InitInput>} input */
const load = (input) => wasm.load(slot, input);
/** @param {import("./load.js").Source} options */
const initSync = (options) => wasm.loadSync(slot, options);

/** @param {import("leadscore/edge").EdgeOptions} options */
export const createEdge = (options) => edge(runtime, options);
/** @param {Parameters<typeof accountClass>[1]} options */
export const createAccount = (options) => accountClass(runtime, options);
/** @param {import("leadscore/edge").ReceiverOptions} options */
export const createReceiver = (options) => receiver(runtime, options);

export { d1Store } from "../edge/receiver/d1.js";
export { memoryStore } from "../edge/receiver/memory.js";
export { toGA4 } from "../edge/receiver/ga4.js";
export { toHubSpot } from "../edge/receiver/hubspot.js";
export { why } from "./why.js";
export { Lead, Model, verify } from "./edge/index.js";
export { load as init, initSync };
