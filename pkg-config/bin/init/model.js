// Generates the first model of a site.
import { patterns } from "./find.js";

const one = (list) => (list.length === 1 ? list[0] : list);
const title = (english, german) => ({ en: english, de: german });

/**
 * Returns a model of the found parts, as an object. On a busy first day (some pages, a minute's reading, the prices) it
 * comes near to its stage `mql`; visitors who request a demo reach it at once.
 *
 * @param {string} name
 * @param {ReturnType<typeof import("./find.js").findAll>} found
 */
export function modelOf(name, found) {
  /** @type {Record<string, any>[]} */
  const rules = [
    {
      id: "pages",
      title: title("Looked around", "Hat sich umgesehen"),
      description: "Each page counts once, so reloading adds nothing.",
      ...{ event: "page_view", distinct: "url.path", limit: 10, points: 2, decay: { half_life: "30d" } },
    },
    {
      id: "reading",
      title: title("Read for a minute", "Hat eine Minute gelesen"),
      description: "Once a day, when a page has been read for a minute.",
      ...{ event: "user_engagement", where: { engaged_seconds: { $gte: 60 } } },
      ...{ points: 5, per: "1d", limit: 3, expires: "30d" },
    },
    {
      id: "download",
      title: title("Downloaded a file", "Hat eine Datei geladen"),
      ...{ event: "file_download", distinct: "file_name", limit: 3, points: 5, expires: "90d" },
    },
  ];
  const requires = [];
  if (found.pricing.length > 0) {
    rules.push(
      {
        id: "pricing",
        title: title("Looked at the prices", "Hat die Preise angesehen"),
        description: "Once a day, on up to three days; after two weeks a visit is worth half.",
        ...{ event: "page_view", path: one(patterns(found.pricing)), dimension: "intent" },
        ...{ points: 15, per: "1d", limit: 3, decay: { half_life: "14d" } },
      },
      {
        id: "evaluating",
        title: title("Read and compared prices in one day", "Hat an einem Tag gelesen und Preise verglichen"),
        ...{ all: ["reading", "pricing"], within: "1d", points: 10, dimension: "intent" },
      },
    );
  }
  if (found.product.length > 0)
    rules.push({
      id: "product",
      title: title("Read about the product", "Hat über das Produkt gelesen"),
      ...{ event: "page_view", path: one(patterns(found.product)), distinct: "url.path", limit: 4, points: 3 },
      decay: { half_life: "30d" },
    });
  if (found.proof.length > 0)
    rules.push({
      id: "customers",
      title: title("Looked at customers", "Hat Kunden angesehen"),
      ...{ event: "page_view", path: one(patterns(found.proof)), points: 5, expires: "60d" },
    });
  const asks = demoRule(found);
  if (asks) {
    rules.push(asks);
    requires.push(asks.id);
  }
  for (const form of found.forms.newsletter.slice(0, 1))
    rules.push({
      id: "newsletter",
      title: title("Subscribed to the newsletter", "Hat den Newsletter abonniert"),
      ...{ event: "form_submit", ...which([form]), points: 5 },
    });
  if (found.careers.length > 0)
    rules.push({
      id: "job-seeker",
      title: title("Looked at jobs", "Hat Stellen angesehen"),
      description: "Who looks for a job is not looking for a product.",
      ...{ event: "page_view", path: one(patterns(found.careers)), points: -20, expires: "90d" },
    });
  // Without prices and forms fewer points are possible.
  const at = found.pricing.length > 0 || asks ? 60 : 40;
  return {
    $schema: "./schema.json",
    name,
    description:
      "Written by `npx leadscore init`. Points say how much something means: change them, check with `npx leadscore check`, compile again.",
    dimensions: { engagement: { max: 60 }, intent: {} },
    rules,
    stages: [
      {
        id: "mql",
        title: title("Ready for sales", "Reif für den Vertrieb"),
        description: `${at} points; \`near-mql\` from ${at - 20}.${asks ? " A request for a demo is enough alone." : ""}`,
        ...{ at, near: 20, ...(requires.length > 0 && { auto: requires }), rearm: "90d" },
      },
    ],
  };
}

/** The rule of forms that ask for a demo, a trial or a call, in the site or embedded. */
function demoRule({ forms, embeds, demo, contact }) {
  const rule = {
    id: "demo-request",
    title: title("Asked for a demo", "Hat eine Demo angefragt"),
    description: "Enough for `mql` alone: see `auto` of the stage.",
    event: "form_submit",
  };
  const end = { points: 50, dimension: "intent" };
  if (forms.demo.length > 0) return { ...rule, ...which(forms.demo), ...end };
  const pages = patterns([...demo, ...contact]);
  if (embeds.length > 0)
    return { ...rule, where: { form_provider: embeds.length > 1 ? { $in: embeds } : embeds[0] }, ...end };
  // A form that a script makes is not in the page's text, but its page is known.
  return pages.length > 0 ? { ...rule, path: one(pages), ...end } : undefined;
}

/** Forms by their ids; one without an id by its name, or else by the page that it is on. */
function which(forms) {
  const by = (name) => [...new Set(forms.map((form) => form[name]).filter(Boolean))];
  const ask = (list) => (list.length > 1 ? { $in: list } : list[0]);
  if (forms.every(({ id }) => id)) return { where: { form_id: ask(by("id")) } };
  if (forms.every(({ name }) => name)) return { where: { form_name: ask(by("name")) } };
  return { path: one(patterns(forms.flatMap(({ paths }) => paths))) };
}

/** The model's text: a rule takes as many lines as it needs, an object inside it one. */
export function textOf(model) {
  const inline = (value) =>
    JSON.stringify(value, null, 1).replace(/\n\s*/g, " ").replace(/\[ /g, "[").replace(/ \]/g, "]");
  const lines = (entries, indent) =>
    entries.map(([name, value]) => `${indent}${JSON.stringify(name)}: ${inline(value)}`).join(",\n");
  const list = (items) =>
    `[\n${items.map((item) => `    {\n${lines(Object.entries(item), "      ")}\n    }`).join(",\n")}\n  ]`;
  const parts = Object.entries(model).map(([name, value]) =>
    name === "rules" || name === "stages" ? `  ${JSON.stringify(name)}: ${list(value)}` : lines([[name, value]], "  "),
  );
  return `{\n${parts.join(",\n")}\n}\n`;
}
