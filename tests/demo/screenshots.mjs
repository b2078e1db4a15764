// `node tests/demo/screenshots.mjs FOLDER`: every page on a phone and on a desk, light and dark, to be looked at.
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { launchChromium, newVisitor, startDemo } from "./harness.mjs";

const PAGES = [
  "/",
  "/pricing",
  "/product",
  "/product/routing",
  "/product/forecasts",
  "/product/integrations",
  "/customers",
  "/careers",
  "/demo",
  "/nowhere",
];
const WIDTHS = [390, 1440];
const HEIGHT = 900;
const SCHEMES = ["light", "dark"];

const folder = process.argv[2];
if (folder === undefined) {
  console.error("usage: node tests/demo/screenshots.mjs FOLDER");
  process.exit(2);
}
await mkdir(folder, { recursive: true });

const demo = await startDemo();
const browser = await launchChromium();
try {
  for (const width of WIDTHS) {
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
    const [wide, high] = await page.evaluate(() => {
      const { scrollWidth, scrollHeight } = document.documentElement;
      return [scrollWidth, scrollHeight];
    });
    if (wide > width) console.warn(`${name} at ${width} is ${wide - width} pixels too wide`);
    // A window as high as the page, so that the panel stands at its end and not over its middle.
    await page.setViewportSize({ width, height: high });
    await page.screenshot({ path: join(folder, `${name}-${width}-${colorScheme}.png`) });
    await page.setViewportSize({ width, height: HEIGHT });
  };

  for (const path of PAGES) {
    await page.goto(demo.origin + path, { waitUntil: "networkidle" });
    await shoot(path === "/" ? "home" : path.slice(1).replaceAll("/", "-"));
  }

  await page.goto(`${demo.origin}/demo`);
  await page.getByLabel("Your name").fill("Sam Vimes");
  await page.getByLabel("Work email").fill("sam@example.com");
  await page.getByLabel("Company").fill("Example Foods");
  await page.getByRole("button", { name: "Book a demo" }).click();
  await page.locator(".panel[data-signal=answered]").waitFor();
  await page.locator(".panel summary").click();
  await page.locator(".panel tbody tr").first().waitFor();
  await shoot("demo-sent");

  await page.goto(`${demo.origin}/signals`, { waitUntil: "networkidle" });
  await shoot("signals");
  await context.close();
}
