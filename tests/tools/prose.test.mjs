// Markdown is wrapped to 120 columns. Tables, code and links cannot be broken, so they may be longer.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { ROOT } from "../../tools/lib/project.mjs";

const WIDTH = 120;

/** Returns `file:line` of each line of prose that is too long. */
function tooLong(file, text) {
  let isCode = false;
  return text.split("\n").flatMap((line, index) => {
    if (/^\s*```/.test(line)) isCode = !isCode;
    const isProse = !isCode && !line.startsWith("|") && !/^\s*(- )?\[.*\]\(.*\)[.,]?$/.test(line);
    return isProse && line.length > WIDTH ? [`${file}:${index + 1}`] : [];
  });
}

test("the prose of every Markdown file is wrapped", () => {
  const files = execFileSync("git", ["ls-files", "*.md"], { cwd: ROOT, encoding: "utf8" }).trim().split("\n");
  assert.ok(files.length > 30);
  assert.deepEqual(
    files.flatMap((file) => tooLong(file, readFileSync(join(ROOT, file), "utf8"))),
    [],
  );
});

test("a long line of prose is found, a long row or line of code is not", () => {
  const long = "word ".repeat(30);
  assert.deepEqual(tooLong("a.md", `# A\n\n${long}\n\n| ${long} |\n\n\`\`\`\n${long}\n\`\`\`\n`), ["a.md:3"]);
});
