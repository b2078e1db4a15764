// `npx leadscore init`: reads a site and writes the files to score its visitors: a model, the tag's files, the compiled
// model, and a README with next steps. It asks questions in a terminal; flags answer them in advance.
import { copyFileSync, existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { basename, dirname, join, relative, resolve } from "node:path";
import { createInterface } from "node:readline/promises";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { compile, listing, titles } from "../compile-glue.js";
import { named, optionLines } from "./help.js";
import { findAll } from "./init/find.js";
import { modelOf, textOf } from "./init/model.js";
import { readmeOf } from "./init/readme.js";
import { readSite } from "./init/site.js";

/** The folder for the model and the README, beside the site: they are for you, not for visitors. */
const OWN = "leadscore-model";
/** The folder from which the site serves the tag. */
const SERVED = "leadscore";
const INSPECTOR = ["inspector.js", "leadscore.wasm"];

export const ABOUT = {
  about: "Reads your site and writes a model, the tag's files and a list of next steps",
  usage: "leadscore init [OPTIONS] [SITE]",
  example: "leadscore init public",
};

const OPTIONS = {
  name: { value: "NAME", help: "The model's name [default: the name of the site]" },
  pricing: {
    value: "PATHS",
    help: "The pages with your prices, such as /pricing,/plans; - for none [default: as found]",
  },
  demo: { value: "FORMS", help: "The ids of the forms that request a demo; - for none [default: as found]" },
  careers: { value: "PATHS", help: "The pages with your jobs; - for none [default: as found]" },
  endpoint: {
    value: "URL",
    help: "The address to which signals are posted [default: none; they are dispatched in the page only]",
  },
  out: {
    value: "FOLDER",
    help: "The folder for the tag's files [default: leadscore/ in the folder of the site, or here]",
  },
  insert: { help: "Add the tag's line to the pages of a folder" },
  yes: { help: "Ask no questions, even in a terminal" },
  force: { help: "Replace a model that init wrote before" },
};

/** Returns the help of the command. */
export function help() {
  return (
    `${ABOUT.about}\n\nUsage: ${ABOUT.usage}\n\nArguments:\n` +
    `  [SITE]  The folder of your pages, your site's address, or its sitemap.xml\n\nOptions:\n${optionLines(named(OPTIONS))}\nExample: npx ${ABOUT.example}\n`
  );
}

/** @returns {{ values: Record<string, any>, positionals: string[] }} */
function read(args, usage) {
  /** @type {import("node:util").ParseArgsConfig["options"]} */
  const options = {};
  for (const [name, option] of Object.entries(OPTIONS))
    options[name] = { type: "value" in option ? "string" : "boolean" };
  try {
    return parseArgs({ args, options, allowPositionals: true });
  } catch (error) {
    throw usage(error.message, "init");
  }
}

// A page's text may come from anybody, and a terminal obeys control characters.
const plain = (text) => text.replace(/[\p{Cc}\p{Cf}]/gu, "");

/** Asks in a terminal; without one the suggestion is used. */
function asker(isAsking) {
  if (!isAsking) return { ask: async (_, suggested) => suggested, close() {} };
  const terminal = createInterface({ input: process.stdin, output: process.stderr });
  const ask = async (question, suggested) => {
    const answer = (await terminal.question(`${question}${suggested ? ` [${suggested}]` : ""}: `)).trim();
    return answer === "" ? suggested : answer;
  };
  return { ask, close: () => terminal.close() };
}

const listed = (text) =>
  text === "-"
    ? []
    : text
        .split(",")
        .map((word) => word.trim())
        .filter(Boolean);

/**
 * Runs the command; returns its exit status.
 *
 * @param {string[]} args
 * @param {{ access: Function, Stop: new (message: string) => Error, usage: Function }} host
 */
export async function run(args, { access, Stop, usage }) {
  const { values, positionals } = read(args, usage);
  if (positionals.length > 1) throw usage(`unexpected argument '${positionals[1]}' found`, "init");
  const say = (message) => process.stderr.write(`${plain(message)}\n`);
  const { ask, close } = asker(!!process.stdin.isTTY && !values.yes);
  try {
    return await init(values, positionals[0], { access, Stop, usage, say, ask });
  } finally {
    close();
  }
}

async function init(values, given, { access, Stop, usage, say, ask }) {
  const site = given ?? (await ask("Your site: the folder of its pages, its address, or its sitemap", ""));
  if (!site) throw usage("the following required arguments were not provided:\n  [SITE]", "init");
  const { pages, folder, origin } = await readPages(site, say, Stop);
  const found = findAll(pages);
  say(`${pages.length} pages read`);

  found.pricing = await paths("pricing", "Pages with your prices", found.pricing);
  found.careers = await paths("careers", "Pages with your jobs", found.careers);
  const forms = values.demo ?? (await ask("Ids of the forms that request a demo", idsOf(found.forms.demo)));
  if (forms !== idsOf(found.forms.demo)) found.forms.demo = listed(forms).map((id) => ({ id, name: "", paths: [] }));
  if (forms === "-") found.embeds = [];

  const own = resolve(OWN);
  const served = resolve(values.out ?? (folder ? join(folder, SERVED) : SERVED));
  const name = slug(values.name ?? nameOf(folder, origin));
  const model = join(own, "model.json");
  if (existsSync(model) && !values.force)
    throw new Stop(`${relative("", model)}: already exists; edit it, or use --force to replace it`);

  const text = textOf(modelOf(name, found));
  const { errors, warnings } = listing("model.json", text);
  if (errors) throw new Stop(`${errors}error: init wrote a model that cannot be compiled; please report this`);
  process.stderr.write(warnings);
  const line = tagLine(name, values.endpoint, found.embeds);
  access(own, () => mkdirSync(own, { recursive: true }));
  access(served, () => mkdirSync(served, { recursive: true }));
  const write = (path, content) => access(path, () => writeFileSync(path, content));
  write(model, text);
  const compiled = join(served, `${name}.lsm`);
  const facts = { name, line, found, folder, served: relative("", served), compiled: relative("", compiled), own: OWN };
  write(join(own, "README.md"), readmeOf(facts));
  copyFileSync(packaged("schema.json"), join(own, "schema.json"));
  for (const file of filesOfTag()) access(served, () => copyFileSync(packaged(file), join(served, file)));
  write(compiled, compile(text));
  write(join(served, `${name}.titles.json`), JSON.stringify(titles(text)));

  let without = pages.filter((page) => page.file && !page.hasTag);
  const isWanted =
    values.insert ||
    (without.length > 0 && /^y/i.test(await ask(`Add the tag's line to ${without.length} pages? y/n`, "n")));
  if (isWanted) without = insert(without, line, access);
  summary({ ...facts, without, isWanted, say });
  return 0;

  async function paths(kind, question, suggested) {
    const answer = values[kind] ?? (await ask(question, suggested.join(", ") || "-"));
    return listed(answer).map((path) => (path.startsWith("/") ? path : `/${path}`));
  }
}

async function readPages(site, say, Stop) {
  try {
    const read = await readSite(site, say);
    if (read.pages.length > 0) return read;
  } catch (error) {
    if (error.code !== "ERR_INVALID_URL") throw error;
  }
  throw new Stop(
    `${site}: no pages found; give the folder with your .html files, your site's address (https://…), or its sitemap.xml`,
  );
}

const idsOf = (forms) =>
  forms
    .map(({ id, name }) => id || name)
    .filter(Boolean)
    .join(", ");

/** Folders that say nothing of whose site it is. */
const COMMON = /^(?:public|dist|site|_site|www|html|htdocs|build|out|static|docs)$/i;

function nameOf(folder, origin) {
  if (origin) return new URL(origin).hostname.replace(/^www\./, "");
  const path = resolve(folder);
  return basename(COMMON.test(basename(path)) ? dirname(path) : path);
}

const slug = (text) =>
  text
    .toLowerCase()
    .replace(/[^a-z\d]+/g, "-")
    .replace(/^-+|-+$/g, "")
    .slice(0, 40) || "site";

const attribute = (text) => text.replaceAll("&", "&amp;").replaceAll('"', "&quot;").replaceAll("<", "&lt;");

function tagLine(name, endpoint, embeds) {
  const more = [
    endpoint && ` data-endpoint="${attribute(endpoint)}"`,
    embeds.length > 0 && ` data-embeds="${embeds.join(" ")}"`,
  ];
  const base = `/${SERVED}`;
  return `<script type="module" src="${base}/tag.js" data-model="${base}/${name}.lsm" data-titles="${base}/${name}.titles.json"${more.filter(Boolean).join("")}></script>`;
}

const packaged = (file) => fileURLToPath(new URL(`../${file}`, import.meta.url));

/**
 * The tag, what it loads, and the inspector. The tag puts the names of its parts together; `browser.js`, from which a
 * bundler takes the same parts, has them in full.
 */
function filesOfTag() {
  const files = new Set(["tag.js", "browser.wasm", ...INSPECTOR]);
  for (const file of ["browser.js", ...files]) {
    if (!file.endsWith(".js")) continue;
    for (const [, name] of readFileSync(packaged(file), "utf8").matchAll(/["'`](?:\.\/)?([\w-]+\.(?:js|wasm))["'`]/g))
      if (existsSync(packaged(name)) && statSync(packaged(name)).isFile()) files.add(name);
  }
  return files;
}

/** Puts the line before the end of each page's head; returns the pages that have none. */
function insert(pages, line, access) {
  return pages.filter(({ file }) => {
    const html = readFileSync(file, "utf8");
    const head = /([ \t]*)<\/head\s*>/i.exec(html);
    if (!head) return true;
    const text = `${html.slice(0, head.index)}${head[1]}  ${line}\n${html.slice(head.index)}`;
    access(file, () => writeFileSync(file, text));
    return false;
  });
}

function summary({ line, own, served, found, without, isWanted, say }) {
  const kinds = [
    ["prices", found.pricing],
    ["jobs", found.careers],
    ["product", found.product],
    ["forms for a demo", found.forms.demo.map(({ id, name, paths }) => id || name || `on ${paths[0]}`)],
    ["embedded forms and calendars", found.embeds],
  ];
  for (const [kind, list] of kinds) say(`  ${kind}: ${list.slice(0, 5).join(", ") || "none found"}`);
  say(`\n${own}/model.json is your model, ${own}/README.md lists the next steps; publish ${served}/ with your site.\n`);
  if (isWanted) {
    say("The tag's line was added to your pages.");
    for (const { path } of without) say(`  not added to ${path}, which has no </head>`);
  } else {
    say("Paste this line into the head of each page:\n");
    process.stdout.write(`${line}\n`);
  }
  say("\nThen open a page with ?leadscore=inspect behind its address: the inspector shows your score.");
}
