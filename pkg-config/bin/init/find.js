// Finds a site's pages about prices, demos and jobs, and its forms for contact requests.

const WORDS = {
  pricing:
    /^(?:pricing|prices?|plans?(?:-and-pricing)?|packages|preise?|tarife?|kosten|tarifs?|prix|precios|prezzi|prijzen)$/,
  demo: /^(?:(?:get|book|request|schedule|watch)?-?(?:a-)?(?:demo|trial|consultation)|demo-?request|free-trial|get-started|sign-?up|register|contact-sales|talk-to-(?:us|sales)|termin|probe|demo-anfragen|kostenlos-testen|essai|prueba)$/,
  contact: /^(?:contact(?:-us)?|kontakt|contacto|contatti|enquir(?:y|e)|get-in-touch|anfrage)$/,
  careers:
    /^(?:careers?|jobs?|join-us|work-with-us|vacancies|karriere|stellen(?:angebote)?|jobboerse|emplois?|empleo|lavora)$/,
  product:
    /^(?:products?|features?|solutions?|platform|services?|use-cases|integrations|produkte?|funktionen|loesungen|leistungen|produits?|productos?)$/,
  proof: /^(?:customers?|case-stud(?:y|ies)|testimonials|references?|referenzen|kunden|stories)$/,
};

/** The words of a path's segments, without the ending of a file: `/en/Pricing.html` is `en`, `pricing`. */
const segments = (path) =>
  path
    .toLowerCase()
    .split("/")
    .map((segment) => segment.replace(/\.(?:html?|php|aspx?)$/, "").replaceAll("_", "-"))
    .filter(Boolean);

/** Returns the kind of a page, from the first segment that determines it. */
function kindOf(path) {
  for (const segment of segments(path))
    for (const [kind, words] of Object.entries(WORDS)) if (words.test(segment)) return kind;
  return undefined;
}

const NEWSLETTER = /\bnews\b|news-?letter|subscribe|abonn|updates|digest/i;
const ASKS = /demo|trial|contact|kontakt|quote|anfrage/i;
/** A form on more pages than this is part of what all pages have. */
const FOOTER = 3;
const LOGIN = /log-?in|sign-?in|anmelden|password|passwort/i;

/**
 * Returns the pages and forms found on a site.
 *
 * @param {import("./site.js").Page[]} pages
 */
export function findAll(pages) {
  const of = (kind) => pages.filter(({ path }) => kindOf(path) === kind);
  const [pricing, demo, contact, careers, product, proof] = [
    "pricing",
    "demo",
    "contact",
    "careers",
    "product",
    "proof",
  ].map((kind) => of(kind).map(({ path }) => path));
  const embeds = new Set(pages.flatMap((page) => page.embeds));
  /** @type {Record<"demo" | "newsletter", { id: string, name: string, paths: string[] }[]>} */
  const forms = { demo: [], newsletter: [] };
  for (const form of formsOf(pages)) {
    const words = `${form.id} ${form.name}`;
    if (form.isSearch || LOGIN.test(words) || form.fields === 0) continue;
    // A form in the footer is on every page, so only its own text shows its purpose.
    const kinds = form.paths.length > FOOTER ? [] : form.paths.map(kindOf);
    const asks = ASKS.test(words) || kinds.includes("demo") || kinds.includes("contact");
    const isLetter = NEWSLETTER.test(words) || form.paths.every((path) => NEWSLETTER.test(path));
    if (isLetter || (form.fields === 1 && !asks)) forms.newsletter.push(form);
    else if (asks) forms.demo.push(form);
  }
  // Without a page that is about a demo, the way to sales is the contact page.
  return { pricing, demo, contact, careers, product, proof, forms, embeds: [...embeds] };
}

/** Returns the forms of a site with their pages. A form on several pages is one form. */
function formsOf(pages) {
  /** @type {(import("./html.js").Form & { paths: string[] })[]} */
  const found = [];
  for (const { path, forms } of pages) {
    for (const form of forms) {
      const known = found.find(({ id, name }) => (id || name) && id === form.id && name === form.name);
      if (known) known.paths.push(path);
      else found.push({ ...form, paths: [path] });
    }
  }
  return found;
}

/** Characters that mean something in a pattern. */
const SYNTAX = /[*+?:{}()\\]/g;

/**
 * Patterns for pages: a page, and what lies below it. `/pricing.html` is matched as the file and without its ending, as
 * some servers serve it.
 *
 * @param {string[]} paths
 */
export function patterns(paths) {
  const found = new Set();
  const folderOf = (path) => path.replace(/[^/]*$/, "");
  for (const path of paths) {
    // Several pages of one folder: the folder.
    const folder = folderOf(path);
    if (folder !== "/" && paths.filter((other) => folderOf(other) === folder).length > 1) {
      found.add(`${folder.replace(SYNTAX, "\\$&")}*`);
      continue;
    }
    const [bare] = path.split(/\.(?:html?|php|aspx?)$/i);
    const escaped = bare.replace(/\/$/, "").replace(SYNTAX, "\\$&");
    const ending = path.slice(bare.length);
    if (bare === "/") continue;
    if (ending) found.add(`${escaped}{${ending}}?`);
    else found.add(`${escaped}/*`);
  }
  // A page that a pattern with `/*` covers needs none of its own.
  const covered = (pattern) =>
    [...found].some((wide) => wide !== pattern && wide.endsWith("/*") && pattern.startsWith(wide.slice(0, -1)));
  return [...found].filter((pattern) => !covered(pattern));
}
