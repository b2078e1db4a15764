// Formats the reasons for a signal as one line of plain English or German.

/** The number of reasons in the line; of the others only their number is shown. */
const TOLD = 3;
const DAY = 86_400_000;

const NUMBERS = {
  en: "one two three four five six seven eight nine ten eleven twelve".split(" "),
  de: "ein zwei drei vier fünf sechs sieben acht neun zehn elf zwölf".split(" "),
};

/** By language; a count is formatted, a day is a weekday or a date. */
/**
 * @typedef {object} Words
 * @property {(number: string, count: number) => string} times
 * @property {(day: string) => string} on
 * @property {(day: string, isDate: boolean) => string} since
 * @property {(when: string) => string} last
 * @property {(title: string, how: string) => string} reason
 * @property {(title: string) => string} within
 * @property {Record<string, string | ((number: string) => string)>} more
 */

/** @type {Record<"en" | "de", Words>} */
const WORDS = {
  en: {
    times: (number, count) => (count === 2 ? "twice" : `${number} times`),
    on: (day) => `on ${day}`,
    since: (day) => `since ${day}`,
    last: (when) => `most recently ${when}`,
    reason: (title, how) => `${title} ${how}`,
    // All but the first are inside the sentence, so they begin in lower case, except for names such as `ROI
    // calculator`.
    within: (title) => (/^\p{Lu}\p{Ll}/u.test(title) ? title.charAt(0).toLowerCase() + title.slice(1) : title),
    more: { one: "one more reason", other: (number) => `${number} more reasons` },
  },
  de: {
    times: (number, count) => (count > NUMBERS.de.length ? `${number}-mal` : `${number}mal`),
    on: (day) => `am ${day}`,
    since: (day, isDate) => (isDate ? `seit dem ${day}` : `seit ${day}`),
    last: (when) => `zuletzt ${when}`,
    reason: (title, how) => `${title} (${how})`,
    within: (title) => title,
    more: { one: "ein weiterer Grund", other: (number) => `${number} weitere Gründe` },
  },
};

/** @param {string} text */
const capitalized = (text) => text.charAt(0).toUpperCase() + text.slice(1);

/**
 * Returns the title of a rule or a stage in a language, or else its id in words.
 *
 * @param {object | null | undefined} titles what `leadscore compile` writes to `MODEL.titles.json`
 * @param {"rules" | "stages"} kind
 * @param {string} id
 * @param {string} [locale]
 */
export function titleOf(titles, kind, id, locale = "en") {
  /**
   * @param {any} of
   * @param {string} name
   */
  const own = (of, name) => (of && Object.hasOwn(of, name) ? of[name] : undefined);
  const title = own(own(titles, kind), id);
  const [language] = locale.split("-");
  const text =
    typeof title === "object" && title
      ? (own(title, locale) ?? own(title, language) ?? own(title, "en") ?? Object.values(title)[0])
      : title;
  return typeof text === "string" ? text : String(id).slice(0, 64).replace(/[-_]+/g, " ").trim();
}

/**
 * Returns the reasons of a visitor's signal as one line of plain text, those with most points first; empty if there are
 * none, as for an account.
 *
 * @param {any} signal
 * @param {object | null} [titles] as in `MODEL.titles.json`; without a title a rule is named by its id
 * @param {object} [options]
 * @param {string} [options.locale] a language tag; German or, for all other languages, English
 * @param {string} [options.timeZone] in which days begin; by default the runtime's own
 * @param {number} [options.now] milliseconds since 1970, to which `today` and `this week` refer; by default the
 *   signal's time
 */
export function why(signal, titles, { locale = "en", timeZone, now = Date.parse(signal.time) } = {}) {
  const language = /^de\b/i.test(locale) ? "de" : "en";
  // Only a tag of that language, so that dates are in the same one as the words.
  const tag = locale.toLowerCase().startsWith(`${language}-`) ? locale : language;
  const words = WORDS[language];
  /** @param {number} count */
  const number = (count) => NUMBERS[language][count - 1] ?? new Intl.NumberFormat(tag).format(count);
  const when = calendar(words, { tag, timeZone, now });

  /** @type {import("leadscore").Reason[]} */
  const reasons = (signal.data?.reasons ?? []).filter(
    (/** @type {import("leadscore").Reason} */ { points, hits }) => points > 0 && hits > 0,
  );
  const parts = reasons.slice(0, TOLD).map(({ rule, hits, last }, index) => {
    const title = titleOf(titles, "rules", rule, locale);
    /** @type {string[]} */
    const times = (signal.data.touchpoints ?? [])
      .filter((/** @type {any} */ point) => point.rule === rule)
      .map((/** @type {any} */ { time }) => time);
    const how = [hits > 1 && words.times(number(hits), hits), when(hits, times, last)].filter(Boolean).join(" ");
    const text = index ? words.within(title) : title;
    return how ? words.reason(text, how) : text;
  });
  const rest = reasons.length - parts.length;
  if (rest > 0) {
    const more = words.more[new Intl.PluralRules(tag).select(rest)] ?? words.more.other;
    parts.push(typeof more === "string" ? more : more(number(rest)));
  }
  const list = new Intl.ListFormat(tag, rest > 0 ? { type: "conjunction" } : { type: "unit" }).format(parts);
  // A title is the site's own text, but a line stays a line.
  return capitalized(list.replace(/[\p{Cc}\s]+/gu, " ").trim());
}

/**
 * Returns a function that describes the times of a reason: their number, the known ones, and the last one at `last`.
 *
 * @param {Words} words
 * @param {{ tag: string, timeZone?: string, now: number }} options
 * @returns {(hits: number, known: string[], last: string) => string}
 */
function calendar(words, { tag, timeZone, now }) {
  const parts = new Intl.DateTimeFormat("en-u-ca-iso8601", {
    timeZone,
    year: "numeric",
    month: "numeric",
    day: "numeric",
  });
  const weekday = new Intl.DateTimeFormat(tag, { timeZone, weekday: "long" });
  const thisYear = new Intl.DateTimeFormat(tag, { timeZone, day: "numeric", month: "long" });
  const otherYear = new Intl.DateTimeFormat(tag, { timeZone, day: "numeric", month: "long", year: "numeric" });
  const relative = new Intl.RelativeTimeFormat(tag, { numeric: "auto" });
  /**
   * The day's number since 1970, in that time zone.
   *
   * @param {number} at
   */
  const dayOf = (at) => {
    const { year, month, day } = Object.fromEntries(parts.formatToParts(at).map(({ type, value }) => [type, +value]));
    return { number: Date.UTC(year, month - 1, day) / DAY, year };
  };
  // 1 January 1970 was a Thursday; weeks begin on Monday.
  /** @param {{ number: number }} day */
  const weekOf = ({ number }) => Math.floor((number + 3) / 7);
  const today = Number.isFinite(now) ? dayOf(now) : null;
  /** @param {{ number: number }} day */
  const isRecent = ({ number }) => today && number <= today.number && today.number - number < 7;
  /**
   * @param {number} at
   * @param {{ number: number, year: number }} day
   */
  const named = (at, day) => (isRecent(day) ? weekday : day.year === today?.year ? thisYear : otherYear).format(at);
  /**
   * @param {number} at
   * @param {{ number: number, year: number }} day
   */
  const onDay = (at, day) => {
    const ago = today ? today.number - day.number : NaN;
    return ago === 0 || ago === 1 ? relative.format(-ago, "day") : words.on(named(at, day));
  };

  return (hits, known, last) => {
    const end = Date.parse(last);
    if (!Number.isFinite(end)) return "";
    const to = dayOf(end);
    if (hits === 1) return onDay(end, to);
    const times = known.map((time) => Date.parse(time)).filter(Number.isFinite);
    // A signal carries the newest touchpoints only.
    if (times.length < hits) return words.last(onDay(end, to));
    const start = Math.min(...times);
    const from = dayOf(start);
    if (from.number === to.number) return onDay(end, to);
    if (today && weekOf(from) === weekOf(today) && to.number <= today.number) return relative.format(0, "week");
    return words.since(named(start, from), !isRecent(from));
  };
}
