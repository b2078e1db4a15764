// A browser, its settings or another script of the page may deny or hide any API: the page is still scored, and signals
// arrive if there is a network.
import assert from "node:assert/strict";
import { repeat } from "../lib/level.mjs";
import { DENIED } from "./lib/denials.mjs";
import { signalling } from "./lib/models.mjs";
import { suite } from "./lib/suite.mjs";
import { counts, track } from "./lib/tag.mjs";

/** Of two ways to deny one API the last one stays. */
const together = Object.values(DENIED)
  .map((script) => `try { ${script} } catch {}`)
  .join("\n");

const model = () => {
  const { rules, ...rest } = signalling("hello", "later");
  const view = { id: "view", event: "page_view", points: 7, dimension: "views", limit: 9 };
  return { ...rest, rules: [...rules, view], dimensions: { views: {} } };
};

/** Seven points for the page view, and one signal for each of two stages. */
async function isScoredAndSignalled({ site, open }, script, what) {
  site.model(model());
  site.file("/deny.js", script);
  site.pages({ head: '<script src="/deny.js"></script>', before: ["date?step=1000"] });
  const page = await open("/");
  assert.deepEqual(await counts(page), { views: 7 }, what);
  await track(page, "hello");
  await site.signals(1);
  await track(page, "later");
  await site.signals(2);
  assert.deepEqual([...new Set(site.received.map(({ signal }) => signal.data.stage))], ["hello", "later"], what);
  const complaints = (await page.complaints()).filter((text) => !text.startsWith("leadscore: "));
  assert.deepEqual(complaints, [], what);
  return page;
}

suite("denied", (everywhere, once) => {
  const alone = repeat({ check: 2, test: 14, all: 100 });
  for (const [what, script] of Object.entries(DENIED).slice(0, alone)) {
    once(`without ${what}`, (scene) => isScoredAndSignalled(scene, script, what));
  }

  everywhere("without any of them", (scene) => isScoredAndSignalled(scene, together, "all"));
});
