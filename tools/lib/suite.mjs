// The steps of `make check`, `make test` and `make test-all`, in an order that starts long steps and prerequisites
// first. Several run at a time.
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { ENGINES, demanded, find } from "./engines.mjs";
import { ROOT, TARGET, TOOLS, WASM_TARGET } from "./project.mjs";

/** Cargo runs one after the other, since they would wait for each other's lock anyway. */
const CARGO = "cargo";
const NATIVE_FEATURES = "cli,edge,browser";
const ENGINE_NAMES = { chromium: "Chromium", firefox: "Firefox", webkit: "WebKit" };

const OF_PAGES = /(a11y|guide|path|site)\.test\.mjs$/;
const RUST_PAGE = "examples/rust-web/Cargo.toml";

const node = (...args) => [process.execPath, ...args];

/** The test files of folders; node's runner finds none by itself in the versions that we support. */
const files = (...folders) =>
  folders.flatMap((folder) =>
    readdirSync(join(ROOT, folder))
      .filter((name) => name.endsWith(".test.mjs"))
      .map((name) => join(folder, name)),
  );

const REPORTER = "--test-reporter=./tests/lib/reporter.mjs";
const runner = (...args) => node("--test", REPORTER, ...args);
const inNode = (...folders) => runner(...files(...folders));
/** In one process. */
const together = (...paths) => node(REPORTER, "tests/lib/together.mjs", ...paths);

const clippy = (...args) => ["cargo", "clippy", "--locked", "--quiet", ...args, "--", "-D", "warnings"];
const onWasm = (features) => clippy("--lib", "--features", features, "--target", WASM_TARGET);

/** Files that have not changed since they passed are not read again. */
const cache = (name) => ["--cache", "--cache-strategy", "content", "--cache-location", join(TARGET, "lint", name)];

const formatting = {
  name: "formatting and lint",
  commands: [
    ["cargo", "fmt", "--check"],
    ["prettier", "--check", "--log-level", "warn", ...cache("prettier"), "."],
    ["eslint", ...cache("eslint"), "."],
  ],
};
const types = { name: "types", commands: [["npm", "run", "--silent", "types"]] };
const lints = {
  name: "clippy: native, bare core, and the five kinds of wasm",
  lane: CARGO,
  commands: [
    clippy("--all-targets", "--features", "cli,edge"),
    clippy("--lib"),
    ...["wasm", "wasm-edge", "wasm-authoring", "wasm-outcomes", "browser"].map(onWasm),
  ],
};

const wasmTests = [
  "cargo",
  "test",
  "--locked",
  "--target",
  WASM_TARGET,
  "--features",
  "authoring",
  "--test",
  "wasm",
  "--test",
  "conformance",
];
/** Its target folder is shared; its lock file is its own, as a site's would be. */
const rustPage = (...args) => [
  "cargo",
  ...args,
  ...["--locked", "--target", WASM_TARGET, "--manifest-path", RUST_PAGE, "--target-dir", TARGET],
];
const wasmRunner = (program) => ({ CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_RUNNER: program });

/** Returns the engines of this run. */
export const engines = () => (demanded() ?? ENGINES).filter(find);

const CHECK = [
  formatting,
  lints,
  types,
  {
    name: "Rust: unit tests, and the laws with few cases",
    lane: CARGO,
    commands: [["cargo", "test", "--locked", "--features", NATIVE_FEATURES, "--lib", "--test", "laws"]],
  },
];

function testSteps(level) {
  // Before a release the shipped program is tested; until then the one that Rust's own tests have built anyway.
  const program = join(TARGET, level === "all" ? "release/leadscore" : "debug/leadscore");
  const withProgram = { LEADSCORE_PROGRAM: program };
  const native = level === "all" ? ["command line, release"] : ["Rust tests and documentation examples"];
  const built = ["npm package within its size budget"];
  return [
    { name: built[0], commands: [node("pkg-config/build.mjs")] },
    {
      name: "Rust tests and documentation examples",
      lane: CARGO,
      commands: [["cargo", "test", "--locked", "--no-fail-fast", "--features", NATIVE_FEATURES]],
    },
    ...(level === "all"
      ? [{ name: native[0], lane: CARGO, commands: [["cargo", "build", "--release", "--locked", "--features", "cli"]] }]
      : []),
    ...engines().map((engine) => ({
      name: `tracker in ${ENGINE_NAMES[engine]}`,
      needs: built,
      env: { ONLY_ENGINE: engine },
      commands: [together(...files("tests/browser"))],
    })),
    // In two halves, each with a server and a browser.
    ...[true, false].map((isOfPages) => ({
      name: isOfPages ? "demo: pages, guide, the way through it" : "demo: visits, owner's view, playground",
      needs: built,
      chromium: true,
      commands: [together(...files("tests/demo").filter((file) => OF_PAGES.test(file) === isOfPages))],
    })),
    {
      name: "package in its consumers",
      needs: [...built, ...native],
      env: withProgram,
      chromium: true,
      commands: [together(...files("tests/packages"))],
    },
    {
      name: "edge: visits, receiver, hostile input, examples",
      needs: built,
      commands: [
        inNode(
          "tests/edge",
          ...["account", "faults", "fuzz", "receiver", "visit", "wrappers"].map((folder) => `tests/edge/${folder}`),
        ),
      ],
    },
    {
      name: "same results: native, Node, workerd and browsers",
      needs: built,
      lane: CARGO,
      commands: [inNode("tests/fronts")],
    },
    lints,
    {
      name: "wasm tests in Node",
      lane: CARGO,
      env: wasmRunner(join(TOOLS, "bin/test-runner")),
      commands: [wasmTests],
    },
    {
      name: "wasm tests in Chromium",
      lane: CARGO,
      chromium: true,
      env: wasmRunner(join(ROOT, "tools/wasm-in-chromium.mjs")),
      commands: [wasmTests],
    },
    {
      name: "a page in Rust alone, in Chromium",
      lane: CARGO,
      chromium: true,
      env: wasmRunner(join(ROOT, "tools/wasm-in-chromium.mjs")),
      commands: [
        ["cargo", "fmt", "--check", "--manifest-path", RUST_PAGE],
        [...rustPage("clippy", "--quiet", "--all-targets"), "--", "-D", "warnings"],
        rustPage("test", "--test", "page"),
      ],
    },
    formatting,
    { name: "licences, bans, sources, advisories", commands: [node("tools/deny.mjs")] },
    {
      name: "lock file of the fuzz targets is current",
      lane: CARGO,
      commands: [["cargo", "tree", "--locked", "--depth", "0", "--manifest-path", "tests/fuzz/Cargo.toml"]],
    },
    types,
    // They import the built package.
    { name: "types of the tests", needs: built, commands: [["tsc", "-p", "tests"]] },
    { name: "the scripts, on other machines", commands: [inNode("tests/tools")] },
    { name: "public API is what tests/api says", needs: built, commands: [inNode("tests/api")] },
    {
      name: "oracle: differential runs of the command line",
      needs: native,
      commands: [
        runner("tests/oracle/selftest.mjs"),
        node("tests/oracle/differ.mjs", "--bin", program, "--cases", "400", "--seed", "1"),
      ],
    },
    {
      name: "outcomes: exact figures, visits with known points, a shop's sessions",
      needs: native,
      lane: CARGO,
      env: withProgram,
      commands: [
        [
          "cargo",
          "build",
          "--profile",
          "test",
          "--locked",
          "--quiet",
          "--features",
          NATIVE_FEATURES,
          "--example",
          "known-truth",
        ],
        inNode("tests/outcomes"),
      ],
    },
    { name: "events in parts; DuckDB, Spark", needs: native, env: withProgram, commands: [inNode("tests/scale")] },
    // In a process of its own: it replaces timers and globals.
    { name: "parts of the tag, without a browser", commands: [inNode("tests/entry")] },
    { name: "golden journeys", needs: built, chromium: true, commands: [inNode("tests/golden")] },
    { name: "hostile callers", needs: built, chromium: true, commands: [inNode("tests/hostile")] },
    {
      name: "frameworks, in development and built",
      needs: built,
      chromium: true,
      commands: [inNode("tests/frameworks")],
    },
    { name: "import recipes in DuckDB", commands: [inNode("tests/import")] },
    { name: "crawlers' names are current", commands: [runner("tests/crawlers.test.mjs")] },
  ];
}

/** Returns the steps of a level, and the names of those that want a Chromium where there is none. */
export function stepsOf(level) {
  /** @type {any[]} */
  const all = level === "check" ? CHECK : testSteps(level);
  const isPossible = ({ chromium }) => !chromium || engines().includes("chromium");
  return { steps: all.filter(isPossible), leftOut: all.filter((step) => !isPossible(step)).map(({ name }) => name) };
}
