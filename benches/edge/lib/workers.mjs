// The worker of a site, with and without leadscore: the same page, after reading the same headers.
const PAGE = "<!doctype html><html><title>Acme</title><p>" + "Who comes back is a lead. ".repeat(40);

const RESPONSE = `new Response(${JSON.stringify(PAGE)}, { headers: { "content-type": "text/html" } })`;

export const WITH = `
  import { createEdge } from "./pkg/edge-workerd.js";
  import model from "./model.lsm";
  let edge;
  export default {
    async fetch(request, env, ctx) {
      edge ??= createEdge({ model, keys: [env.KEY], now: env.NOW ? () => env.NOW : undefined });
      const visit = await edge.visit(request);
      const response = ${RESPONSE};
      response.headers.set("x-segment", visit.segment);
      return visit.respond(response, ctx);
    },
  };
`;

export const WITHOUT = `
  const HEADERS = ["cookie", "user-agent", "sec-gpc", "sec-purpose", "purpose", "x-moz", "sec-fetch-dest", "accept", "referer"];
  export default {
    async fetch(request, env, ctx) {
      const read = HEADERS.map((name) => request.headers.get(name) ?? "");
      const response = ${RESPONSE};
      response.headers.set("x-segment", String(read.length));
      return response;
    },
  };
`;
