// The second implementation of the design, as a command:
//
//     node oracle.mjs MODEL EVENTS [--trace | --signals] [--at MILLISECONDS]
//
// It assumes a valid model and omits fields of signals that the design does not specify (`id`, `data.state`,
// `data.model.hash`).

import { readFileSync } from "node:fs";
import { pathToFileURL } from "node:url";
import { replay } from "./replay.mjs";

export { replay };

function main(args) {
  const flags = new Set(args.filter((arg) => arg.startsWith("--")));
  const at = flags.has("--at") ? Number(args[args.indexOf("--at") + 1]) : null;
  const [modelFile, eventsFile] = args;
  const run = replay(JSON.parse(readFileSync(modelFile, "utf8")), readFileSync(eventsFile, "utf8"), at);
  const lines = flags.has("--trace")
    ? run.trace
    : flags.has("--signals")
      ? run.signals.map(({ line }) => line)
      : run.finals;
  for (const line of lines) console.log(JSON.stringify(line));
  for (const number of run.badLines) console.error(`bad line ${number}`);
  return run.exitCode;
}

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href) {
  process.exitCode = main(process.argv.slice(2));
}
