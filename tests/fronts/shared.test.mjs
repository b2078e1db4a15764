// Definitions that exist in both the core and the package's JavaScript. Constants are compared by their sources;
// formats by running both with the lines of spellings.txt, which Rust's unit tests also read. docs/architecture.md
// lists all of it.
import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { test } from "node:test";
import { base64url, fromBase64 } from "../../pkg-config/edge/lib/base64.js";
import { instant } from "../../pkg-config/edge/receiver/shape.js";
import { MOST, PAGES } from "../../pkg-config/edge/visit/cookies.js";
import { CONSENT, isOwn, KEYS, SIGNAL } from "../../pkg-config/entry/keys.js";
import { ERRORS } from "../../pkg-config/entry/runtime/errors.js";
import "../../pkg-config/entry/edge/errors.js";
import { iso, parseTime } from "../../pkg-config/entry/runtime/time.js";
import { record } from "../../pkg-config/inspector/watch.js";

const source = (path) => readFileSync(new URL(`../../${path}`, import.meta.url), "utf8");
/** Joins the lines of a Rust string literal, which continue after a backslash. */
const plain = (text) => text.replace(/\\\n\s*/g, "");
/** Returns the string literals of a source file between two markers. */
const texts = (path, from, to) => {
  const text = source(path);
  const start = text.indexOf(from);
  assert.ok(start >= 0, `${path} has no ${from}`);
  return [...text.slice(start, text.indexOf(to, start)).matchAll(/"((?:[^"\\]|\\[^])*)"/g)].map(([, own]) =>
    plain(own),
  );
};

/** Returns the value of a number as sources write it: `64 * 1024`, `1 << 20`, `5_000`. */
const whole = (text) => {
  assert.match(text, /^[\d_*<\s]+$/);
  return text
    .replaceAll("_", "")
    .split("*")
    .map((factor) => factor.split("<<").map(Number))
    .reduce((product, [number, shift = 0]) => product * number * 2 ** shift, 1);
};

/** Returns the constants of a source file between two markers that are whole numbers, by their names. */
const constants = (path, from, to) => {
  const text = source(path);
  const start = text.indexOf(from);
  assert.ok(start >= 0, `${path} has no ${from}`);
  const end = text.indexOf(to, start);
  const part = text.slice(start, end < 0 ? undefined : end + 1);
  const found = [...part.matchAll(/const ([A-Z_\d]+)(?:: \w+)? = ([\d_*<\s]+);/g)];
  assert.ok(found.length, `${path} has no number after ${from}`);
  return Object.fromEntries(found.map(([, name, number]) => [name, whole(number)]));
};

test("errors", () => {
  const all = texts("src/error.rs", "fn text", "\n}\n").filter((text) => /^\w+Error \w+ /.test(text));
  assert.ok(all.length >= 18, `${all.length} errors`);
  const core = all.map((text) => {
    const [name, code] = text.split(" ", 2);
    return /** @type {const} */ ([code, [name, text.slice(name.length + code.length + 2)]]);
  });
  const errors = Object.entries(ERRORS).filter(([, [name]]) => name !== "UsageError");
  assert.deepEqual(new Map(errors), new Map(core));
});

test("lifecycle stages, and how rules count", () => {
  const stages = texts("src/event/lifecycle.rs", "LIFECYCLE: [&str", "];");
  assert.deepEqual(texts("pkg-config/entry/runtime/event.js", "const LIFECYCLE", "];"), stages);
  const counts = texts("src/score/explain.rs", "const COUNTS", "];");
  assert.deepEqual(texts("pkg-config/entry/runtime/receipt.js", "const COUNTS", ");"), counts);
});

test("storage keys, by their numbers", () => {
  const numbers = constants("src/browser/host.rs", "mod key {", "\n}\n");
  assert.deepEqual(numbers, { LEAD: 0, FORMER_LEAD: 1, SESSION: 2, RETRY: 3, SIGNAL: 4, COOKIE: 5, ID: 6 });
  assert.deepEqual(KEYS, ["leadscore.lead.2", "leadscore.lead", "leadscore.session", "leadscore.retry"]);
  // The number after those of the keys is that of any signal.
  assert.equal(numbers.SIGNAL, KEYS.length);
  // Then come what is no key of the storage: the cookie, and the visitor's id.
  assert.ok(source("pkg-config/entry/host.js").includes("const COOKIE = KEYS.length + 1;"));
  // Withdrawal deletes them all, and the signals; the choice itself stays.
  for (const key of [...KEYS, `${SIGNAL}${"a".repeat(21)}A`]) assert.ok(isOwn(key), key);
  assert.ok(!isOwn(CONSENT));
});

test("the page's cookie: its names, and its bytes", () => {
  const [, total, name] = /COOKIE_BYTES: usize = ([\d_]+) - "(\S+)="\.len\(\)/.exec(source("src/browser/store.rs"));
  assert.equal(whole(total), MOST);
  // Whatever name it gets, it fits.
  assert.equal(name, PAGES.toSorted((one, other) => other.length - one.length)[0]);
  const tag = source("pkg-config/entry/cookie.js");
  assert.deepEqual([...tag.matchAll(/write\("(\S+)"/g)].map(([, own]) => own).sort(), PAGES.toSorted());
  const [, search] = /\(\^\|; \)\((\S+)\)=/.exec(tag);
  assert.deepEqual(search.split("|").sort(), PAGES.toSorted());
});

test("responses to a signal: the bytes that are read, and the codes that end retries", () => {
  const path = "src/signal/retry.rs";
  assert.equal(
    constants("pkg-config/entry/sending.js", "const ANSWER", ";").ANSWER,
    constants(path, "const", "\n/// Codes").ANSWER_BYTES,
  );
  const [final] = texts(path, "const FINAL", ";");
  const receiver = readdirSync(new URL("../../pkg-config/edge/receiver", import.meta.url));
  const sources = receiver.map((name) => source(`pkg-config/edge/receiver/${name}`)).join("\n");
  // A code that neither the core nor the receiver has could never end a signal.
  for (const code of final.split(" ").filter(Boolean))
    assert.ok(code in ERRORS || sources.includes(`"${code}"`), `nothing answers ${code}`);
});

test("the numbers of what a page reports to the tracker", () => {
  assert.deepEqual(
    constants("pkg-config/entry/acts.js", "//", "\0"),
    constants("src/browser.rs", "mod acts {", "\n}\n"),
  );
});

test("limits of events and ids", () => {
  const core = constants("src/limits.rs", "//!", "\0");
  const event = constants("pkg-config/entry/runtime/event.js", "const LEVELS", "\nexport");
  const host = constants("pkg-config/entry/host.js", "const MOST_URL", ";");
  assert.deepEqual(
    [event.LEVELS, event.PROPS_LEVELS, event.KIB_64, event.KIB_64, host.MOST_URL],
    [core.JSON_DEPTH, core.PROPS_DEPTH, core.PROPS_BYTES, core.URL_BYTES, core.URL_BYTES],
  );
  const [, lead] = /isText\(id, (\d+)\)/.exec(source("pkg-config/entry/runtime/lead.js"));
  const [, account] = /MOST = (\d+)/.exec(source("pkg-config/edge/account/client.js"));
  assert.deepEqual([Number(lead), Number(account)], [core.VISITOR_CHARS, core.ACCOUNT_CHARS]);
});

test("codes of the compiled format that the inspector describes", () => {
  const ops = constants("src/model/condition.rs", "mod op {", "\n}\n");
  const read = source("pkg-config/inspector/ops.js");
  const names = /const \[([A-Z_, ]+)\] = \[([\d, ]+)\];/.exec(read);
  const numbers = names[2].split(", ").map(Number);
  for (const [at, name] of names[1].split(", ").entries()) assert.equal(numbers[at], ops[name], name);
  // Each code has words: a scope's in `condition`, a value's in the table.
  const words = source("pkg-config/inspector/describe.js");
  const SCOPES = ["AND", "OR", "NOT", "FIELD"];
  for (const [name, code] of Object.entries(ops)) {
    assert.match(words, new RegExp(SCOPES.includes(name) ? `code === ${code}\\b` : `^  ${code}: \\(`, "m"), name);
  }
  const tags = constants("src/text/value.rs", "pub(crate) const NULL", "/// Objects");
  const TYPES = ["NULL", "FALSE", "TRUE", "NUMBER", "TEXT", "ARRAY", "OBJECT"];
  assert.deepEqual(
    TYPES.map((name) => tags[name]),
    [0, 1, 2, 3, 4, 5, 6],
  );
  for (const name of ["ARRAY", "OBJECT", "NUMERIC", "WHOLE"]) assert.ok(read.includes(`read[${tags[name]}] =`), name);
  const patterns = constants("src/model/pattern/code.rs", "//!", "\0");
  const [, groups] = /GROUPS = \{([^}]*)\}/.exec(words);
  assert.deepEqual([...groups.matchAll(/\d/g)].map(Number), [patterns.OPTIONAL, patterns.REPEAT, patterns.ANY_TIMES]);
  assert.equal(constants("pkg-config/inspector/describe.js", "const CLOSE", ";").CLOSE, patterns.CLOSE);
});

/** Returns the words of the lines of a kind in spellings.txt, which Rust's unit tests read too. */
const spellings = (kind) => {
  const lines = source("tests/fronts/spellings.txt").split("\n");
  const own = lines.filter((line) => line.startsWith(`${kind} `)).map((line) => line.split(" ").slice(1));
  assert.ok(own.length > 3, kind);
  return own;
};

test("base64url, and the ids made of it", () => {
  for (const [hex, text] of spellings("base64").map((words) => words.map((word) => (word === "-" ? "" : word)))) {
    const bytes = Uint8Array.from(Buffer.from(hex, "hex"));
    assert.equal(base64url(bytes), text);
    assert.deepEqual(fromBase64(text), bytes);
  }
  for (const [text] of spellings("not-base64")) {
    const bytes = fromBase64(text);
    // JavaScript's own reader is lenient; values that are compared or stored are encoded again.
    assert.ok(bytes === null || base64url(bytes) !== text, text);
  }
  for (const byte of [0, 7, 255]) assert.ok(isOwn(SIGNAL + base64url(new Uint8Array(16).fill(byte))));
});

test("times", () => {
  for (const [millis, text] of spellings("time")) {
    assert.equal(new Date(Number(millis)).toISOString(), text);
    assert.equal(iso(Math.floor(Number(millis) / 1_000)), text.replace(/\.\d{3}Z$/, "Z"));
    assert.equal(parseTime(text), Number(millis));
  }
  for (const [text] of spellings("not-time")) assert.equal(parseTime(text), undefined, text);
  for (const [millis, text] of spellings("zoned")) assert.equal(instant(text), Number(millis), text);
  for (const [text] of spellings("not-zoned")) assert.equal(instant(text), null, text);
});

test("records in storage", () => {
  for (const [numbers, word] of spellings("record")) assert.deepEqual(record(word), numbers.split(",").map(Number));
  for (const damaged of ["", "?", "é"]) assert.deepEqual(record(damaged), [], damaged);
});
