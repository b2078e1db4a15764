// The code in the README for website owners works unchanged.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { counting } from "./lib/models.mjs";
import { suite } from "./lib/suite.mjs";
import { counted } from "./lib/tag.mjs";

const readme = readFileSync(new URL("../../README.md", import.meta.url), "utf8");
const blocks = [...readme.matchAll(/```html\n([\s\S]*?)```/g)].map(([, html]) => html);

suite("readme", (everywhere) => {
  everywhere("the tag, the markup and the queue, as the README has them", async ({ site, open }) => {
    assert.equal(blocks.length, 2);
    const rules = {
      asked: { event: "demo_request", where: { plan: "pro" } },
      large: { trait: { employees: { $gte: 200 } } },
    };
    const stages = [{ id: "mql", at: 1_000, auto: ["asked-rule"] }];
    site.model(counting(rules, { stages }), "/leadscore/acme.lsm");
    // Pasted code has an inline script, which a strict policy would not have.
    site.page("/", { tag: null, policy: "", body: blocks.join("\n") });
    const page = await open("/");
    await counted(page, { asked: 1, large: 1 });
    const [{ signal, path }] = await site.signals(1);
    assert.deepEqual([path, signal.data.stage], ["/signals", "mql"]);
    await page.until(() => document.documentElement.dataset.segment === "mql");
    // A second of its own, since the same event counts once in a second.
    await page.until((first) => Date.now() > first + 1_000, Date.parse(signal.time));
    await page.click("button");
    await counted(page, { asked: 2 });
  });
});
