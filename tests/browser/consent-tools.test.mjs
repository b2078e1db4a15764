// Consent tools: data is stored and sent exactly as the visitor has chosen in the page's tool.
import assert from "node:assert/strict";
import { TOOLS, bundledVanilla } from "./lib/consent-tools.mjs";
import { counting } from "./lib/models.mjs";
import { suite } from "./lib/suite.mjs";
import { counted, kept, started, track } from "./lib/tag.mjs";

const MODEL = {
  ...counting({ views: { event: "page_view" }, said: { event: "said" }, asked: { event: "asked" } }),
  stages: [
    { id: "mql", at: 1000, auto: ["said-rule"] },
    { id: "sql", at: 1000, auto: ["asked-rule"] },
  ],
};

/** Returns what the tag has stored, without the tool's own data. */
async function traces(page) {
  const { "the-tool": _, ...own } = await kept(page);
  return own;
}
const DENIED = { "leadscore-consent": "denied" };

/** Opens the page with a tool, whose script is `source`, and waits until the tool works. */
async function withTool({ site, open }, consent, source) {
  site.model(MODEL);
  site.file("/tool.js", source);
  site.pages({ before: ["date?step=1000"], tag: { consent }, policy: null, head: '<script src="/tool.js"></script>' });
  const page = await open("/");
  await page.until(() => typeof choose === "function");
  return page;
}
const choose = (page, choice) => page.run((choice) => void window.choose(choice), choice);
const agreed = (page, expected) => page.until((expected) => leadscore.agreed === expected, expected);
const pause = (page) => page.run(() => new Promise((done) => setTimeout(done, 300)));

async function reload(page) {
  await page.reload();
  await started(page);
  await page.until(() => typeof choose === "function");
}

/** Not asked yet, yes, remembered, withdrawn, remembered, later yes. */
async function choices(scene, consent, source) {
  const page = await withTool(scene, consent, source);
  await track(page, "said");
  await pause(page);
  await agreed(page, "pending");
  assert.deepEqual(await traces(page), {});
  assert.deepEqual(scene.site.received, []);

  await choose(page, "yes");
  await agreed(page, "granted");
  // Events collected until then count, and are sent.
  await counted(page, { views: 1, said: 1 });
  await scene.site.signals(1);
  assert.equal((await traces(page))["leadscore-consent"], "granted");
  assert.ok((await traces(page))["leadscore.lead.2"]);

  await reload(page);
  await agreed(page, "granted");
  await track(page, "asked");
  await counted(page, { views: 2, said: 1, asked: 1 });
  await scene.site.signals(2);
  await agreed(page, "granted");

  await choose(page, "no");
  await agreed(page, "denied");
  assert.deepEqual(await traces(page), DENIED);

  await reload(page);
  await agreed(page, "denied");
  await track(page, "said");
  await pause(page);
  await counted(page, { views: 0, said: 0 });
  assert.deepEqual(await traces(page), DENIED);

  const sent = scene.site.received.length;
  await choose(page, "yes");
  await agreed(page, "granted");
  await track(page, "said");
  await counted(page, { said: 1 });
  await scene.site.signals(sent + 1);
  assert.ok((await traces(page))["leadscore.lead.2"]);
}

suite("consent tools", (everywhere, once) => {
  for (const [name, source] of Object.entries(TOOLS)) {
    // All tools go the same way to the tag: one of them in every engine, and all in `make test-all`.
    const register = name === "tcf" ? everywhere : once;
    register(`${name}: yes, remembered, withdrawn, remembered, later yes`, async (scene) =>
      choices(scene, name, await source()),
    );
  }

  once("vanilla-cookieconsent with its API private to a bundle", async (scene) =>
    choices(scene, "vanilla-cookieconsent", await bundledVanilla()),
  );

  for (const [name, source] of Object.entries(TOOLS))
    once(`${name}: no at first, and nothing is kept of what was gathered before; later yes`, async (scene) => {
      const page = await withTool(scene, name, await source());
      await track(page, "said");
      await choose(page, "no");
      await agreed(page, "denied");
      assert.deepEqual(await traces(page), DENIED);
      await choose(page, "yes");
      await agreed(page, "granted");
      await track(page, "said");
      await counted(page, { said: 1 });
    });

  once("an unknown tool name counts as denied, and is reported", async ({ site, open }) => {
    site.model(MODEL);
    site.pages({ tag: { consent: "tfc" } });
    const page = await open("/");
    await agreed(page, "denied");
    const [complaint, ...more] = await page.complaints();
    assert.match(complaint, /consent: there is no "tfc", only granted, pending, denied, google, tcf, gpp, onetrust/);
    assert.deepEqual(more, []);
  });

  once("a tool that never loads leaves nothing", async ({ site, open }) => {
    site.model(MODEL);
    site.pages({ tag: { consent: "klaro" } });
    const page = await open("/");
    await track(page, "said");
    await pause(page);
    assert.equal(await page.run(() => leadscore.agreed), "pending");
    assert.deepEqual(await traces(page), {});
    assert.deepEqual(site.received, []);
  });

  once("a tool whose file does not load leaves nothing, and is reported", async ({ site, open }) => {
    site.model(MODEL);
    site.pages({ tag: { consent: "klaro" } });
    site.file("/leadscore/consent-tools.js", null);
    const page = await open("/");
    await track(page, "said");
    await pause(page);
    assert.equal(await page.run(() => leadscore.agreed), "pending");
    assert.deepEqual(await traces(page), {});
    assert.deepEqual(site.received, []);
    assert.match((await page.complaints()).join(), /cannot load .*consent-tools\.js/);
  });
});
