// Parts of the tag that do not need a browser. The wasm is tested with the same tables.
import assert from "node:assert/strict";
import { readFileSync, readdirSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { afterEach, beforeEach, mock, test } from "node:test";
import { Linter } from "eslint";
import globals from "globals";
import { inert } from "../../pkg-config/entry/inert.js";
import { locked } from "../../pkg-config/entry/lock.js";
import { whenIdle } from "../../pkg-config/entry/page.js";
import { retryAfter } from "../../pkg-config/entry/retry-after.js";
import { DENIED, NEEDED, PLATFORM } from "../browser/lib/denials.mjs";

const table = async (name) =>
  JSON.parse(await readFile(new URL(`../browser/lib/${name}.json`, import.meta.url), "utf8"));
const RECORD = "leadscore-consent";

/** A fake page with the APIs that these parts use. Stored values are own properties of the storage, as in a browser. */
class Storage {
  getItem(key) {
    return Object.hasOwn(this, key) ? this[key] : null;
  }
  setItem(key, value) {
    this[key] = value;
  }
  removeItem(key) {
    delete this[key];
  }
}

class Document {
  #cookies = new Map();
  get cookie() {
    return [...this.#cookies].map((pair) => pair.join("=")).join("; ");
  }
  set cookie(text) {
    const [, name, value, age] = /^([^=]+)=([^;]*);max-age=(\d+)/.exec(text);
    if (age === "0") this.#cookies.delete(name);
    else this.#cookies.set(name, value);
  }
}

let fakes;
beforeEach(() => {
  fakes = {
    document: new Document(),
    localStorage: new Storage(),
    location: { protocol: "http:" },
    navigator: {},
    requestIdleCallback: undefined,
  };
  for (const name of Object.keys(fakes)) {
    Object.defineProperty(globalThis, name, { get: () => fakes[name], configurable: true });
  }
  mock.timers.enable({ apis: ["setTimeout"] });
});
afterEach(() => {
  mock.timers.reset();
  for (const name of Object.keys(fakes)) delete globalThis[name];
});

test("without a tracker a call writes the same record as a tracker", async () => {
  const { acts } = await table("consent-table");
  assert.equal(acts.length, 54);
  const { own, foreign } = await table("keys");
  for (const { gpc, record, act, then } of acts) {
    fakes.localStorage = new Storage();
    fakes.document = new Document();
    fakes.navigator = { globalPrivacyControl: gpc };
    if (record !== "pending") fakes.localStorage[RECORD] = record;
    for (const key of [...own, ...foreign]) fakes.localStorage[key] = "1";
    document.cookie = "leadscore=a.b.c;max-age=1";
    inert(true).consent(act);
    const what = JSON.stringify({ gpc, record, act });
    assert.equal(fakes.localStorage[RECORD] ?? "pending", then.record, what);
    const isDenied = act === "denied";
    const left = Object.keys(fakes.localStorage).filter((key) => key !== RECORD);
    assert.deepEqual(left, isDenied ? foreign : [...own, ...foreign], what);
    assert.equal(document.cookie, isDenied ? "leadscore=denied" : "leadscore=a.b.c", what);
  }
});

test("without a tracker a denial is written to the cookie, even an expired one, if the site uses it", () => {
  for (const [isMirrored, before, after] of /** @type {[boolean, string, string][]} */ ([
    [true, "", "leadscore=denied"],
    [false, "", ""],
    [false, "leadscore=a.b.c;max-age=1", "leadscore=denied"],
  ])) {
    fakes.document = new Document();
    if (before) document.cookie = before;
    inert(isMirrored).consent("denied");
    assert.equal(document.cookie, after);
  }
});

test("without a tracker a choice that the storage refuses is stored later, unless there is another one", () => {
  const { setItem } = Storage.prototype;
  let isFull = true;
  Storage.prototype.setItem = function (key, value) {
    if (isFull) throw new DOMException("full", "QuotaExceededError");
    setItem.call(this, key, value);
  };
  try {
    const tracker = inert(false);
    tracker.consent("denied");
    mock.timers.tick(1_000);
    assert.equal(fakes.localStorage[RECORD], undefined);
    isFull = false;
    mock.timers.tick(2_000);
    assert.equal(fakes.localStorage[RECORD], "denied");
    isFull = true;
    tracker.consent("granted");
    isFull = false;
    tracker.consent("denied");
    mock.timers.tick(60_000);
    assert.equal(fakes.localStorage[RECORD], "denied");
  } finally {
    Storage.prototype.setItem = setItem;
  }
});

test("if every API is denied, a call without a tracker does nothing and does not throw", () => {
  for (const name of Object.keys(fakes)) {
    Object.defineProperty(globalThis, name, {
      get() {
        throw new DOMException("denied", "SecurityError");
      },
      configurable: true,
    });
  }
  for (const act of ["denied", "granted", "pending", undefined, {}]) inert(true).consent(act);
});

test("Retry-After: seconds, a date, or a list that several proxies have joined", () => {
  const now = Date.UTC(2026, 10, 27, 12);
  for (const [text, seconds] of /** @type {[string | null, number][]} */ ([
    ["120", 120],
    ["120, 120", 120],
    ["120,30", 120],
    ["0", 0],
    ["Fri, 27 Nov 2026 12:01:00 GMT", 60],
    ["Fri, 27 Nov 2026 12:01:00 GMT, Fri, 27 Nov 2026 12:09:00 GMT", 60],
    ["Friday, 27-Nov-26 12:01:00 GMT", 60],
    ["Fri, 27 Nov 2026 11:00:00 GMT", 0],
    ["Fri, 27 Nov 2026 12:01:00 GMT, 30", 60],
    ["99999999999999999999999", 86_400],
    ["Fri, 27 Nov 2099 12:00:00 GMT", 86_400],
    ["-5", 0],
    ["1e9", 0],
    ["", 0],
    ["soon", 0],
    [null, 0],
  ])) {
    const response = new Response(null, text === null ? {} : { headers: { "retry-after": text } });
    assert.equal(retryAfter(response, now), seconds * 1_000, `${text}`);
  }
});

const turn = () => new Promise((done) => setImmediate(done));

test("if the browser does not answer a lock request, only the first request waits", async () => {
  const ifFree = { ifAvailable: true };
  const begun = [];
  /** @param {LockOptions} [options] */
  const ask = (name, options = ifFree) => void locked("a lock", options, 1_000, (lock) => begun.push([name, lock]));
  fakes.navigator = { locks: { request: () => new Promise(() => {}) } };
  ask("first");
  mock.timers.tick(999);
  assert.deepEqual(begun.splice(0), []);
  mock.timers.tick(1);
  assert.deepEqual(begun.splice(0), [["first", true]]);
  ask("second");
  mock.timers.tick(0);
  assert.deepEqual(begun.splice(0), [["second", true]], "at once");
  // After an answer, the next requests wait again.
  fakes.navigator = { locks: { request: async (name, options, work) => work(null) } };
  ask("third");
  await turn();
  assert.deepEqual(begun.splice(0), [["third", null]]);
  fakes.navigator = { locks: { request: () => new Promise(() => {}) } };
  // A request without `ifAvailable` may wait for a holder: a timeout there does not shorten later waits.
  ask("fourth", {});
  mock.timers.tick(1_000);
  assert.deepEqual(begun.splice(0), [["fourth", true]]);
  ask("fifth");
  mock.timers.tick(999);
  assert.deepEqual(begun.splice(0), []);
  mock.timers.tick(1);
  assert.deepEqual(begun, [["fifth", true]]);
});

test("an idle callback is called once, even if the browser never calls it", () => {
  for (const [what, request] of /** @type {[string, unknown][]} */ ([
    ["never", () => 7],
    ["at once", (call) => (call(), 7)],
    ["later", (call, { timeout }) => setTimeout(call, timeout) && 7],
    ["nothing", undefined],
    ["not a function", {}],
    [
      "an error",
      () => {
        throw new Error("denied");
      },
    ],
  ])) {
    fakes.requestIdleCallback = request;
    let calls = 0;
    whenIdle(() => (calls += 1), 100);
    mock.timers.tick(200);
    assert.equal(calls, 1, what);
    mock.timers.tick(10_000);
    assert.equal(calls, 1, what);
  }
});

const ENTRY = new URL("../../pkg-config/entry/", import.meta.url);
const OF_PAGE = readdirSync(ENTRY).filter(
  (file) => file.endsWith(".js") && !/^(beside|compile|edge|node|workerd|index|inspector|guard)/.test(file),
);

/** Returns the undeclared globals of a source, and the members of `navigator` that it uses. */
function named(source) {
  const names = new Set();
  const rule = {
    create: ({ sourceCode }) => ({
      Program(node) {
        for (const { identifier } of sourceCode.getScope(node).through) names.add(identifier.name);
      },
    }),
  };
  const plugins = { own: { rules: { globals: rule } } };
  const messages = new Linter().verify(source, [{ plugins, rules: { "own/globals": "error" } }]);
  assert.deepEqual(messages, []);
  for (const [, member] of source.matchAll(/\bnavigator\)?\.(\w+)|\bsaid\("(\w+)"\)/g)) if (member) names.add(member);
  return names;
}

test("every API that the tag uses is denied by a test, or every page needs it", () => {
  const scripts = Object.values(DENIED).join("\n");
  const missing = new Set();
  for (const file of OF_PAGE) {
    for (const name of named(readFileSync(new URL(file, ENTRY), "utf8"))) {
      const isDenied = new RegExp(`\\b${name}\\b`).test(scripts);
      const isLanguage = name in globals.builtin || /^[A-Z_]+$/.test(name);
      if (!isDenied && !isLanguage && ![...PLATFORM, ...NEEDED].includes(name)) missing.add(`${name} in ${file}`);
    }
  }
  assert.deepEqual([...missing], []);
});
