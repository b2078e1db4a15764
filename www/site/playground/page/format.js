// Formats numbers and times. Times are in UTC, so that a shared link shows the same everywhere.
import { date, number } from "/js/formats.js";

const LONGER_THAN_A_DAY = 36 * 3600_000;

export const points = number("en", { maximumFractionDigits: 1 });
export const signed = number("en", { maximumFractionDigits: 1, signDisplay: "exceptZero" });
export const count = number("en");
export const time = date("en-GB", {
  day: "numeric",
  month: "short",
  hour: "2-digit",
  minute: "2-digit",
  timeZone: "UTC",
});
export const exactTime = (at) => new Date(at).toISOString().slice(0, 19).replace("T", " ");

const day = date("en-GB", { day: "numeric", month: "short", timeZone: "UTC" });
const clock = date("en-GB", { hour: "2-digit", minute: "2-digit", timeZone: "UTC" });

/** Formats a time on an axis of a given length in milliseconds. */
export const tick = (at, span) => (span > LONGER_THAN_A_DAY ? day : clock)(at);

export const plural = (amount, one, many = `${one}s`) => `${count(amount)} ${amount === 1 ? one : many}`;

const SHORT = 200;

/** A text's beginning: to lay out thousands of characters in one line may take seconds. */
export const short = (text) => (text.length > SHORT ? `${text.slice(0, SHORT)}…` : text);

/** The props of an event in a line. */
export function details(props) {
  const all = Object.entries(props ?? {}).map(
    ([name, value]) => `${name}: ${typeof value === "string" ? value : JSON.stringify(value)}`,
  );
  return short(all.join(", "));
}
