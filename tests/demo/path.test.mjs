// The path through the whole demo as in the README, in each engine: a visit, the inspector, another home page, a
// signal, the owner's view, the playground, the guide.
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { ENGINES, launch } from "../browser/lib/engines.mjs";
import { startForHumans } from "./human.mjs";

const TIMEOUT = 120_000;
const PLAIN = "Every van knows its round by six.";
const OFFER = "You know the rounds. See your own by Friday.";
const PAGES = ["/pricing", "/product/routing", "/product/forecasts", "/product/integrations", "/customers"];

let site;

before(async () => (site = await startForHumans()));
after(() => site?.stop());

for (const engine of ENGINES) {
  describe(engine, () => {
    let browser;
    let page;
    before(async () => {
      browser = await launch(engine);
      page = await (await browser.visitor()).open();
    });
    after(() => browser?.close());

    const go = (path) => page.goto(site.origin + path);
    const headline = (text) => page.until((text) => document.querySelector("h1")?.textContent.trim() === text, text);
    const scored = (least) =>
      page.until(
        (least) => Number(document.querySelector(".panel[data-score]")?.getAttribute("data-score")) >= least,
        least,
      );
    // Away from the panel in the corner, as a person would scroll.
    const press = async (selector) => {
      await page.run((selector) => document.querySelector(selector).scrollIntoView({ block: "center" }), selector);
      await page.click(selector);
    };
    const isQuiet = async () => assert.deepEqual(await page.complaints(), [], "nothing on the console");

    test("viewed pages change the home page, and the inspector says why", { timeout: TIMEOUT }, async () => {
      await go("/");
      await headline(PLAIN);
      await scored(0);
      for (const path of PAGES) {
        await go(path);
        await scored(1);
        await isQuiet();
      }
      await go("/?leadscore=inspect");
      await headline(OFFER);
      await page.until(() =>
        document
          .querySelector("leadscore-inspector")
          ?.shadowRoot?.querySelector(".receipt")
          ?.textContent.includes("pricing"),
      );
      // It stays open on the following pages, above elements that are clicked there.
      await page.run(() => (document.querySelector("leadscore-inspector").open = false));
      await go("/");
      await scored(1);
      assert.equal(await page.run(() => !!document.querySelector("leadscore-inspector")?.open), false);
      await isQuiet();
    });

    test("the form sends one signal, which the owner sees, opens and decides on", { timeout: TIMEOUT }, async () => {
      await go("/demo");
      await scored(1);
      await page.type("#full-name", "Sam");
      await page.type("#email", "sam@example.com");
      await page.type("#company", "Example Foods");
      await press("#demo button");
      await page.until(() => document.querySelector(".panel[data-signal=answered]"));
      const visitor = await page.run(() => localStorage.getItem("leadscore.lead.2").split(".")[1]);
      await isQuiet();

      const [, token] = /#token=(\S+?),/.exec(site.demo.log());
      await go(`/signals#token=${token}`);
      const row = `[data-visitor="${visitor}"]`;
      await page.until((row) => document.querySelectorAll(row).length === 1, row);
      assert.deepEqual(
        await page
          .run((row) => ({ ...document.querySelector(row).dataset }), row)
          .then(({ stage, verification }) => ({
            stage,
            verification,
          })),
        { stage: "mql", verification: "verified" },
      );
      await press(`${row} .signal-open`);
      await page.until((row) => document.querySelector(`${row} .touchpoints li`), row);
      await press(`${row} [data-decide=customer]`);
      await page.until((row) => document.querySelector(`${row}[data-lifecycle=customer]`), row);
      await isQuiet();
      await go("/");
      await headline(PLAIN);
      // WebKit keeps no Secure cookie over plain HTTP, so the worker has not known this browser before, and believes no
      // decision that it could be fishing for.
      const segment = engine === "webkit" ? "near-sql" : "customer";
      assert.equal(await page.run(() => document.documentElement.dataset.leadscoreSegment), segment);
    });

    test("an edit of a model shows its effect, and a link preserves it", { timeout: TIMEOUT }, async () => {
      const shown = (score) =>
        page.until(
          (score) => Math.abs(Number(document.querySelector(".score output")?.textContent) - score) < 0.06,
          score,
        );
      await go("/playground");
      await shown(180.831);
      await page.run(() => {
        const editor = document.querySelector("model-editor");
        const from = '"max": 200';
        const at = editor.value.indexOf(from);
        editor.replace(at, at + from.length, '"max": 150');
      });
      await shown(150);
      await page.until(() => document.querySelector('#chart[data-exact="true"]'));
      await press("#share");
      await page.until(() => location.hash.length > 100);
      const link = await page.run(() => location.href);
      await isQuiet();
      await go("/guide");
      await page.goto(link);
      await shown(150);
      await isQuiet();
    });

    test("the guide's search finds a page", { timeout: TIMEOUT }, async () => {
      await go("/guide");
      await press("#find");
      await page.type("#find", "recycling");
      const address = await page.until(() => document.querySelector("#found:not([hidden])")?.querySelector("a")?.href);
      await page.goto(address);
      await page.until(() => location.hash && document.getElementById(location.hash.slice(1)));
      await isQuiet();
    });
  });
}
