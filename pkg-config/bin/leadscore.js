#!/usr/bin/env node
// `npx leadscore`: the command line without Rust. The native program of the same name prints the same output, and can
// also import events.
import { closeSync, existsSync, openSync, readFileSync, readSync, statSync, writeFileSync } from "node:fs";
import { join, parse } from "node:path";
import { getSystemErrorMap, parseArgs } from "node:util";
import "../compile-node.js";
import { compile, listing, titles } from "../compile-glue.js";

const ABOUT = "Scores website visitors as leads with a model of points, caps and decay.";
const COMMANDS = {
  check: {
    about: "Lists the errors and warnings in a model or a file of events",
    usage: "leadscore check <FILE>",
    example: "leadscore check model.json",
  },
  compile: {
    about: "Compiles a model to the file that a page or an edge worker loads",
    usage: "leadscore compile --output <FILE> <MODEL>",
    example: "leadscore compile model.json -o model.lsm",
  },
};
const NATIVE = ["score", "import"];

/** The commands for recorded events. They use a separate wasm, which the other commands do not load. */
const INIT = "init";
const VISITS = ["replay", "explain"];
const OUTCOMES = ["backtest", "calibrate", "diff"];
const begin = () => import("./init.js");
const visits = () => import("./visits.js");
const outcomes = () => import("./outcomes.js");

/** Bytes in which the first line of a file of events ends. */
const FIRST_LINE = 1 << 20;

/** Ends the program: a bad model or call. */
class Stop extends Error {}

/**
 * @param {string} message
 * @param {string} [command]
 */
function usage(message, command = "") {
  const files = command === INIT ? "[SITE]" : "<MODEL>";
  const more = [INIT, ...VISITS, ...OUTCOMES].includes(command) ? `${command} [OPTIONS] ${files}` : "<COMMAND>";
  const line = COMMANDS[command]?.usage ?? `leadscore ${more}`;
  return new Stop(`error: ${message}\n\nUsage: ${line}\n\nFor more information, try '--help'.`);
}

async function help(command) {
  const { COMMANDS: more, optionHelp } = await outcomes();
  const { COMMANDS: ofVisits, help: visitsHelp } = await visits();
  const init = await begin();
  if (command === INIT) return init.help();
  if (VISITS.includes(command)) return visitsHelp(command);
  if (!command) {
    const all = Object.entries({ [INIT]: init.ABOUT, ...COMMANDS, ...ofVisits, ...more });
    const list = all.map(([name, { about }]) => `  ${name.padEnd(9)}  ${about}\n`);
    const examples = all.map(([, { example }]) => `  npx ${example}\n`);
    return (
      `${ABOUT}\n\nUsage: leadscore <COMMAND>\n\nCommands:\n${list.join("")}\n` +
      `Options:\n  -h, --help     Print help\n  -V, --version  Print version\n\n` +
      `Examples:\n${examples.join("")}\nExit status: 0; 1 if lines were skipped; 2 if the model or arguments are invalid; 3 if a condition of --fail-on is true.\n`
    );
  }
  if (OUTCOMES.includes(command)) {
    const { about, usage, example } = more[command];
    return `${about}\n\nUsage: ${usage}\n\nOptions:\n${optionHelp(command)}\nExample: npx ${example}\n`;
  }
  const { about, usage, example } = COMMANDS[command];
  const output = command === "compile" ? "  -o, --output <FILE>  The file to write; - for standard output\n" : "";
  return (
    `${about}\n\nUsage: ${usage}\n\nArguments:\n  ` +
    (command === "check"
      ? "<FILE>  A model as JSON, or events, one JSON object per line"
      : "<MODEL>  The model, as JSON") +
    "\n\n" +
    `Options:\n${output}  -h, --help           Print help\n\nExample: npx ${example}\n`
  );
}

/** Returns the bytes of a model, JSON or compiled. Warnings of a JSON model go to standard error. */
function readModel(path) {
  const bytes = access(path, () => readFileSync(path));
  if (isCompiled(bytes)) return bytes;
  const { errors, warnings } = listing(path, readText(path));
  if (errors) throw new Stop(errors.trimEnd());
  process.stderr.write(warnings);
  return bytes;
}

/** Returns the operating system's own message. */
function access(path, action) {
  try {
    return action();
  } catch (error) {
    const words = getSystemErrorMap().get(error.errno)?.[1];
    if (!words) throw error;
    throw new Stop(`${path}: ${words[0].toUpperCase()}${words.slice(1)} (os error ${-error.errno})`);
  }
}

function readText(path) {
  const bytes = access(path, () => readFileSync(path));
  if (isCompiled(bytes)) throw new Stop(`${path}: already a compiled model; give the JSON from which it was compiled`);
  let text;
  try {
    text = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    throw new Stop(`${path}: not a UTF-8 text file`);
  }
  if (looksLikeEvents(text)) throw new Stop(`${path}: a file of events, but a model is expected here`);
  return text;
}

const isCompiled = (bytes) => bytes.subarray(0, 3).toString("latin1") === "LSM";

/** Returns true if the first line that is not blank is an event. */
function looksLikeEvents(text) {
  try {
    return Object.hasOwn(JSON.parse(text.split("\n").find((line) => line.trim()) ?? ""), "visitor");
  } catch {
    return false;
  }
}

/** Refuses to write over the model, or over any other file that is not a compiled model. */
function checkOutput(model, output) {
  const file = statSync(output, { throwIfNoEntry: false });
  if (!file) return;
  const own = statSync(model);
  if (file.dev === own.dev && file.ino === own.ino)
    throw new Stop(`${output}: the model itself; give --output another name, such as model.lsm`);
  if (file.isDirectory()) throw new Stop(`${output}: a folder; give --output the name of a file, such as model.lsm`);
  if (file.isFile() && file.size > 0 && !isCompiled(access(output, () => readFileSync(output))))
    throw new Stop(`${output}: is not a compiled model; remove it first, or give another name`);
}

/** Returns true if a file has events, by its name or by its first line. */
function holdsEvents(path) {
  if (/\.(ndjson|jsonl)$/.test(path)) return true;
  const start = Buffer.alloc(FIRST_LINE);
  let file;
  try {
    file = openSync(path, "r");
  } catch {
    return false;
  }
  try {
    return looksLikeEvents(start.subarray(0, readSync(file, start)).toString());
  } catch {
    return false;
  } finally {
    closeSync(file);
  }
}

async function runCheck(path) {
  if (holdsEvents(path)) return (await visits()).checkEvents(path, HOST);
  const { all, good } = listing(path, readText(path));
  process.stdout.write(all);
  return good ? 0 : 2;
}

function runCompile(path, output) {
  const text = readText(path);
  const { errors, warnings } = listing(path, text);
  if (errors) throw new Stop(errors.trimEnd());
  process.stderr.write(warnings);
  const bytes = compile(text);
  const named = titles(text);
  const hasTitles = Object.keys(named).length > 0;
  if (output === "-") {
    if (hasTitles) process.stderr.write(`${path}: its titles are written beside a file only; give --output a name\n`);
    process.stdout.write(bytes);
    return 0;
  }
  checkOutput(path, output);
  write(output, bytes);
  // A model without titles empties the titles file that an earlier version of it wrote.
  const { dir, name } = parse(output);
  const beside = join(dir, `${name}.titles.json`);
  if (hasTitles || existsSync(beside)) write(beside, Buffer.from(JSON.stringify(named)));
  return 0;
}

function write(path, bytes) {
  access(path, () => writeFileSync(path, bytes));
  process.stderr.write(`${path}: ${bytes.length} bytes\n`);
}

function version() {
  const manifest = readFileSync(new URL("../package.json", import.meta.url), "utf8");
  return `leadscore ${JSON.parse(manifest).version}\n`;
}

/**
 * The options after a command; what `parseArgs` objects to becomes a message of ours.
 *
 * @returns {{ values: { help?: boolean, output?: string }, positionals: string[] }}
 */
function options(command, args) {
  /** @satisfies {import("node:util").ParseArgsConfig["options"]} */
  const known = /** @type {const} */ ({ help: { type: "boolean", short: "h" } });
  const output = /** @type {const} */ ({ output: { type: "string", short: "o" } });
  try {
    return parseArgs({
      args,
      options: command === "compile" ? { ...known, ...output } : known,
      allowPositionals: true,
    });
  } catch (error) {
    throw usage(error.message, command);
  }
}

/** @param {string[]} words */
async function main([command, ...args]) {
  if (command === undefined) throw new Stop((await help()).trimEnd());
  if (["-h", "--help", "help"].includes(command)) {
    const known = [INIT, ...Object.keys(COMMANDS), ...VISITS, ...OUTCOMES];
    const about = command === "help" && known.includes(args[0]) ? args[0] : undefined;
    process.stdout.write(await help(about));
    return 0;
  }
  if (["-V", "--version"].includes(command)) {
    process.stdout.write(version());
    return 0;
  }
  const all = [INIT, ...Object.keys(COMMANDS), ...VISITS, ...OUTCOMES];
  if (NATIVE.includes(command))
    throw new Stop(
      `error: '${command}' needs the native command line: in the repository of leadscore, ` +
        `\`cargo install --path . --features cli\`; this one has ${all.join(", ")}`,
    );
  if ([INIT, ...VISITS, ...OUTCOMES].includes(command)) {
    if (args.some((word) => ["-h", "--help"].includes(word))) {
      process.stdout.write(await help(command));
      return 0;
    }
    if (command === INIT) return (await begin()).run(args, HOST);
    const { run } = VISITS.includes(command) ? await visits() : await outcomes();
    return run(command, args, HOST);
  }
  if (!Object.hasOwn(COMMANDS, command)) throw usage(`unrecognized subcommand '${command}'`);

  const { values, positionals } = options(command, args);
  if (values.help) {
    process.stdout.write(await help(command));
    return 0;
  }
  const [model, extra] = positionals;
  const missing = [];
  if (command === "compile" && values.output === undefined) missing.push("--output <FILE>");
  if (model === undefined) missing.push(command === "check" ? "<FILE>" : "<MODEL>");
  if (missing.length > 0)
    throw usage(`the following required arguments were not provided:\n  ${missing.join("\n  ")}`, command);
  if (extra !== undefined) throw usage(`unexpected argument '${extra}' found`, command);
  return command === "check" ? runCheck(model) : runCompile(model, values.output);
}

/** Functions for the commands with a separate wasm. */
const HOST = { access, readModel, readText, Stop, usage };

// A closed pipe ends it quietly.
process.stdout.on("error", (error) => process.exit(error.code === "EPIPE" ? 0 : 2));
try {
  process.exitCode = await main(process.argv.slice(2));
} catch (error) {
  if (!(error instanceof Stop)) throw error;
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 2;
}
