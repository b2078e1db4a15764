// Runs the pinned cargo: `node tools/cargo.mjs ARGUMENTS`, in the environment of the project.
import { succeeds } from "./lib/process.mjs";
import { environment, ROOT } from "./lib/project.mjs";

process.exitCode = (await succeeds("cargo", process.argv.slice(2), { cwd: ROOT, env: environment() })) ? 0 : 1;
