// `leadscore/next`: a proxy (formerly middleware) of Next.js, which keeps personalised responses out of shared caches.
import { NextResponse } from "next/server.js";
import { CACHES } from "../edge/visit/headers.js";
import { isElsewhere } from "../edge/visit/request.js";

/** @type {typeof import("leadscore/next").createProxy} */
export const createProxy = (edge, answer) => async (request, event) => {
  const visit = await edge.visit(request).catch((error) => console.error("leadscore:", error));
  // Without a visit, as after a crash, the site serves its pages unchanged.
  if (!visit) return NextResponse.next();
  try {
    const response = (await answer?.(visit, request, event)) ?? NextResponse.next();
    const { isVaried } = visit;
    if (isVaried && isElsewhere(response, request))
      throw new Error("leadscore: a rewrite to another server uses that server's headers, so a shared cache could store a page chosen by segment; fetch the page in the proxy instead"); // prettier-ignore
    const answered = await visit.respond(response, event);
    const { headers } = answered;
    if (isVaried || headers.has("set-cookie")) {
      if (!/private|no-store/.test(headers.get("cache-control") ?? ""))
        headers.set("cache-control", "private, no-cache");
      for (const name of CACHES) headers.set(name, "private, no-store");
    }
    return answered;
  } finally {
    visit.free();
  }
};
