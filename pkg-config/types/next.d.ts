/**
 * A proxy for Next.js 16 that uses the edge.
 *
 * ```ts
 * // proxy.ts
 * import { NextResponse } from "next/server";
 * import { createProxy } from "leadscore/next";
 * import { edge } from "./edge";
 *
 * export const config = { matcher: ["/", "/pricing"] };
 * export const proxy = createProxy(edge, (visit, request) => {
 *   const path = visit.pick({ default: request.nextUrl.pathname, "near-mql": "/home-near-mql" });
 *   return NextResponse.rewrite(new URL(path, request.url));
 * });
 * ```
 *
 * @packageDocumentation
 */
import type { Context, Edge, Visit } from "./edge.js";

/**
 * Returns the proxy. `answer` gets the visit and returns the response: a `NextResponse`, or nothing for the requested
 * page. The proxy passes it to `visit.respond`.
 *
 * If the segment, the snapshot or the receipt was read, shared caches do not store the response, whatever the page, its
 * route or `headers()` in the site's configuration set. A rewrite to another server is then an error, because that
 * server's headers would apply. If a visit is impossible, as after a crash of the wasm, the page is served unchanged.
 */
export function createProxy<Asked extends Request = any, Event extends Context = any>(
  edge: Edge,
  answer?: (
    visit: Visit,
    request: Asked,
    event: Event,
  ) => Response | undefined | void | Promise<Response | undefined | void>,
): (request: Asked, event: Event) => Promise<Response>;
