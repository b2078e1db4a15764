// The source of a session: campaign, click ids, referrer, channel.
//
// Channels are those of Google Analytics' default channel group, with its rules in order, and only the large sites of
// its lists.
import { cut, lower, queried } from "./runtime/address.js";

/** Parameters that advertisers add to a link. Each value identifies one click, so only its presence is recorded. */
const CLICK_IDS = "gclid dclid gbraid wbraid msclkid fbclid ttclid twclid li_fat_id".split(" ");
const CAMPAIGN = "source medium campaign term content".split(" ").map((name) => "utm_" + name);

/** Sites by kind: by a label of their host, or by the whole host if other sites share the label. */
const SITES = Object.entries({
  Search:
    "google,bing,duckduckgo,yahoo,baidu,yandex,ya.ru,ecosia,qwant,search.brave.com,com.google.android.googlequicksearchbox",
  Social:
    "facebook,instagram,linkedin,lnkd.in,twitter,t.co,x.com,reddit,pinterest,tiktok,threads,whatsapp,quora,ycombinator",
  Video: "youtube,youtu.be,vimeo,twitch,dailymotion",
  // Assistants, which have a channel of another name, and none for paid visits.
  "": "chatgpt,openai,perplexity,claude,gemini.google.com,copilot.microsoft.com,deepseek,chat.mistral.ai,grok,meta.ai",
});
const SEARCH = SITES[0][1].split(",");

/** Labels before a search engine's name where it searches: `mail.google.com` is another service. */
const SEARCHING = /^(.{0,2}|www|search|images|html|lite|safe|noai)$/;

/** Returns true if a word of a string matches; words are separated by any other ASCII characters. */
const says = (text, pattern) => text.split(/[\0-/:-@[-`{-\x7f]/).some((word) => pattern.test(word));

const AD = /^(display|banner|expandable|interstitial|cpm)$/;
const PAID = /^(paid.*|cp.|ppc|retargeting)$/;
const MAIL = /^e?mail$/;

/** Channels by a word of the medium. */
const MEDIA = Object.entries({
  "AI Assistant": /^assistant$/,
  "Organic Social": /^(social|sm)$/,
  "Organic Video": /^video$/,
  Email: MAIL,
  "Organic Search": /^organic$/,
  Affiliates: /^affiliates?$/,
  SMS: /^sms$/,
});

/**
 * Returns true if a host or a source is that site. A site with a dot is a host and its subdomains. A site without is a
 * word of a source, or the label of a host before its top-level domain (`google.de`, `google.co.uk`).
 */
const isSite = (from, site) => {
  if (site.includes(".")) return ("." + from).endsWith("." + site);
  if (!from.includes(".")) return says(from, RegExp(`^${site}$`));
  const labels = from.split(".").slice(0, -1);
  let name = labels.pop();
  if (name.length < 4 && name != site) name = labels.pop();
  return name == site && (!SEARCH.includes(site) || labels.every((label) => SEARCHING.test(label)));
};

/**
 * Returns the channel of a source and a medium, in lower case, of the site that the visitor came from, and of a click
 * id that says that the click was paid for.
 */
const channel = (source, medium, host, hasPaid) => {
  const from = source || host;
  const [kind] = SITES.find(([, sites]) => sites.split(",").some((site) => isSite(from, site))) ?? [];
  const isAd = says(medium, AD);
  if (hasPaid || says(medium, PAID)) {
    // A click id without a site: most paid clicks are on search results.
    const paid = kind ?? (hasPaid && !from ? "Search" : isAd ? undefined : "");
    return paid == null ? "Display" : "Paid " + (paid || "Other");
  }
  if (isAd) return "Display";
  if (kind != null) return kind ? "Organic " + kind : "AI Assistant";
  const known = MEDIA.find(([, pattern]) => says(medium, pattern));
  if (known) return known[0];
  if (says(source, MAIL)) return "Email";
  return host || says(medium, /^(referral|app|link)$/) ? "Referral" : source || medium ? "Unassigned" : "Direct";
};

/** Returns the campaign that a URL carries: names and values, each value with a zero after it. Empty for none. */
export const campaign = (url) => {
  const address = cut(url);
  let names = "";
  for (const key of CAMPAIGN.concat(CLICK_IDS)) {
    const value = queried(address, key);
    if (value != null) names += key + value + "\0";
  }
  return names;
};

/** Returns props that say where a session came from. */
export const origin = (url, referrer) => {
  const address = cut(url);
  let { host = "" } = cut(referrer);
  if (host == address.host) host = "";
  const props = {};
  const [source, medium] = CAMPAIGN.map((key) => {
    const value = queried(address, key);
    if (value) props[key] = value;
    return lower(value ?? "");
  });
  let hasPaid = false;
  for (const key of CLICK_IDS) {
    props[key] = queried(address, key) != null;
    // Facebook's is also added to unpaid links.
    hasPaid ||= props[key] && key != "fbclid";
  }
  if (host) props.referrer_host = host;
  props.channel = channel(source, medium, host, hasPaid);
  return props;
};
