// `node www/media/checklist.mjs`: prints checklist.html to www/site/files/wayfold-checklist.pdf, tagged for screen
// readers. CHROMIUM sets another Chromium.
import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { chromium } from "playwright-core";
import { args, executablePath } from "../../tests/lib/chromium.mjs";

const browser = await chromium.launch({ executablePath, args });
try {
  const page = await browser.newPage();
  await page.setContent(await readFile(new URL("checklist.html", import.meta.url), "utf8"));
  const path = fileURLToPath(new URL("../site/files/wayfold-checklist.pdf", import.meta.url));
  await page.pdf({ path, preferCSSPageSize: true, printBackground: true, tagged: true, outline: true });
} finally {
  await browser.close();
}
