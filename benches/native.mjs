// Prints the figures of benches/native.rs: growth with rules, single operations, sizes.
import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { line, met, title } from "./lib/measure.mjs";

const root = fileURLToPath(new URL("..", import.meta.url));

export function native() {
  const args = ["run", "--release", "--locked", "--quiet", "--features", "authoring", "--example", "native"];
  const { status, stdout } = spawnSync("cargo", args, {
    cwd: root,
    stdio: ["ignore", "pipe", "inherit"],
    encoding: "utf8",
  });
  if (status !== 0) throw new Error("benches/native.rs failed");
  const figures = stdout
    .trim()
    .split("\n")
    .map((text) => text.split(" "));
  const of = (group) =>
    figures.filter(([name]) => name.startsWith(group)).map(([name, value]) => [name.slice(group.length), +value]);

  title("growth with rules, natively: an event that fires two of so many");
  for (const kind of ["paths", "values", "types", "mixed"]) {
    const times = of(`growth.${kind}.`);
    const by = times.at(-1)[1] / times[0][1];
    const list = times.map(([size, value]) => `${size}: ${value} ns`).join(", ");
    line(
      kind === "mixed" ? "mixed rules" : `distinct ${kind}`,
      `${list}: ${by.toFixed(2)}x`,
      kind === "mixed" ? met(by <= 10, "at most 10x") : met(by <= 3, "at most 3x"),
    );
  }

  title("single operations, natively");
  for (const [name, value] of of("operation.")) line(name.replaceAll("-", " "), `${(value / 1_000).toFixed(2)} µs`);

  title("sizes");
  for (const [name, value] of of("size.")) {
    const target = { "state-of-14-hits": 128 }[name];
    line(name.replaceAll("-", " "), `${value} bytes`, target && met(value <= target, `at most ${target}`));
  }
}
