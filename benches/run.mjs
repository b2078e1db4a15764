// `make bench`, or `node benches/run.mjs [replay] [native] [peers] [memory] [startup]`: comparisons as ratios. Each
// figure is the median of alternating runs; the compared programs are first checked for equal results.
import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { cpus } from "node:os";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { memory } from "./memory.mjs";
import { native } from "./native.mjs";
import { peers } from "./peers/run.mjs";
import { replay } from "./replay.mjs";
import { startup } from "./startup.mjs";

const root = fileURLToPath(new URL("..", import.meta.url));
const SECTIONS = ["replay", "native", "peers", "memory", "startup"];
const wanted = process.argv.length > 2 ? process.argv.slice(2) : SECTIONS;
for (const name of wanted) {
  if (!SECTIONS.includes(name)) throw new Error(`no such section: ${name}; there are ${SECTIONS.join(", ")}`);
}

const pkg = pathToFileURL(join(root, "pkg/"));
const needsPackage = ["peers", "memory", "startup"].some((name) => wanted.includes(name));
if (needsPackage && !existsSync(new URL("leadscore.wasm", pkg))) {
  throw new Error("the package in pkg/ is not built; `make bench` builds it first");
}
console.log(`${cpus()[0].model}, ${cpus().length} cores, Node ${process.version}`);

if (wanted.includes("replay")) {
  const args = ["build", "--release", "--locked", "--quiet", "--features", "cli", "--bin", "leadscore"];
  if (spawnSync("cargo", args, { cwd: root, stdio: "inherit" }).status !== 0) throw new Error("cargo build failed");
  const parser = [
    "build",
    "--release",
    "--locked",
    "--quiet",
    "--manifest-path",
    join(root, "benches/parser/Cargo.toml"),
  ];
  const own = { ...process.env, CARGO_TARGET_DIR: join(root, "benches/parser/target") };
  if (spawnSync("cargo", parser, { cwd: root, env: own, stdio: "inherit" }).status !== 0)
    throw new Error("cargo build failed");
  await replay(join(process.env.CARGO_TARGET_DIR ?? join(root, "target"), "release/leadscore"));
}
if (wanted.includes("native")) native();
if (needsPackage) {
  const { compile } = await import(new URL("compile-node.js", pkg));
  const leadscore = await import(new URL("node.js", pkg));
  await leadscore.default();
  if (wanted.includes("peers")) await peers({ pkg });
  if (wanted.includes("memory")) await memory(leadscore, compile);
  if (wanted.includes("startup")) await startup(pkg, compile);
}
