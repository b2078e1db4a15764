/**
 * Checks and compiles a scoring model: for a build step, a server or a playground. Pages for visitors do not need it.
 * It can be used right after the import.
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
 * Returns the titles of a model's rules and stages, for `why`, the inspector or a list of signals. `leadscore compile`
 * writes the same to `MODEL.titles.json` beside the compiled model.
 *
 * @throws {ModelError} The model has errors; `issues` holds all of them.
 */
export function titles(json: string | object): ModelTitles;

/** Returns all errors and warnings of a model. Does not throw. */
export function check(json: string | object): Report;

export interface Report {
  /** Errors, for which `compile` throws. */
  errors: Issue[];
  /** Warnings about parts that may not have the intended effect. */
  warnings: Issue[];
}

export interface Issue {
  /** A JSON Pointer to the value in question, such as `/rules/2/decay`; `""` is the whole model. */
  path: string;
  /** The line, from 1, if the model was passed as a string. */
  line?: number;
  /** The column in characters, from 1, if the model was passed as a string. */
  column?: number;
  /** The rule or stage concerned, such as "rule `pricing`". */
  subject?: string;
  /** The expected value, and the value found. */
  message: string;
}

/** Titles by id: one string, or one for each language. */
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
