// Returns all files of the guide as strings, by path.
import { readFile } from "node:fs/promises";
import { errorTable } from "./errors.mjs";
import { layout } from "./layout.mjs";
import { render } from "./markdown.mjs";
import { addressOf, PAGES } from "./pages.mjs";
import { schemaReference } from "./schema.mjs";
import { exportsOf, typesReference } from "./types.mjs";

const ROOT = new URL("../../../", import.meta.url);
const read = (path) => readFile(new URL(path, ROOT), "utf8");

/** Returns the path of a page's Markdown. */
export const sourceOf = ({ from = "www/docs/pages", source }) => `${from}/${source}`;

export async function guide() {
  const files = { "guide.js": await read("www/docs/guide.js") };
  const index = [];
  for (const page of PAGES) {
    const { title, description, html, headings } = await pageOf(page);
    index.push({
      page: page.title,
      address: addressOf(page.slug),
      headings: headings.map(({ id, text }) => [id, text]),
    });
    files[page.slug === "" ? "index.html" : `${page.slug}.html`] = layout({ page, title, description, html, headings });
  }
  files["headings.json"] = JSON.stringify(index);
  return files;
}

async function pageOf(page) {
  const source = sourceOf(page);
  const markdown = await read(source);
  const { url } = JSON.parse(await read("pkg-config/manifest.json")).repository;
  const repository = url.replace(/^git\+|\.git$/g, "");
  const { html, headings } = render(markdown, (href) => leadTo(href, source, repository));
  const [{ text: title }, ...parts] = headings;
  const [, first = ""] = /<p>([\s\S]*?)<\/p>/.exec(html) ?? [];
  const description = first
    .replace(/<[^>]+>|\s+/g, " ")
    .replace(/\s+/g, " ")
    .trim();
  const generated = await generate(page.generated);
  return { title, description, html: html + generated.html, headings: [...parts, ...generated.headings] };
}

async function generate(what) {
  if (what === undefined) return { html: "", headings: [] };
  if (what === "errors") return { html: errorTable(await read("src/error.rs")), headings: [] };
  if (what === "schema") return schemaReference(JSON.parse(await read("pkg-config/schema.json")));
  const text = await read(`pkg-config/types/${what}`);
  // All entry points speak of the runtime's types.
  const runtime = what === "index.d.ts" ? [] : exportsOf("index.d.ts", await read("pkg-config/types/index.d.ts"));
  const links = Object.fromEntries(runtime.map(({ name, id }) => [name, `/guide/api#${id}`]));
  return typesReference(what, text, links);
}

/**
 * Pages of the guide refer to each other by their Markdown files, as on GitHub; what else is in the repository is
 * there.
 */
function leadTo(href, source, repository) {
  if (/^(https?:|#|\/)/.test(href)) return href;
  const path = new URL(href, `http://guide.invalid/${source}`);
  const page = PAGES.find((one) => `/${sourceOf(one)}` === path.pathname);
  return page ? addressOf(page.slug) + path.hash : `${repository}/tree/main${path.pathname}${path.hash}`;
}
