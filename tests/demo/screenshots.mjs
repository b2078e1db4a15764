// `node tests/demo/screenshots.mjs FOLDER` makes screenshots of every page in the width of a phone, a tablet and a
// desktop, light and dark. `--only=NAME` selects pages whose name begins with NAME, `--width=390` one width.
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { launchChromium, newVisitor, startDemo } from "./harness.mjs";
import { ALL, nameOf } from "./pages.mjs";
import { openPlayground, write } from "./playground-fixture.mjs";

const HEIGHT = 900;
const SCHEMES = ["light", "dark"];
/** Enough for the offer on the home page. */
const TO_NEAR_MQL = ["/pricing", "/product/routing", "/product/forecasts", "/product/integrations", "/customers"];

/** A model that causes a long message of each kind. */
const FULL_OF_ERRORS = JSON.stringify(
  {
    name: "acme-web",
    rules: [
      { id: "a-rule-with-a-name-of-as-many-characters-as-there-may-be-in-it-00", event: "page_vieww", ponits: 5 },
      { id: "two", event: "page_view", path: "pricing/(.*)", points: "15", per: "1d", distinct: "email" },
      { id: "two", all: ["three"], within: "7 days" },
    ],
    stages: [{ id: "near-mql", at: 100, near: 200, requires: ["nobody"], min: { intent: 1_000_000 } }],
  },
  null,
  2,
);

const [folder] = process.argv.slice(2).filter((argument) => !argument.startsWith("--"));
const option = (name) => process.argv.find((argument) => argument.startsWith(`--${name}=`))?.slice(name.length + 3);
const only = option("only") ?? "";
const widths = option("width") ? [Number(option("width"))] : [390, 768, 1440];
if (folder === undefined) {
  console.error("usage: node tests/demo/screenshots.mjs FOLDER [--only=NAME] [--width=PIXELS]");
  process.exit(2);
}
await mkdir(folder, { recursive: true });

const demo = await startDemo();
const browser = await launchChromium();
try {
  for (const width of widths) {
    for (const colorScheme of SCHEMES) await shootAll(width, colorScheme);
  }
} finally {
  await browser.close();
  await demo.stop();
}

async function shootAll(width, colorScheme) {
  const context = await newVisitor(browser, { viewport: { width, height: HEIGHT }, colorScheme });
  const page = await context.newPage();
  const shoot = async (name) => {
    const { wide, high } = await page.evaluate(() => {
      const { scrollWidth: wide, scrollHeight: high } = document.documentElement;
      return { wide, high };
    });
    if (wide > width) console.warn(`${name} at ${width} is ${wide - width} pixels too wide`);
    // A window as high as the page, so that the panel is at its end and not over its middle.
    await page.setViewportSize({ width, height: high });
    await page.screenshot({ path: join(folder, `${name}-${width}-${colorScheme}.png`) });
    await page.setViewportSize({ width, height: HEIGHT });
  };
  const wanted = (name) => name.startsWith(only);
  const open = (path) => page.goto(demo.origin + path, { waitUntil: "networkidle" });

  for (const path of ALL) {
    if (!wanted(nameOf(path))) continue;
    // The list of signals is asked for all the time, so the network never rests there.
    await page.goto(demo.origin + path, { waitUntil: path === "/signals" ? "load" : "networkidle" });
    if (path === "/signals") await page.locator(".chart-note").getByText("signals").waitFor();
    await shoot(nameOf(path));
  }

  if (wanted("home-near-mql")) {
    for (const path of TO_NEAR_MQL) await open(path);
    await open("/");
    await page.locator(".hero-note").waitFor();
    await shoot("home-near-mql");
  }

  if (wanted("newsletter-sent")) {
    await page.goto(`${demo.origin}/newsletter`);
    await page.getByLabel("Your email").fill("sam@example.com");
    await page.getByRole("button", { name: "Subscribe" }).click();
    await page.locator("#newsletter-thanks").waitFor();
    await shoot("newsletter-sent");
  }

  if (wanted("demo-sent")) {
    await page.goto(`${demo.origin}/demo`);
    await page.getByLabel("Your name").fill("Sam Vimes");
    await page.getByLabel("Work email").fill("sam@example.com");
    await page.getByLabel("Company").fill("Example Foods");
    await page.getByRole("button", { name: "Book a demo" }).click();
    await page.locator(".panel[data-signal=answered]").waitFor();
    const fold = page.locator(".panel-fold");
    // On a phone the panel is folded.
    if (await fold.isVisible()) await fold.click();
    await page.locator(".panel summary").click();
    await page.locator(".panel tbody tr").first().waitFor();
    await shoot("demo-sent");
  }

  if (wanted("signals-arrived")) {
    await page.goto(`${demo.origin}/signals`);
    await page.getByText("verified").first().waitFor();
    await shoot("signals-arrived");
  }

  if (wanted("playground-errors")) {
    await openPlayground(page, demo.origin);
    await write(page, FULL_OF_ERRORS);
    await page.locator("#issues li").nth(3).waitFor();
    await shoot("playground-errors");
  }

  if (wanted("inspector")) {
    await page.goto(`${demo.origin}/pricing?leadscore=inspect`);
    await page.locator("leadscore-inspector").waitFor({ state: "attached" });
    await page.waitForLoadState("networkidle");
    for (const tab of await page.getByRole("tab").all()) {
      await tab.click();
      const name = (await tab.innerText()).split(" ")[0].toLowerCase();
      await page.screenshot({ path: join(folder, `inspector-${name}-${width}-${colorScheme}.png`) });
    }
    await page.evaluate(() => sessionStorage.clear());
  }
  await context.close();
}
