// Finds and runs other programs, and returns their output.
import { spawn, spawnSync } from "node:child_process";
import { accessSync, constants, statSync } from "node:fs";
import { delimiter, isAbsolute, join } from "node:path";

/** Returns true for a file that may be run. */
export function isProgram(path) {
  try {
    accessSync(path, constants.X_OK);
    return statSync(path).isFile();
  } catch {
    return false;
  }
}

/** Returns the path of a program, given by its name or its path; undefined where there is none. */
export function which(name, path = process.env.PATH ?? "") {
  if (isAbsolute(name)) return isProgram(name) ? name : undefined;
  const folders = path.split(delimiter).filter(isAbsolute);
  return folders.map((folder) => join(folder, name)).find(isProgram);
}

/**
 * Returns what a program writes to its standard output, without the space around it; undefined where it fails.
 *
 * @param {string} command
 * @param {string[]} args
 * @param {import("node:child_process").SpawnSyncOptions} options
 */
export function output(command, args, { timeout = 20_000, ...options } = {}) {
  const { status, stdout } = spawnSync(command, args, { timeout, ...options, encoding: "utf8" });
  return status === 0 ? stdout.trim() : undefined;
}

/** Runs a program whose output is for the person who waits. Returns true where it succeeded. */
export function succeeds(command, args, options = {}) {
  return new Promise((resolve) => {
    const child = spawn(command, args, { stdio: ["ignore", "inherit", "inherit"], ...options });
    child.on("error", (error) => {
      console.error(`${command}: ${error.message}`);
      resolve(false);
    });
    child.on("close", (code) => resolve(code === 0));
  });
}
