// src/event/crawlers.txt: current, complete, and no browser's loss.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { browsers, crawlers } from "../pkg-config/crawlers.mjs";

const text = readFileSync(new URL("../src/event/crawlers.txt", import.meta.url), "utf8");
const tokens = text.split("\n");

// The rule as the tag applies it.
const isCrawler = (agent) => {
  const lower = agent.toLowerCase();
  return !lower.includes("gecko") || tokens.some((token) => lower.includes(token));
};

test("the file is generated from the pinned packages", () => {
  const generator = fileURLToPath(new URL("../pkg-config/crawlers.mjs", import.meta.url));
  const { status, stderr } = spawnSync(process.execPath, [generator, "--check"], { encoding: "utf8" });
  assert.equal(status, 0, stderr);
});

test("it is small, ASCII, sorted and without empty lines, which would match everybody", () => {
  assert.match(text, /^[!-@[-~ ]{3,12}(\n[!-@[-~ ]{3,12})*$/);
  assert.deepEqual(tokens, [...new Set(tokens)].sort());
  assert.ok(text.length <= 150, `${text.length} bytes`);
});

test("it recognises nearly every crawler of the corpus", () => {
  const all = crawlers();
  assert.ok(all.length > 2000);
  const missed = all.filter((agent) => !isCrawler(agent));
  assert.ok(missed.length <= all.length * 0.02, `${missed.length} of ${all.length}: ${missed.join("\n")}`);
});

test("it mistakes no browser of the corpus for a crawler", () => {
  const all = browsers();
  const kinds = ["samsungbrowser/", "ucbrowser/", "instagram ", "[fban/", "gsa/", "duckduckgo/", "cubot", "; wv)"];
  for (const kind of [...kinds, "smarttv", "web0s", "iphone os 9_", "iphone os 4_", "edg/", "firefox/", "opr/"])
    assert.ok(
      all.some((agent) => agent.includes(kind)),
      `the corpus has no ${kind}`,
    );
  assert.deepEqual(all.filter(isCrawler), []);
});

const chrome = "AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0";
const iphone = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_6 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko)";

for (const [name, agent] of Object.entries({
  Googlebot: `Mozilla/5.0 ${chrome.replace("Gecko", "Gecko; compatible; Googlebot/2.1; +http://www.google.com/bot.html")} Safari/537.36`,
  Bingbot: "Mozilla/5.0 (compatible; bingbot/2.0; +http://www.bing.com/bingbot.htm)",
  GPTBot: "Mozilla/5.0 AppleWebKit/537.36 (KHTML, like Gecko; compatible; GPTBot/1.2; +https://openai.com/gptbot)",
  HeadlessChrome: `Mozilla/5.0 (X11; Linux x86_64) ${chrome.replace("Chrome", "HeadlessChrome")} Safari/537.36`,
  Lighthouse: `Mozilla/5.0 (Linux; Android 11; moto g power (2022)) ${chrome} Mobile Safari/537.36 Chrome-Lighthouse`,
  AhrefsBot: "Mozilla/5.0 (compatible; AhrefsBot/7.0; +http://ahrefs.com/robot/)",
  facebookexternalhit: "facebookexternalhit/1.1 (+http://www.facebook.com/externalhit_uatext.php)",
  Slackbot: "Slackbot-LinkExpanding 1.0 (+https://api.slack.com/robots)",
  "a bot nobody knows yet": `Mozilla/5.0 (Windows NT 10.0; Win64; x64) ${chrome} Safari/537.36 Newcomerbot/1.0`,
  nobody: "",
}))
  test(`a crawler: ${name}`, () => assert.ok(isCrawler(agent)));

for (const [name, agent] of Object.entries({
  Chrome: `Mozilla/5.0 (Windows NT 10.0; Win64; x64) ${chrome} Safari/537.36`,
  Edge: `Mozilla/5.0 (Windows NT 10.0; Win64; x64) ${chrome} Safari/537.36 Edg/140.0.0.0`,
  Firefox: "Mozilla/5.0 (X11; Linux x86_64; rv:143.0) Gecko/20100101 Firefox/143.0",
  Safari:
    "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.6 Safari/605.1.15",
  "Safari on iPhone": `${iphone} Version/18.6 Mobile/15E148 Safari/604.1`,
  Samsung: `Mozilla/5.0 (Linux; Android 10; K) ${chrome.replace("Chrome", "SamsungBrowser/28.0 Chrome")} Mobile Safari/537.36`,
  "a CUBOT phone": `Mozilla/5.0 (Linux; Android 13; CUBOT NOTE 50) ${chrome} Mobile Safari/537.36`,
  "a CUBOT phone's WebView": `Mozilla/5.0 (Linux; Android 13; CUBOT_X70 Build/TP1A.220624.014; wv) ${chrome} Mobile Safari/537.36`,
  "a FOSSiBOT phone": `Mozilla/5.0 (Linux; Android 14; FOSSiBOT F105) ${chrome} Mobile Safari/537.36`,
  "Instagram on Android": `Mozilla/5.0 (Linux; Android 15; SM-S921B Build/AP3A.240905.015; wv) ${chrome} Mobile Safari/537.36 Instagram 397.0.0.46.81 Android (35/15; 480dpi; 1080x2125; samsung; SM-S921B; e1s; s5e9945; de_DE; 792858294; IABMV/1)`,
  "Instagram on iPhone": `${iphone} Mobile/15E148 Instagram 397.0.0.31.80 (iPhone16,1; iOS 18_6; en_US; en; scale=3.00; 1179x2556; IABMV/1; 792858294)`,
  "Facebook on iPhone": `${iphone} Mobile/22G86 [FBAN/FBIOS;FBAV/530.0.0.47.75;FBBV/794233523;FBDV/iPhone16,1;FBMD/iPhone;FBSN/iOS;FBSV/18.6;FBSS/3;FBCR/;FBID/phone;FBLC/en_US;FBOP/80]`,
  "Facebook on Android": `Mozilla/5.0 (Linux; Android 14; 23021RAA2Y Build/UKQ1; wv) ${chrome} Mobile Safari/537.36 [FB_IAB/FB4A;FBAV/530.0.0.48.74;IABMV/1;]`,
  "TikTok on iPhone": `${iphone} Mobile/15E148 musical_ly_41.4.0 BytedanceWebview/d8a21c6 JsSdk/2.0 NetType/WIFI Channel/App Store ByteLocale/en Region/US`,
  LinkedIn: `${iphone} Mobile/15E148 [LinkedInApp]/9.31.2700`,
  Pinterest: `${iphone} Mobile/15E148 [Pinterest/iOS]`,
  Snapchat: `${iphone} Version/18.6 Mobile/15E148 Snapchat/13.55.0.42 (like Safari/8621.3.11, panda)`,
  WeChat: `${iphone} Mobile/15E148 MicroMessenger/8.0.62(0x18003e2a) NetType/WIFI Language/zh_CN`,
  "Google's app": `${iphone} GSA/384.0.800 Mobile/15E148 Safari/604.1`,
  DuckDuckGo: `${iphone} Version/18.6 Mobile/15E148 DuckDuckGo/7 Safari/605.1.15`,
  "Opera Mini": `Mozilla/5.0 (Linux; U; Android 14; SM-A155F Build/UP1A; wv) ${chrome} Mobile Safari/537.36 OPR/91.0.2254.77`,
  UC: `Mozilla/5.0 (Linux; U; Android 13; en-US; 22101320G Build/TKQ1) ${chrome} UCBrowser/13.8.0.1326 Mobile Safari/537.36`,
  "a Samsung television": `Mozilla/5.0 (SMART-TV; LINUX; Tizen 8.0) ${chrome.replace("Chrome", "108.0.5359.1/8.0 TV Safari/537.36 Chrome")}`,
  "an LG television": `Mozilla/5.0 (Web0S; Linux/SmartTV) ${chrome} Safari/537.36 WebAppManager`,
  "an app that says where it comes from": `${iphone} Mobile/15E148 MyApp/1.0 (https://myapp.example)`,
  "an app with an address": `Mozilla/5.0 (Linux; Android 14; SM-A155F; wv) ${chrome} Mobile Safari/537.36 AcmeShop/5.2 https://shop.example.com/app`,
  "an app with a mail address": `${iphone} Mobile/15E148 MyApp/1.0 (support@myapp.com)`,
  "a PlayStation":
    "Mozilla/5.0 (PlayStation; PlayStation 5/9.60) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/15.4 Safari/605.1.15",
}))
  test(`not a crawler: ${name}`, () => assert.ok(!isCrawler(agent)));
