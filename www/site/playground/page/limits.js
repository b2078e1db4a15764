// The limits of a link's content. Links come from other people, so the page must stay responsive. The same limits apply
// to creating and opening links.

/** Characters of a model. One of 10,000 rules, the most that compile, has 1.6 million. */
const MODEL = 2_000_000;
/**
 * Characters of a line. Browsers lay out a line as a whole, in some of them in a time that grows with the square of its
 * length.
 */
const LINE = 100_000;
/** Characters of a line that are not ASCII: 100,000 combining marks take half a minute. */
const LINE_OTHERS = 2_000;
const EVENTS = 20_000;
/** Rules × events: each event may fire every rule. */
const TRIALS = 5_000_000;
/** Bytes of the whole content, uncompressed. */
export const BYTES = 8 * 1024 * 1024;
/** Characters that browsers and address bars still take. */
export const LINK = 1_000_000;

/** The content is too large for a link. The message contains the size, as a part of a sentence. */
export class TooLarge extends Error {}

/** @throws {TooLarge} */
export function limit(number, most, what) {
  if (number > most) throw new TooLarge(`a link contains at most ${most.toLocaleString("en")} ${what}`);
}

/** @throws {TooLarge} */
export function checkSize({ model, events }) {
  limit(model.length, MODEL, "characters of a model");
  limit(longest(model), LINE, "characters in a line of the model");
  limit(longest(model.replace(/[ -~]/g, "")), LINE_OTHERS, "characters outside of ASCII in a line of the model");
  limit(events.length, EVENTS, "events");
  limit(rulesOf(model) * events.length, TRIALS, "rules × events");
}

/** Returns the length of the longest line. */
function longest(text) {
  let most = 0;
  for (const [line] of text.matchAll(/[^\r\n]+/g)) most = Math.max(most, line.length);
  return most;
}

function rulesOf(model) {
  try {
    return JSON.parse(model).rules.length || 0;
  } catch {
    return 0;
  }
}
