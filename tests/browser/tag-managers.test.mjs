// Google Tag Manager's template, run like in its sandbox with the permissions that it requests; the classic loader; and
// the plugins for analytics, Segment and RudderStack with their real packages.
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { counting } from "./lib/models.mjs";
import { suite } from "./lib/suite.mjs";
import { counted, started, track } from "./lib/tag.mjs";

const root = fileURLToPath(new URL("../..", import.meta.url));
const template = await readFile(`${root}pkg/gtm/template.tpl`, "utf8");
/** Returns a section of the template by its heading. */
const section = (name) =>
  template
    .split(`___${name}___`)[1]
    .split(/\n___[A-Z_]+___/)[0]
    .trim();
const before = ["date?step=1000"];
const MODEL = {
  ...counting({
    views: { event: "page_view" },
    said: { event: "said", where: { plan: "pro" } },
    known: { trait: { employees: { $gte: 200 } } },
  }),
  stages: [{ id: "mql", at: 1000, auto: ["said-rule"] }],
};

suite("tag managers", (everywhere, once) => {
  once("Google Tag Manager's template loads the tag with its fields as attributes", async ({ site, open }) => {
    site.model(MODEL);
    site.file("/template.js", `function runTemplate(require, data) { ${section("SANDBOXED_JS_FOR_WEB_TEMPLATE")} }`);
    site.page("/", { before, tag: null, policy: null, head: '<script src="/template.js"></script>' });
    const fields = JSON.parse(section("TEMPLATE_PARAMETERS"));
    const given = {
      loader: "/leadscore/loader.js",
      model: "/model.lsm",
      endpoint: "/signals",
      embeds: "hubspot",
      push: true,
    };
    const data = Object.fromEntries(fields.map(({ name, defaultValue }) => [name, given[name] ?? defaultValue]));
    const [scripts, globals] = JSON.parse(section("WEB_PERMISSIONS")).map(({ instance }) => instance);
    assert.deepEqual([scripts.key.publicId, globals.key.publicId], ["inject_script", "access_globals"]);
    const written = globals.param[0].value.listItem.map(({ mapValue }) => mapValue[0].string);
    const page = await open("/", { start: false });
    // The sandbox gives a template only what its permissions allow.
    await page.run(
      (data, written) =>
        new Promise((gtmOnSuccess, gtmOnFailure) => {
          const apis = {
            injectScript: (src, onload, onerror) =>
              document.head.append(Object.assign(document.createElement("script"), { src, onload, onerror })),
            setInWindow: (name, value) => written.includes(name) && Object.assign(window, { [name]: value }),
          };
          runTemplate((name) => apis[name], { ...data, gtmOnSuccess, gtmOnFailure });
        }),
      { ...data, consent: "granted" },
      written,
    );
    await started(page);
    await track(page, "said", { plan: "pro" });
    await counted(page, { views: 1, said: 1 });
    await site.signals(1);
    assert.equal(await page.run(() => dataLayer.at(-1).event), "qualify_lead");
    assert.ok(site.requests.some(({ path }) => path === "/leadscore/embeds.js"));
    assert.equal(data.consent, "google", "unless the site says otherwise");
  });

  everywhere(
    "the classic loader takes the tag's attributes, and no other file than its own tag",
    async ({ site, open }) => {
      site.model(MODEL);
      const head = '<script src="/leadscore/loader.js" data-model="/model.lsm" data-endpoint="/signals"></script>';
      site.page("/", { before, tag: null, policy: null, head });
      const page = await open("/");
      await track(page, "said", { plan: "pro" });
      await site.signals(1);
      site.file("/leadscore/tag.js", "window.leadscore = 'another one';", "text/javascript");
      const other = await open("/", { start: false });
      await other.run(() => new Promise((done) => setTimeout(done, 500)));
      assert.equal(await other.run(() => typeof window.leadscore), "undefined");
    },
  );

  // Each tracks an event and identifies somebody before the tracker runs and after.
  const OPTIONS = '{ model: "/model.lsm", endpoint: "/signals" }';
  const PLUGINS = {
    analytics: `
      import Analytics from "analytics";
      import { analyticsPlugin } from "leadscore/plugins";
      window.tool = Analytics({ app: "acme", plugins: [analyticsPlugin(${OPTIONS})] });`,
    Segment: `
      import { AnalyticsBrowser } from "@segment/analytics-next";
      import { segmentPlugin } from "leadscore/plugins";
      const settings = { writeKey: "none", cdnSettings: { integrations: {} } };
      window.tool = AnalyticsBrowser.load(settings, { integrations: { "Segment.io": false } });
      tool.register(segmentPlugin(${OPTIONS}));`,
    RudderStack: `
      import { RudderAnalytics } from "@rudderstack/analytics-js/bundled";
      import { rudderStackIntegration } from "leadscore/plugins";
      window.tool = new RudderAnalytics();
      const destinationDefinition = { name: "CUSTOM_DEVICE_MODE", displayName: "Custom Device Mode" };
      const config = { connectionMode: "device", blacklistedEvents: [], whitelistedEvents: [], eventFilteringOption: "disable" };
      const destinations = [{ id: "d-1", name: "leadscore", enabled: true, deleted: false, areTransformationsConnected: false,
        shouldApplyDeviceModeTransformation: false, propagateEventsUntransformedOnError: false, config, destinationDefinition,
        destinationDefinitionId: "dd-1" }];
      tool.addCustomIntegration("d-1", rudderStackIntegration(${OPTIONS}));
      tool.load("none", location.origin, {
        integrations: { All: true }, useBeacon: false, queueOptions: { maxAttempts: 0 },
        getSourceConfig: () => ({ source: { id: "s-1", name: "page", writeKey: "none", enabled: true, workspaceId: "w-1",
          config: { statsCollection: {} }, dataplanes: {}, destinations }, updatedAt: "" }),
      });`,
  };
  for (const [name, source] of Object.entries(PLUGINS)) {
    once(`${name}: its events and traits reach the tracker`, async ({ site, open }) => {
      site.model(MODEL);
      const { outputFiles } = await build({
        stdin: { contents: source, resolveDir: root },
        alias: { "leadscore/plugins": `${root}pkg/plugins.js` },
        // The page's own file.
        external: ["./browser.js"],
        bundle: true,
        format: "esm",
        define: { "process.env.NODE_ENV": '"production"', global: "globalThis" },
        write: false,
        logLevel: "error",
      });
      site.file("/leadscore/app.js", outputFiles[0].text);
      // RudderStack's own endpoint, and its files.
      for (const path of ["/v1/track", "/v1/identify", "/v1/page", "/v1/batch"]) site.file(path, "OK");
      const head = '<script type="module" src="/leadscore/app.js"></script>';
      site.page("/", { before, tag: null, policy: null, head });
      const page = await open("/", { start: false });
      await page.until(() => !!window.tool);
      await page.run(() => void tool.track("said", { plan: "pro" }));
      await page.run(() => void tool.identify("u-1", { employees: 250 }));
      await page.until(() => Symbol.for("leadscore") in window);
      await page.run(async () => void (window.leadscore = await window[Symbol.for("leadscore")]));
      await counted(page, { views: 1, said: 1, known: 1 });
      await page.run(() => void tool.track("said", { plan: "pro" }));
      await counted(page, { views: 1, said: 2, known: 1 });
      await page.complaints();
    });
  }
});
