/**
 * Checks and compiles a scoring model: for a build step, a server or a playground. A visitor's
 * page needs none of it. Usable right after import.
 *
 * ```ts
 * import { compile } from "leadscore/compile";
 *
 * const bytes = compile({ name: "acme", rules: [{ id: "pricing", event: "page_view", points: 15 }] });
 * ```
 *
 * @packageDocumentation
 */

/**
 * Compiles a model to a few hundred bytes, which `new Model(bytes)` reads.
 *
 * @param json The model, as JSON text of at most 4 MiB or as an object. `leadscore/schema.json`
 * describes it.
 * @throws {ModelError} The model has errors; `issues` holds all of them.
 */
export function compile(json: string | object): Uint8Array;

/**
 * The titles of a model's rules and stages, for whoever reads about leads: `why`, the inspector, a list of signals.
 * `leadscore compile` writes the same beside the compiled model, to `MODEL.titles.json`.
 *
 * @throws {ModelError} The model has errors; `issues` holds all of them.
 */
export function titles(json: string | object): ModelTitles;

/** Everything that is wrong or doubtful about a model. Throws nothing. */
export function check(json: string | object): Report;

export interface Report {
  /** Where there is one, `compile` throws. */
  errors: Issue[];
  /** What may mean something else than was meant. */
  warnings: Issue[];
}

export interface Issue {
  /** A JSON Pointer to the value in question, such as `/rules/2/decay`; `""` is the whole model. */
  path: string;
  /** The line of the place, from 1, where the model was given as text. */
  line?: number;
  /** The column of the place, in characters from 1, where the model was given as text. */
  column?: number;
  /** The rule or stage that it is about, such as "rule `pricing`". */
  subject?: string;
  /** What was expected there, and what was found. */
  message: string;
}

/** Titles by id; one text, or one for each language. */
export interface ModelTitles {
  rules?: { [id: string]: string | { [language: string]: string } };
  stages?: { [id: string]: string | { [language: string]: string } };
}

/** The model has errors. */
export interface ModelError extends Error {
  name: "ModelError";
  code: "model_invalid";
  issues: Issue[];
}
