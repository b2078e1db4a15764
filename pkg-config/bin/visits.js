// `npx leadscore replay | explain`, and `check` of events: files and the terminal around the wasm. The output is that
// of the native program.
import { readFileSync, statSync } from "node:fs";
import { parseArgs } from "node:util";
import * as wasm from "../outcomes-glue.js";
import { named, optionLines } from "./help.js";
import { pieces } from "./pieces.js";

wasm.loadSync({ module: readFileSync(new URL("../outcomes.wasm", import.meta.url)) });

const OUTPUT = {
  trace: { help: "Print a line after each event instead" },
  signals: { help: "Print a line for each signal instead" },
  states: { help: "Print each visitor's state instead of the score, as input for `score`" },
  sort: { help: "Read all events first, and sort them by time" },
  source: {
    value: "URL",
    help: "The site's origin: the source of signals, which determines their ids [default: leadscore:replay]",
  },
};
const COMMON = {
  "skipped-ok": { help: "Exit with status 0 even if lines were skipped" },
  at: { value: "TIME", help: "Score at this time, without later events: milliseconds since 1970, or RFC 3339" },
};

/** @type {Record<string, { about: string, usage: string, example: string, options: Record<string, { value?: string, help: string }> }>} */
export const COMMANDS = {
  replay: {
    about: "Scores recorded events: prints a line of JSON for each visitor, in the order of their first events",
    usage: "leadscore replay [OPTIONS] <MODEL> [EVENTS]",
    example: "leadscore replay model.json visits.ndjson --at 2026-11-21T09:00:00Z",
    options: { ...OUTPUT, ...COMMON },
  },
  explain: {
    about: "Prints one visitor's receipt: every rule's points, raw, decayed and capped",
    usage: "leadscore explain [OPTIONS] --visitor <V> <MODEL> [EVENTS]",
    example: "leadscore explain model.json visits.ndjson --visitor v-1",
    options: {
      visitor: { value: "V", help: "The visitor's id in the events" },
      ...COMMON,
      json: { help: "Print JSON" },
    },
  },
};

/** Returns the help of a command. */
export function help(command) {
  const { about, usage, example, options } = COMMANDS[command];
  return (
    `${about}\n\nUsage: ${usage}\n\nArguments:\n  <MODEL>   The model, as JSON or compiled\n` +
    `  [EVENTS]  Events, one JSON object per line; - for standard input\n\nOptions:\n${optionLines(named(options))}\nExample: npx ${example}\n\n` +
    `Each line of EVENTS is one event: {"visitor", "type", "at", "url", "props"}, \`at\` in milliseconds since 1970.\n` +
    `Lines that are not events are reported on standard error and skipped.\n`
  );
}

/** @returns {{ given: Record<string, string[]>, files: string[] }} */
function read(command, args, usage) {
  /** @type {import("node:util").ParseArgsConfig["options"]} */
  const known = {};
  for (const [name, { value }] of Object.entries(COMMANDS[command].options))
    known[name] = { type: value ? "string" : "boolean" };
  let parsed;
  try {
    parsed = parseArgs({ args, options: known, allowPositionals: true });
  } catch (error) {
    throw usage(error.message, command);
  }
  const { values, positionals } = parsed;
  const missing = [];
  if (command === "explain" && !values.visitor) missing.push("--visitor <V>");
  if (positionals.length === 0) missing.push("<MODEL>");
  if (missing.length > 0)
    throw usage(`the following required arguments were not provided:\n  ${missing.join("\n  ")}`, command);
  if (positionals.length > 2) throw usage(`unexpected argument '${positionals[2]}' found`, command);
  const [one, other] = ["trace", "signals", "states"].filter((name) => values[name]);
  if (other) throw usage(`the argument '--${one}' cannot be used with '--${other}'`, command);
  if (values.source !== undefined && !values.signals)
    throw usage("the following required arguments were not provided:\n  --signals", command);
  const given = Object.fromEntries(Object.entries(values).map(([name, value]) => [name, [String(value)]]));
  return { given, files: positionals };
}

/** Bytes of the largest model; a larger file is not looked at for being of another kind. */
const MODEL_BYTES = 4 << 20;

function refuseOtherKind(path, { Stop }) {
  const file = path === "-" ? undefined : statSync(path);
  if (!file?.isFile() || file.size > MODEL_BYTES) return;
  const kind = wasm.otherKind(readFileSync(path));
  if (kind) throw new Stop(`${path}: ${kind}`);
}

/** Runs a command; returns its exit status. */
export async function run(command, args, host) {
  const { readModel, Stop, usage } = host;
  const { given, files } = read(command, args, usage);
  const [model, events = "-"] = files;
  const call = (action) => {
    try {
      return action();
    } catch (error) {
      throw error.name === "VisitsError" ? new Stop(error.message) : error;
    }
  };
  const bytes = readModel(model);
  call(() => wasm.beginVisits(command, model, bytes, JSON.stringify(given), !!process.stdout.isTTY));
  let isKnown = false;
  for await (const piece of pieces(events, host)) {
    const complaints = wasm.visitsPiece(piece);
    if (!isKnown && wasm.isHopeless()) refuseOtherKind(events, host);
    isKnown ||= complaints !== "";
    process.stderr.write(complaints);
    await print(wasm.visitsOut());
  }
  let skipped;
  try {
    skipped = call(() => wasm.endVisits());
  } finally {
    // Also of a run that ends in an error: its notes say why.
    process.stderr.write(wasm.visitsPiece());
  }
  for (let out = wasm.visitsOut(); out.length > 0; out = wasm.visitsOut()) await print(out);
  return skipped && !given["skipped-ok"] ? 1 : 0;
}

/** Checks event lines; returns the exit status. */
export async function checkEvents(path, host) {
  wasm.beginCheck();
  for await (const piece of pieces(path, host)) wasm.visitsPiece(piece);
  const listing = wasm.endCheck(path);
  process.stdout.write(listing.slice(1));
  return listing.startsWith("1") ? 0 : 2;
}

/** Waits where the reader of a pipe is slower than the events. */
const print = (bytes) =>
  bytes.length === 0 || process.stdout.write(bytes)
    ? undefined
    : new Promise((resolve) => process.stdout.once("drain", resolve));
