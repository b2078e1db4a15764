// The pages of a site: from a folder of HTML, from a sitemap, or by following the site's links.
import { existsSync, readFileSync, readdirSync, statSync } from "node:fs";
import { join, relative, sep } from "node:path";
import { readPage } from "./html.js";

/** Pages that are read at most: enough to know how a site names its pages. */
const PAGES = 200;
const PAGE_BYTES = 2 << 20;
const SITEMAPS = 10;
/** Requests at the same time. */
const AT_ONCE = 6;
const TIMEOUT = 10_000;

/** @typedef {{ path: string, file?: string } & ReturnType<typeof readPage>} Page */

/**
 * Reads the pages of a site.
 *
 * @param {string} site An address, a sitemap, or a folder.
 * @param {(message: string) => void} say What is worth knowing on the way.
 * @returns {Promise<{ pages: Page[], folder?: string, origin?: string }>}
 */
export async function readSite(site, say) {
  if (existsSync(site)) {
    if (statSync(site).isDirectory()) return { pages: readFolder(site, say), folder: site };
    return { ...(await readAddresses(sitemapOf(readFileSync(site, "utf8")), say)) };
  }
  const url = new URL(/^https?:\/\//i.test(site) ? site : `https://${site}`);
  if (/\.xml$/i.test(url.pathname)) return readAddresses(await sitemap(url, say), say);
  const listed = await sitemap(new URL("/sitemap.xml", url), () => {});
  if (listed.length > 0) return readAddresses(listed, say, url);
  say("there is no sitemap.xml; following the links of the home page");
  return readAddresses([url.href], say, url, true);
}

function readFolder(folder, say) {
  const files = [];
  const walk = (at) => {
    for (const entry of readdirSync(at, { withFileTypes: true }).sort((a, b) => (a.name < b.name ? -1 : 1))) {
      if (entry.name.startsWith(".") || entry.name === "node_modules") continue;
      const path = join(at, entry.name);
      if (entry.isDirectory()) walk(path);
      else if (/\.html?$/i.test(entry.name)) files.push(path);
    }
  };
  walk(folder);
  if (files.length > PAGES) say(`of ${files.length} pages the first ${PAGES} are read`);
  return files.slice(0, PAGES).map((file) => {
    const name = `/${relative(folder, file).split(sep).join("/")}`;
    const path = encodeURI(name.replace(/(^|\/)index\.html?$/i, "$1"));
    return { path, file, ...readPage(readFileSync(file, "utf8").slice(0, PAGE_BYTES)) };
  });
}

const sitemapOf = (xml) =>
  [...xml.matchAll(/<loc>\s*(?:<!\[CDATA\[)?\s*([^<\]]+?)\s*(?:\]\]>)?\s*<\/loc>/gi)].map(([, loc]) =>
    loc.replaceAll("&amp;", "&"),
  );

/** The addresses of a sitemap, and of the sitemaps that it lists. */
async function sitemap(url, say) {
  const waiting = [url.href];
  const found = [];
  for (let read = 0; waiting.length > 0 && read < SITEMAPS; read++) {
    const xml = await get(waiting.shift(), /xml|text\/plain/);
    if (!xml) continue;
    const addresses = sitemapOf(xml.text);
    (/<sitemapindex/i.test(xml.text) ? waiting : found).push(...addresses);
  }
  if (found.length === 0) say(`${url.href}: no addresses in it`);
  return found;
}

/** Reads pages of one origin; with `follow` those too that they link to. */
async function readAddresses(addresses, say, start = new URL(addresses[0] ?? "about:blank"), follow = false) {
  const seen = new Set();
  const waiting = [];
  const pages = [];
  let { origin } = start;
  const add = (address, base) => {
    const url = URL.parse?.(address, base) ?? (URL.canParse(address, base) ? new URL(address, base) : null);
    if (!url || url.origin !== origin || /\.(?!html?$|php$|aspx?$)[a-z\d]{2,5}$/i.test(url.pathname)) return;
    if (seen.has(url.pathname) || seen.size >= PAGES) return;
    seen.add(url.pathname);
    waiting.push(url.href);
  };
  for (const address of addresses) add(address, start);
  const work = async () => {
    for (let address = waiting.shift(); address; address = waiting.shift()) {
      const page = await get(address, /html/);
      if (!page) continue;
      // A site may answer from another host, as with www.
      if (pages.length === 0 && follow) origin = new URL(page.url).origin;
      const read = readPage(page.text);
      pages.push({ path: new URL(address).pathname, ...read });
      if (follow) for (const link of read.links) add(link, page.url);
    }
  };
  if (follow) await work();
  else await Promise.all(Array.from({ length: AT_ONCE }, work));
  if (seen.size >= PAGES) say(`the first ${PAGES} pages are read`);
  pages.sort((a, b) => (a.path < b.path ? -1 : 1));
  return { pages, origin };
}

async function get(url, type) {
  try {
    const response = await fetch(url, {
      headers: { accept: "text/html,application/xml;q=0.9", "user-agent": "leadscore-init" },
      signal: AbortSignal.timeout(TIMEOUT),
    });
    if (!response.ok || !type.test(response.headers.get("content-type") ?? "")) return null;
    return { url: response.url, text: (await response.text()).slice(0, PAGE_BYTES) };
  } catch {
    return null;
  }
}
