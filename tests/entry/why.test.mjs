// The reasons of a signal in one line, in English and German: counts, days, titles, and hostile signals.
import assert from "node:assert/strict";
import { test } from "node:test";
import { titleOf, why } from "../../pkg-config/entry/why.js";

// A Friday.
const NOW = Date.UTC(2026, 10, 27, 15);
const day = (date, hour = 10) => new Date(Date.UTC(2026, 10, date, hour)).toISOString();
const TITLES = {
  rules: {
    "pricing-view": { en: "Looked at pricing", de: "Preise angesehen" },
    product: { en: "Read product pages", de: "Produktseiten gelesen" },
    demo: { en: "Asked for a demo", de: "Demo angefragt" },
    roi: "ROI calculator used",
  },
  stages: { mql: "Ready for sales" },
};

/** A signal with these reasons: rule, points, and the times of its touchpoints, the newest first. */
const signal = (...reasons) => ({
  time: new Date(NOW).toISOString(),
  data: {
    reasons: reasons.map(([rule, points, ...times]) => ({ rule, points, hits: times.length, last: times[0] })),
    touchpoints: reasons.flatMap(([rule, , ...times]) => times.map((time) => ({ rule, time }))),
  },
});
const both = (made, options) =>
  ["en", "de"].map((locale) => why(made, TITLES, { locale, timeZone: "UTC", ...options }));

test("the line of the design: what, how often and when", () => {
  const made = signal(
    ["pricing-view", 45, day(26), day(25), day(23)],
    ["product", 20, day(25), day(24)],
    ["demo", 15, day(24)],
  );
  assert.deepEqual(both(made), [
    "Looked at pricing three times this week, read product pages twice this week, asked for a demo on Tuesday",
    "Preise angesehen (dreimal diese Woche), Produktseiten gelesen (zweimal diese Woche) und Demo angefragt (am Dienstag)",
  ]);
});

test("days: today, yesterday, a weekday, a date, a date of another year", () => {
  const at = (...times) => both(signal(["demo", 1, ...times]));
  assert.deepEqual(at(day(27)), ["Asked for a demo today", "Demo angefragt (heute)"]);
  assert.deepEqual(at(day(26)), ["Asked for a demo yesterday", "Demo angefragt (gestern)"]);
  assert.deepEqual(at(day(21)), ["Asked for a demo on Saturday", "Demo angefragt (am Samstag)"]);
  assert.deepEqual(at(day(20)), ["Asked for a demo on November 20", "Demo angefragt (am 20. November)"]);
  assert.deepEqual(at("2025-12-31T12:00:00Z"), [
    "Asked for a demo on December 31, 2025",
    "Demo angefragt (am 31. Dezember 2025)",
  ]);
  // Several: on one day, within the week, since a weekday of the week before, since a date.
  assert.deepEqual(at(day(27, 11), day(27, 9)), ["Asked for a demo twice today", "Demo angefragt (zweimal heute)"]);
  assert.deepEqual(at(day(24, 11), day(24, 9))[0], "Asked for a demo twice on Tuesday");
  assert.deepEqual(at(day(27), day(21)), [
    "Asked for a demo twice since Saturday",
    "Demo angefragt (zweimal seit Samstag)",
  ]);
  assert.deepEqual(at(day(27), day(3)), [
    "Asked for a demo twice since November 3",
    "Demo angefragt (zweimal seit dem 3. November)",
  ]);
});

test("days begin in the time zone; `now` is the signal's time unless it is given", () => {
  const made = signal(["demo", 1, day(26, 23)]);
  assert.equal(why(made, TITLES, { timeZone: "Europe/Berlin" }), "Asked for a demo today");
  assert.equal(why(made, TITLES, { timeZone: "UTC" }), "Asked for a demo yesterday");
  assert.equal(why(made, TITLES, { timeZone: "UTC", now: NOW + 30 * 86_400_000 }), "Asked for a demo on November 26");
  assert.equal(why(made, TITLES, { timeZone: "UTC", now: NOW - 30 * 86_400_000 }), "Asked for a demo on November 26");
});

test("counts in words to twelve, then in digits; touchpoints that a signal has no room for", () => {
  const many = (hits, known) => {
    const made = signal(["demo", 1, ...Array.from({ length: known ?? hits }, (_, index) => day(27, 12 - index / 100))]);
    made.data.reasons[0].hits = hits;
    return both(made);
  };
  assert.deepEqual(many(12), ["Asked for a demo twelve times today", "Demo angefragt (zwölfmal heute)"]);
  assert.deepEqual(many(13), ["Asked for a demo 13 times today", "Demo angefragt (13-mal heute)"]);
  assert.deepEqual(many(20, 5), [
    "Asked for a demo 20 times most recently today",
    "Demo angefragt (20-mal zuletzt heute)",
  ]);
});

test("three reasons are listed, and the number of others; deductions are not reasons", () => {
  const reasons = ["demo", "roi", "pricing-view", "a", "b"].map((rule, index) => [rule, 9 - index, day(27)]);
  assert.deepEqual(both(signal(...reasons.slice(0, 4), ["careers", -5, day(27)])), [
    "Asked for a demo today, ROI calculator used today, looked at pricing today, and one more reason",
    "Demo angefragt (heute), ROI calculator used (heute), Preise angesehen (heute) und ein weiterer Grund",
  ]);
  assert.match(both(signal(...reasons))[0], /, and two more reasons$/);
  assert.match(both(signal(...reasons))[1], / und zwei weitere Gründe$/);
});

test("titles: by language, by the language's first part, English, any; else the id in words", () => {
  const titles = {
    rules: { a: { "pt-BR": "Brasil", pt: "Portugal", en: "English" }, b: { fr: "Français" }, c: "One" },
  };
  const all = (locale) => ["a", "b", "c", "big-visit_2"].map((id) => titleOf(titles, "rules", id, locale));
  assert.deepEqual(all("pt-BR"), ["Brasil", "Français", "One", "big visit 2"]);
  assert.deepEqual(all("pt-PT"), ["Portugal", "Français", "One", "big visit 2"]);
  assert.deepEqual(all("de"), ["English", "Français", "One", "big visit 2"]);
  assert.equal(titleOf(TITLES, "stages", "mql"), "Ready for sales");
  assert.equal(why(signal(["pricing-view", 1, day(27)]), null, { timeZone: "UTC" }), "Pricing view today");
});

test("forged signals and titles", () => {
  const line = (made, titles) => why(made, titles, { timeZone: "UTC" });
  assert.equal(line({ data: {} }), "");
  assert.equal(line({ time: "never", data: { reasons: [], people: [] } }), "");
  assert.equal(
    line({ time: "never", data: { reasons: [{ rule: "a", points: 1, hits: 2, last: "never" }] } }),
    "A twice",
  );
  assert.equal(
    line(signal(["__proto__", 1, day(27)], ["constructor", 1, day(27)]), { rules: {} }),
    "Proto today, constructor today",
  );
  const odd = { rules: { a: 5, b: { en: 5 }, c: null, d: "two\nlines\u0000" } };
  assert.equal(line(signal(["a", 4, day(27)], ["b", 3, day(27)], ["c", 2, day(27)]), odd), "A today, b today, c today");
  assert.equal(line(signal(["d", 1, day(27)]), odd), "Two lines today");
  assert.ok(line(signal(["x".repeat(5000), 1, day(27)])).length < 100);
  assert.equal(why(signal(["a", 1, day(27)]), null, { locale: "not a tag", timeZone: "UTC" }), "A today");
  assert.throws(() => why(signal(), null, { timeZone: "nowhere" }), RangeError);
});
