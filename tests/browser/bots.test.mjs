// Automated browsers and crawlers are scored, but send no signals.
import assert from "node:assert/strict";
import { signalling } from "./lib/models.mjs";
import { suite } from "./lib/suite.mjs";
import { snapshot, track } from "./lib/tag.mjs";

const MOZILLA = "Mozilla/5.0 (compatible; NAME; +http://bot.example/)";
const MACHINES = {
  "a browser that is remote-controlled": "webdriver",
  "headless Chromium": "agent?Mozilla/5.0 (X11; Linux x86_64) HeadlessChrome/156.0.0.0 Safari/537.36",
  Googlebot: `agent?${MOZILLA.replace("NAME", "Googlebot/2.1")}`,
  Bingbot: `agent?${MOZILLA.replace("NAME", "bingbot/2.0")}`,
  GPTBot: `agent?${MOZILLA.replace("NAME", "GPTBot/1.2")}`,
  "a link scanner": `agent?${MOZILLA.replace("NAME", "Slackbot-LinkExpanding 1.0")}`,
};

suite("bots", (everywhere, once) => {
  for (const [what, before] of Object.entries(MACHINES)) {
    // Each engine says in its own way that it is driven; a name is a name everywhere.
    const register = before === "webdriver" ? everywhere : once;
    register(`${what} makes no signal`, async ({ site, open, newVisitor }) => {
      site.model(signalling("hello"));
      site.page("/machine", { before: [before.replaceAll(" ", "%20")] });
      const page = await open("/machine");
      await page.run(() => {
        window.heard = [];
        document.addEventListener("leadscore:signal", () => heard.push("event"));
        leadscore.on("signal", () => heard.push("listener"));
      });
      await track(page, "hello");
      assert.equal((await snapshot(page)).stage, "hello", "it is scored");
      // A person is reported; by then the bot would have been reported too.
      const human = await newVisitor();
      await track(await human.open("/"), "hello");
      await site.signals(1);
      assert.deepEqual(await page.run(() => heard), []);
      const referers = site.received.map(({ headers }) => new URL(headers.referer).pathname);
      assert.deepEqual(
        referers,
        referers.map(() => "/"),
      );
    });
  }

  everywhere("ordinary browsers do", async ({ site, open }) => {
    site.model(signalling("hello"));
    await track(await open("/"), "hello");
    await site.signals(1);
  });

  for (const agent of [
    "Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.5 Mobile/15E148 Safari/604.1",
    "Mozilla/5.0 (Linux; Android 13; CUBOT X30) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0.0.0 Mobile Safari/537.36",
  ]) {
    once(`so does ${/\((.*?)\)/.exec(agent)[1]}`, async ({ site, open }) => {
      site.model(signalling("hello"));
      site.pages({ before: [`agent?${agent.replaceAll(" ", "%20")}`] });
      await track(await open("/"), "hello");
      await site.signals(1);
    });
  }
});
