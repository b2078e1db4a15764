/**
 * Returns the reasons for a signal in one line of plain language.
 *
 * ```ts
 * import { why } from "leadscore/why";
 *
 * why(signal, titles, { locale: "en" }); // "Asked for a demo on Tuesday, looked at pricing three times this week"
 * ```
 *
 * @packageDocumentation
 */
import type { Signal } from "./index.js";
import type { AccountSignal } from "./edge.js";
import type { ModelTitles } from "./compile.js";

export interface WhyOptions {
  /** A language tag: German for `de…`, otherwise English. Default: `en`. */
  locale?: string | undefined;
  /** The time zone, such as `Europe/Berlin`. Default: that of the runtime. */
  timeZone?: string | undefined;
  /** The time to which “today” and “this week” refer, in milliseconds since 1970. Default: the signal's time. */
  now?: number | undefined;
}

/**
 * Returns the reasons for a visitor's signal as one line of plain text: the three with the most points, how often and
 * when, and the number of others. Empty if there are none, as for an account's signal.
 *
 * @param titles The content of `MODEL.titles.json`, which `leadscore compile` writes; a rule without a title has its id
 * @throws {RangeError} The time zone is unknown.
 */
export function why(signal: Signal | AccountSignal, titles?: ModelTitles | null, options?: WhyOptions): string;

/** Returns the title of a rule or a stage in a language, or its id in words if there is none. */
export function titleOf(
  titles: ModelTitles | null | undefined,
  kind: "rules" | "stages",
  id: string,
  locale?: string,
): string;
