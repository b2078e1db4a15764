// Over HTTPS the mirror cookie has the prefix `__Host-`: other hosts of the domain cannot set it. A worker reads it.
import assert from "node:assert/strict";
import { compile } from "../../pkg/compile-node.js";
import { createEdge } from "../../pkg/edge-node.js";
import { makeCertificate } from "./lib/certificate.mjs";
import { signalling } from "./lib/models.mjs";
import { suite } from "./lib/suite.mjs";
import { kept, started, track } from "./lib/tag.mjs";

const certificate = makeCertificate();
const why = "there is no openssl, which makes the certificate";
const not = certificate ? {} : { chromium: why, firefox: why, webkit: why };

const cookies = (page) => page.run(() => document.cookie);
const SECRET = "0123456789abcdef0123456789abcdef";

suite("https", (everywhere) => {
  const secure = (what, run) => everywhere(what, run, { certificate: certificate ?? undefined, not });

  secure("the cookie is __Host-leadscore-page alone, and a worker knows the visitor by it", async ({ site, open }) => {
    const model = signalling("hello");
    site.model(model);
    site.pages({ tag: { cookie: "" } });
    site.page("/blank", { tag: null });
    const page = await open("/");
    // A cookie that an older release, or the same site over plain HTTP, has left.
    await page.run(() => (document.cookie = "leadscore=AA.old.old; path=/"));
    await track(page, "hello");
    await site.signals(1);
    await page.until(() => document.cookie.startsWith("__Host-leadscore-page=AA."));
    assert.match(await cookies(page), /^__Host-leadscore-page=AA\.[\w-]{22}\.[\w-]+$/);
    await page.goto(`${site.origin}/blank`);
    const { headers } = site.requests.find(({ path }) => path === "/blank");
    const edge = createEdge({ model: compile(model), keys: [{ id: "k", secret: SECRET }] });
    const visit = await edge.visit(new Request(`${site.origin}/blank`, { headers: { cookie: headers.cookie } }));
    assert.equal(visit.segment, "hello");
    assert.equal(site.received[0].headers.cookie, undefined);
  });

  secure("after a withdrawal the cookie says denied, and is not created again", async ({ site, open }) => {
    site.model(signalling("hello"));
    site.pages({ tag: { cookie: "" } });
    site.page("/none", { tag: {} });
    const page = await open("/");
    await page.until(() => document.cookie.includes("leadscore"));
    await page.run(() => leadscore.consent("denied"));
    assert.equal(await cookies(page), "__Host-leadscore-page=denied");
    await track(page, "hello");
    await page.goto(`${site.origin}/none`);
    await started(page);
    assert.equal(await cookies(page), "__Host-leadscore-page=denied");
    assert.deepEqual(await kept(page), { "leadscore-consent": "denied" });
    await page.run(() => leadscore.consent("granted"));
    await page.goto(`${site.origin}/`);
    await started(page);
    await page.until(() => document.cookie.startsWith("__Host-leadscore-page=AA."));
    await page.run(() => leadscore.consent("denied"));
  });
});
