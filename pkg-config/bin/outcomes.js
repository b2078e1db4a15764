// `npx leadscore backtest | calibrate | diff`: files and the terminal around outcomes.wasm. Its output is the same as
// that of the native program.
import { readFileSync, statSync, writeFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { begin, feed, finish, loadSync, model, open, settings } from "../outcomes-glue.js";
import { optionLines } from "./help.js";
import { pieces } from "./pieces.js";

loadSync({ module: readFileSync(new URL("../outcomes.wasm", import.meta.url)) });

const { commands, options: OPTIONS } = JSON.parse(settings());

/** The help of each command, by its name. */
export const COMMANDS = Object.fromEntries(
  commands.map(([, name, about, files, example]) => [
    name,
    { about, files, usage: `leadscore ${name} [OPTIONS] ${files}`, example },
  ]),
);

const optionsOf = (command) => OPTIONS.filter(({ commands }) => commands.includes(command));

/** Returns the lines of help for a command's options. */
export const optionHelp = (command) => optionLines(optionsOf(command));

/**
 * Parses the arguments into the values of each option, and the files.
 *
 * @returns {{ given: Record<string, string[]>, files: string[] }}
 */
function read(command, args, usage) {
  /** @type {import("node:util").ParseArgsConfig["options"]} */
  const known = {};
  for (const { name, short, value } of optionsOf(command))
    known[name] = { type: value ? "string" : "boolean", multiple: true, ...(short ? { short } : {}) };
  try {
    const { values, positionals } = parseArgs({ args, options: known, allowPositionals: true });
    /** @type {Record<string, string[]>} */
    const given = {};
    for (const [name, list] of Object.entries(values))
      given[name] = [list].flat().filter((value) => typeof value == "string");
    return { given, files: positionals };
  } catch (error) {
    throw usage(error.message, command);
  }
}

/** Returns the models and the file of events, which is the last file unless `--states` replaces it. */
function divide(command, files, rows, usage) {
  const least = command === "diff" ? 2 : 1;
  const most = command === "calibrate" ? 1 : 2;
  if (files.length < least)
    throw usage(`the following required arguments were not provided:\n  ${COMMANDS[command].files}`, command);
  if (files.length > most + (rows ? 0 : 1)) throw usage(`unexpected argument '${files.at(-1)}' found`, command);
  if (rows) return { models: files, events: undefined };
  return files.length > least ? { models: files.slice(0, -1), events: files.at(-1) } : { models: files, events: "-" };
}

/** Passes a file to the wasm in pieces; returns true if a line was bad. */
async function readLines(path, kind, prefix, access) {
  open(kind);
  let isBad = false;
  const hand = (piece) => {
    const complaints = feed(piece);
    isBad ||= complaints !== "";
    for (const line of complaints.split("\n").filter(Boolean)) process.stderr.write(`${prefix}${line}\n`);
  };
  for await (const piece of pieces(path, { access })) hand(piece);
  return isBad;
}

/** Shows the progress on standard error, if that is a terminal. */
function progress(what, done, all) {
  if (process.stderr.isTTY) process.stderr.write(`\r\x1b[K${what} ${done}/${all}`);
}

const isSame = (a, b) => {
  const [one, other] = [a, b].map((path) => statSync(path, { throwIfNoEntry: false }));
  return !!one && !!other && one.dev === other.dev && one.ino === other.ino;
};

/** Refuses to overwrite a file that is read, a folder, or with a model a file that is not a model. */
function checkTarget(name, to, files, { Stop, readText }) {
  const isModel = name === "output";
  if (to === "-" && isModel) return;
  if (to === "-") throw new Stop(`--${name} -: give the name of a file; the report is already on standard output`);
  const [before, give] = isModel
    ? [to, (what) => `give --output ${what}, such as calibrated.json`]
    : [`--${name} ${to}`, (what) => `give ${what}`];
  if (files.some((file) => isSame(file, to))) throw new Stop(`${before}: is also an input; ${give("another name")}`);
  const there = statSync(to, { throwIfNoEntry: false });
  if (there?.isDirectory()) throw new Stop(`${before}: a folder; ${give("the name of a file")}`);
  if (!isModel || !there?.isFile() || there.size === 0) return;
  try {
    readText(to);
  } catch (error) {
    if (!(error instanceof Stop)) throw error;
    throw new Stop(`${to}: is not a model; remove it first, or give another name`);
  }
}

/**
 * Runs a command; returns its exit status.
 *
 * @param {string} command
 * @param {string[]} args
 * @param {{ access: Function, readModel: (path: string) => Uint8Array, readText: (path: string) => string, Stop: new (message: string) => Error, usage: Function }} host
 */
export async function run(command, args, { access, readModel, readText, Stop, usage }) {
  const { given, files } = read(command, args, usage);
  const last = (name) => given[name]?.at(-1);
  const { models, events } = divide(command, files, last("states") !== undefined, usage);
  for (const name of ["output", "html", "markdown"])
    if (last(name) !== undefined) checkTarget(name, last(name), files, { Stop, readText });
  for (const path of models) model(path, readModel(path));
  const wasm = (call) => {
    try {
      return call();
    } catch (error) {
      throw error.name === "OutcomesError" ? new Stop(error.message) : error;
    }
  };
  wasm(() => begin(command, JSON.stringify(given)));
  let skipped = false;
  for (const [name, kind] of /** @type {const} */ ([
    ["outcomes", "outcome"],
    ["states", "state"],
  ])) {
    const path = last(name);
    if (path !== undefined) skipped = (await readLines(path, kind, `${path}: `, access)) || skipped;
  }
  if (events !== undefined) skipped = (await readLines(events, "event", "", access)) || skipped;
  const finished = wasm(() => finish(last("html") !== undefined, last("markdown") !== undefined, progress));
  if (process.stderr.isTTY) process.stderr.write("\r\x1b[K");
  const { text, json, notes, model: calibrated, failed, html, markdown } = JSON.parse(finished);
  for (const note of notes) process.stderr.write(`note: ${note}\n`);
  for (const [to, text] of [
    [last("html"), html],
    [last("markdown"), markdown],
  ])
    if (to !== undefined) access(to, () => writeFileSync(to, text));
  const report = given.json ? `${json}\n` : text;
  const to = last("output");
  if (calibrated != null && to !== undefined) {
    if (to === "-") process.stdout.write(calibrated);
    else access(to, () => writeFileSync(to, calibrated));
  }
  (to === "-" ? process.stderr : process.stdout).write(report);
  return failed ? 3 : skipped ? 1 : 0;
}
