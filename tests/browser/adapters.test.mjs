// The adapters for frameworks, each in a page that its framework renders: titles, views, and the lead on the page.
import assert from "node:assert/strict";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { counting } from "./lib/models.mjs";
import { suite } from "./lib/suite.mjs";
import { counted } from "./lib/tag.mjs";

const root = fileURLToPath(new URL("../..", import.meta.url));
const MODEL = {
  ...counting({
    views: { event: "page_view" },
    pricing: { event: "page_view", where: { page_title: "Pricing" } },
    said: { event: "said" },
  }),
  stages: [{ id: "mql", at: 1000, auto: ["said-rule"] }],
};
const OPTIONS = '{ model: "/model.lsm", endpoint: "/signals" }';

// Each shows the segment, counts its renders, and has one button to send an event and one to unmount the component.
const APPS = {
  react: `
    import { StrictMode, createElement as h, useEffect, useState } from "react";
    import { createRoot } from "react-dom/client";
    import { LeadscoreProvider, useLead } from "leadscore/react";
    function Lead() {
      const { snapshot, track } = useLead();
      useEffect(() => track("early"), []);
      return h("button", { id: "say", onClick: () => track("said") }, snapshot?.segment ?? "none");
    }
    function App() {
      const [shown, show] = useState(true);
      return h("div", null, shown && h(LeadscoreProvider, ${OPTIONS}, h(Lead)), h("button", { id: "off", onClick: () => show(!shown) }));
    }
    createRoot(document.querySelector("#app")).render(h(StrictMode, null, h(App)));`,
  vue: `
    import { createApp, h } from "vue";
    import { createLeadscore, useLead } from "leadscore/vue";
    let app;
    const Lead = { setup() {
      const { snapshot, track } = useLead();
      return () => h("button", { id: "say", onClick: () => track("said") }, snapshot.value?.segment ?? "none");
    } };
    const mount = () => (app = createApp(Lead).use(createLeadscore(${OPTIONS}))).mount("#app");
    mount();
    const off = document.body.appendChild(Object.assign(document.createElement("button"), { id: "off" }));
    off.onclick = () => (app ? (app.unmount(), (app = null)) : mount());`,
  svelte: `
    import { get } from "svelte/store";
    import { createLead } from "leadscore/svelte";
    const lead = createLead(${OPTIONS});
    const show = (snapshot) => (document.querySelector("#say").textContent = snapshot?.segment ?? "none");
    document.querySelector("#app").innerHTML = '<button id="say"></button><button id="off"></button>';
    document.querySelector("#say").onclick = () => lead.track("said");
    let end = lead.subscribe(show);
    window.known = () => get(lead)?.segment;
    document.querySelector("#off").onclick = () => (end = end ? void end() : lead.subscribe(show));`,
};

async function bundle(source) {
  const { outputFiles } = await build({
    stdin: { contents: source, resolveDir: root },
    alias: Object.fromEntries(Object.keys(APPS).map((name) => [`leadscore/${name}`, `${root}pkg/${name}.js`])),
    // The page's own script.
    external: ["./browser.js"],
    bundle: true,
    format: "esm",
    define: { "process.env.NODE_ENV": '"development"', __VUE_OPTIONS_API__: "true", __VUE_PROD_DEVTOOLS__: "false", __VUE_PROD_HYDRATION_MISMATCH_DETAILS__: "false" }, // prettier-ignore
    write: false,
    logLevel: "error",
  });
  return outputFiles[0].text;
}

suite("adapters", (everywhere, once) => {
  for (const [name, source] of Object.entries(APPS)) {
    const register = name === "react" ? everywhere : once;
    register(`${name}: counts, renders by the segment, and ends with what held it`, async ({ site, open }) => {
      site.model(MODEL);
      site.file("/leadscore/app.js", await bundle(source));
      const body = '<div id="app"></div><script type="module" src="/leadscore/app.js"></script>';
      site.page("/", { before: ["date?step=1000"], tag: null, policy: null, title: "Home", body });
      const page = await open("/", { start: false });
      await page.until(() => document.querySelector("#say")?.textContent === "visitor");
      await page.run(() => {
        history.pushState(null, "", "/pricing");
        document.title = "Pricing";
        window.leadscore = { snapshot: async () => (await window[Symbol.for("leadscore")])?.snapshot() };
      });
      await page.run(() => new Promise((done) => setTimeout(done, 400)));
      await page.run(async () => void (window.leadscore = await window[Symbol.for("leadscore")]));
      await counted(page, { views: 2, pricing: 1 });
      await page.click("#say");
      await page.until(() => document.querySelector("#say").textContent === "mql");
      assert.equal((await site.signals(1))[0].signal.data.stage, "mql");
      await page.click("#off");
      await page.until(() => !(Symbol.for("leadscore") in window));
      await page.click("#off");
      await page.until(() => Symbol.for("leadscore") in window);
    });
  }
});
