/**
 * A proxy of Next.js 16 around the edge.
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
 * Returns the proxy. `answer` gets the visit and returns what to answer with: a `NextResponse`, or nothing for the page that
 * was asked for. The proxy hands it to `visit.respond`.
 *
 * Where the segment, the snapshot or the receipt was looked at, no shared cache keeps the response, whatever the page, its
 * route or `headers()` in the site's configuration say. A rewrite to another server is then an error, because that
 * server's headers would count. Where there can be no visit, as after a crash of the wasm, the page comes as it is.
 */
export function createProxy<Asked extends Request = any, Event extends Context = any>(
  edge: Edge,
  answer?: (
    visit: Visit,
    request: Asked,
    event: Event,
  ) => Response | undefined | void | Promise<Response | undefined | void>,
): (request: Asked, event: Event) => Promise<Response>;
