// Numbers and times as the playground writes them. Times are UTC: a shared link reads the same everywhere.
const POINTS = new Intl.NumberFormat("en", { maximumFractionDigits: 1 });
const SIGNED = new Intl.NumberFormat("en", { maximumFractionDigits: 1, signDisplay: "exceptZero" });
const COUNT = new Intl.NumberFormat("en");
const DAY = new Intl.DateTimeFormat("en-GB", { day: "numeric", month: "short", timeZone: "UTC" });
const TIME = new Intl.DateTimeFormat("en-GB", {
  day: "numeric",
  month: "short",
  hour: "2-digit",
  minute: "2-digit",
  timeZone: "UTC",
});
const CLOCK = new Intl.DateTimeFormat("en-GB", { hour: "2-digit", minute: "2-digit", timeZone: "UTC" });
const LONGER_THAN_A_DAY = 36 * 3600_000;

export const points = (number) => POINTS.format(number);
export const signed = (number) => SIGNED.format(number);
export const count = (number) => COUNT.format(number);
export const time = (at) => TIME.format(at);
export const exactTime = (at) => new Date(at).toISOString().slice(0, 19).replace("T", " ");

/** A time on an axis that is so many milliseconds long. */
export const tick = (at, span) => (span > LONGER_THAN_A_DAY ? DAY : CLOCK).format(at);

export const plural = (number, one, many = `${one}s`) => `${count(number)} ${number === 1 ? one : many}`;

/** The props of an event in a line. */
export function details(props) {
  return Object.entries(props ?? {})
    .map(([name, value]) => `${name}: ${typeof value === "string" ? value : JSON.stringify(value)}`)
    .join(", ");
}
