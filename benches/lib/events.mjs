// The same events on every machine: visits to a fictional site, in order of time.

const START = Date.UTC(2026, 8, 1);
const SPAN = 60 * 86_400_000;

/** A small generator of numbers from 0 to below 1 (mulberry32). */
export function random(seed) {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), state | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  };
}

const SECTIONS = ["engineering", "product", "company", "guides"];
const PARTS = ["routing", "forecasts", "integrations", "reports", "automation", "mobile", "security"];
const REFERRERS = [
  "https://www.google.com/",
  "https://www.google.de/url?sa=t&source=web&cd=3",
  "https://news.example/item?id=8812",
  "https://wayfold.example/",
  "https://wayfold.example/product/",
];
const AGENTS = [
  "Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0",
  "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) Safari/605.1.15",
  "Mozilla/5.0 (Windows NT 10.0; Win64; x64) Chrome/138.0.0.0 Safari/537.36",
];
const MEDIA = ["cpc", "email", "social", "paid", "organic"];
const TERMS = ["pricing", "how to import contacts", "alternative", "api", "migrate", "status"];

/** Makes events of a number of visitors; each call of the returned function returns the next one. */
export function visits(count, visitors, seed = 1) {
  const next = random(seed);
  const below = (n) => Math.floor(next() * n);
  const pick = (list) => list[below(list.length)];
  const path = () => {
    const kind = next();
    const slash = next() < 0.3 ? "/" : "";
    if (kind < 0.34) return `/blog/${pick(SECTIONS)}/post-${below(400)}`;
    if (kind < 0.54) return `/product/${pick(PARTS)}${slash}`;
    if (kind < 0.66) return next() < 0.5 ? `/pricing${slash}` : `/pricing/${pick(["plans", "enterprise"])}`;
    if (kind < 0.78) return `/docs/${pick(PARTS)}/page-${below(60)}${slash}`;
    if (kind < 0.84) return `/customers/story-${below(30)}`;
    if (kind < 0.86) return next() < 0.5 ? `/careers${slash}` : `/jobs/role-${below(9)}`;
    return next() < 0.6 ? "/" : `/about${slash}`;
  };
  const url = (path) => {
    const query = next();
    if (query < 0.12) return `https://wayfold.example${path}?utm_source=newsletter&utm_medium=${pick(MEDIA)}`;
    return `https://wayfold.example${path}${query < 0.16 ? "#contact" : ""}`;
  };
  let made = 0;
  return () => {
    const at = START + Math.floor((made++ / count) * SPAN) + below(1_000);
    // A few come often, most come a few times.
    const visitor = `v-${Math.floor(next() ** 1.6 * visitors)
      .toString(36)
      .padStart(6, "0")}`;
    const kind = next();
    const event = (type, url, props) => ({ visitor, type, at, url, props });
    if (kind < 0.62)
      return event("page_view", url(path()), { page_referrer: pick(REFERRERS), user_agent: pick(AGENTS) });
    if (kind < 0.78) {
      return event("user_engagement", url(path()), { engaged_seconds: below(180), user_agent: pick(AGENTS) });
    }
    if (kind < 0.88)
      return event("scroll", url(path()), { percent_scrolled: 10 * (1 + below(10)), user_agent: pick(AGENTS) });
    if (kind < 0.91) {
      const file = next() < 0.7 ? `whitepaper-${below(12)}.pdf` : `sheet-${below(5)}.xlsx`;
      return event("file_download", url(`/files/${file}`), { link_text: "Download", user_agent: pick(AGENTS) });
    }
    if (kind < 0.94)
      return event("view_search_results", url("/search"), { search_term: pick(TERMS), user_agent: pick(AGENTS) });
    if (kind < 0.96)
      return event("video_complete", url("/product/"), { video_title: "Tour", user_agent: pick(AGENTS) });
    const form = { form_id: pick(["demo", "newsletter", "contact"]), user_agent: pick(AGENTS) };
    if (kind < 0.98) return event("form_start", url("/demo"), form);
    if (kind < 0.99) return event("form_submit", url("/demo"), form);
    return event("identify", url("/demo"), { employees: below(500), email_domain: `company-${below(900)}.example` });
  };
}
