// Reads a page's title, links, forms, and embedded tools. The page is parsed as text, so none of its scripts run.

/**
 * Names of embedded tools, as `data-embeds` of the tag calls them, and what their scripts and frames have in their
 * addresses.
 */
const EMBEDS = {
  hubspot: /\b(?:js[\w-]*\.hsforms\.net|hs-form-frame|hbspt\.forms)\b/,
  calendly: /\bassets\.calendly\.com\b|\bcalendly\.com\//,
  typeform: /\bembed\.typeform\.com\b|data-tf-(?:live|widget)/,
  cal: /\bapp\.cal\.com\/embed\b|\bdata-cal-link\b/,
  marketo: /\bforms2\.min\.js\b|\bMktoForms2\b/,
};

const NAMED = { amp: "&", lt: "<", gt: ">", quot: '"', apos: "'", nbsp: " " };

/** Replaces character references. */
const decode = (text) =>
  text.replace(/&(?:#(\d{1,7})|#x([\da-f]{1,6})|(\w{2,8}));/gi, (all, decimal, hex, name) => {
    if (name) return NAMED[name.toLowerCase()] ?? all;
    const code = decimal ? Number(decimal) : Number.parseInt(hex, 16);
    return code <= 0x10ffff ? String.fromCodePoint(code) : all;
  });

/** The attributes of a tag, by name. */
function attributes(tag) {
  const found = {};
  for (const [, name, double, single, bare] of tag.matchAll(
    /([^\s"'<>/=]+)(?:\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'=<>`]+)))?/g,
  ))
    found[name.toLowerCase()] ??= decode(double ?? single ?? bare ?? "");
  return found;
}

/**
 * @typedef {object} Form
 * @property {string} id
 * @property {string} name
 * @property {boolean} isSearch
 * @property {number} fields Inputs that a visitor fills in.
 */

/**
 * Reads a page.
 *
 * @param {string} html
 * @returns {{ title: string, links: string[], forms: Form[], embeds: string[], hasTag: boolean }}
 */
export function readPage(html) {
  const embeds = Object.keys(EMBEDS).filter((name) => EMBEDS[name].test(html));
  const hasTag = /<script[^>]+data-model\s*=/i.test(html);
  const visible = html
    .replace(/<!--[^]*?-->/g, "")
    .replace(/<(script|style|template|noscript)\b[^>]*>[^]*?<\/\1\s*>/gi, "");
  const title = decode(/<title[^>]*>([^<]*)/i.exec(visible)?.[1] ?? "").trim();
  const links = [...visible.matchAll(/<a\s([^>]*)>/gi)].map(([, tag]) => attributes(tag).href).filter(Boolean);
  const forms = [...visible.matchAll(/<form\b([^>]*)>([^]*?)(?=<\/form|<form\b|$)/gi)].map(([, tag, inside]) => {
    const { id = "", name = "", role, action = "" } = attributes(tag);
    const inputs = [...inside.matchAll(/<(?:input|select|textarea)\b([^>]*)>/gi)].map(([, input]) => attributes(input));
    const types = inputs.map(({ type = "text" }) => type.toLowerCase());
    const isSearch = role === "search" || types.includes("search") || /search/i.test(action);
    const fields = types.filter((type) => !["hidden", "submit", "button", "image", "reset"].includes(type)).length;
    return { id, name, isSearch, fields };
  });
  return { title, links, forms, embeds, hasTag };
}
