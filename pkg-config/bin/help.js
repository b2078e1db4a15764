// The help of commands, in the form of the native program's.

/**
 * Returns the lines about options.
 *
 * @param {{ name: string, short?: string, value?: string, help: string }[]} options
 */
export function optionLines(options) {
  const lines = options.map(({ name, short, value, help }) => [
    `${short ? `-${short}, ` : "    "}--${name}${value ? ` <${value}>` : ""}`,
    help,
  ]);
  lines.push(["-h, --help", "Print help"]);
  const width = Math.max(...lines.map(([name]) => name.length));
  return lines.map(([name, help]) => `  ${name.padEnd(width)}  ${help}\n`).join("");
}

/** Returns the options of an object by name as a list. */
export const named = (options) => Object.entries(options).map(([name, option]) => ({ name, ...option }));
