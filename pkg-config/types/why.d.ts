/**
 * The reasons of a signal in one line, as a person would say them.
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
  /** A language tag; the words are German for `de…`, else English. Default: `en`. */
  locale?: string | undefined;
  /** In which days begin, such as `Europe/Berlin`. Default: the runtime's own. */
  timeZone?: string | undefined;
  /** Milliseconds since 1970, from which “today” and “this week” are told. Default: the signal's time. */
  now?: number | undefined;
}

/**
 * Returns the reasons of a visitor's signal as one line of plain text: the three with most points, how often and when, and
 * how many more there are. Empty if there are none, as for an account's signal.
 *
 * @param titles what `leadscore compile` writes to `MODEL.titles.json`; a rule without a title is named by its id
 * @throws {RangeError} There is no such time zone.
 */
export function why(signal: Signal | AccountSignal, titles?: ModelTitles | null, options?: WhyOptions): string;

/** Returns the title of a rule or a stage in a language, or else its id in words. */
export function titleOf(
  titles: ModelTitles | null | undefined,
  kind: "rules" | "stages",
  id: string,
  locale?: string,
): string;
