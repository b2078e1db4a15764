// Titles of rules, which people read instead of ids, and the reasons of a signal in one line.
import { titleOf, why } from "/leadscore/why.js";

const TITLES = "/model.titles.json";
const locale = document.documentElement.lang;
let titles = null;

/** Loads the titles. Without them rules are named by their ids. */
export async function loadTitles() {
  const response = await fetch(TITLES).catch(() => null);
  if (response?.ok) titles = await response.json().catch(() => null);
}

/** A rule's title, or its id. */
export const ruleName = (id) =>
  titles?.rules && Object.hasOwn(titles.rules, id) ? titleOf(titles, "rules", id, locale) : id;

/** The reasons of a signal in one line; empty for an account's. */
export const reasonsOf = (signal) => why(signal, titles, { locale, now: Date.now() });
