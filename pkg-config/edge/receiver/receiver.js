// The receiver of signals, for any server with Request and Response.
import { answer } from "../lib/answer.js";
import { fault } from "../lib/log.js";
import { accepting } from "./accept.js";
import { refuseStranger } from "./bearer.js";
import { preflight, share } from "./cors.js";
import { forwarder } from "./forward.js";
import { deciding } from "./lifecycle.js";
import { listing } from "./list.js";
import { settings } from "./options.js";

const SIGNALS = "GET, HEAD, OPTIONS, POST";
const LIFECYCLE = "OPTIONS, POST";

/**
 * @param {typeof import("../../entry/edge/index.js")} runtime of the wasm, which is initialised: `Model`, `verify`, and what src/edge/receiver.rs exports
 * @param {import("leadscore/edge").ReceiverOptions} options see settings in options.js
 */
export function receiver(runtime, options) {
  const context = settings(runtime, options);
  const { origins, tokens, count, counts } = context;
  const { hand, queue, forwardPending } = forwarder(context);
  const accept = accepting(context, { hand });
  const decide = deciding(context);
  const list = listing(context);

  /**
   * @param {Request} request
   * @param {object} [ctx]
   */
  async function handle(request, ctx) {
    const response = await route(request, ctx).catch((error) => {
      // All that a sender can do wrong is answered where it is found: this is the store.
      fault("store", error);
      count("failed");
      return answer(503, "unavailable", "the store is not available; try again", { "retry-after": "30" });
    });
    share(response, request, origins);
    return response;
  }

  /**
   * @param {Request} request
   * @param {object | undefined} ctx
   */
  async function route(request, ctx) {
    const isLifecycle = new URL(request.url).pathname.endsWith("/lifecycle");
    const allow = isLifecycle ? LIFECYCLE : SIGNALS;
    const { method } = request;
    if (method === "OPTIONS") return preflight(request, origins, allow);
    if (!allow.split(", ").includes(method)) {
      return answer(405, "method", `this address supports only ${allow}`, { allow });
    }
    if (method === "POST" && !isLifecycle) return accept(request, ctx);

    const refused = await refuseStranger(request, tokens);
    if (refused) count("stranger");
    const response = refused ?? (await (isLifecycle ? decide(request) : list(request)));
    return method === "HEAD" ? new Response(null, response) : response;
  }

  return { handle, queue, forwardPending, counts };
}
