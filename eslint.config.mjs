// Rules that find bugs; prettier formats the code. Code for pages uses `==` on purpose: it is a byte shorter, and both
// sides have the same type, which the type check proves.
import globals from "globals";

/** Mistakes in any JavaScript. */
const rules = Object.fromEntries(
  [
    "array-callback-return",
    "constructor-super",
    "for-direction",
    "getter-return",
    "no-async-promise-executor",
    "no-caller",
    "no-case-declarations",
    "no-class-assign",
    "no-compare-neg-zero",
    "no-const-assign",
    "no-constant-binary-expression",
    "no-constant-condition",
    "no-constructor-return",
    "no-debugger",
    "no-delete-var",
    "no-dupe-class-members",
    "no-dupe-else-if",
    "no-dupe-keys",
    "no-duplicate-case",
    "no-empty-character-class",
    "no-empty-pattern",
    "no-eval",
    "no-ex-assign",
    "no-extend-native",
    "no-extra-boolean-cast",
    "no-fallthrough",
    "no-func-assign",
    "no-global-assign",
    "no-implied-eval",
    "no-import-assign",
    "no-invalid-regexp",
    "no-irregular-whitespace",
    "no-loss-of-precision",
    "no-misleading-character-class",
    "no-new-func",
    "no-new-native-nonconstructor",
    "no-obj-calls",
    "no-octal-escape",
    "no-prototype-builtins",
    "no-redeclare",
    "no-regex-spaces",
    "no-self-assign",
    "no-self-compare",
    "no-setter-return",
    "no-shadow-restricted-names",
    "no-sparse-arrays",
    "no-template-curly-in-string",
    "no-this-before-super",
    "no-throw-literal",
    "no-unassigned-vars",
    "no-undef",
    "no-unexpected-multiline",
    "no-unreachable",
    "no-unreachable-loop",
    "no-unsafe-finally",
    "no-unsafe-negation",
    "no-unsafe-optional-chaining",
    "no-unused-labels",
    "no-unused-private-class-members",
    "no-useless-assignment",
    "no-useless-backreference",
    "no-useless-catch",
    "no-useless-escape",
    "no-var",
    "no-with",
    "prefer-const",
    "require-yield",
    "symbol-description",
    "use-isnan",
    "valid-typeof",
    "no-warning-comments",
  ].map((name) => [name, "error"]),
);
// Unused arguments of a callback before a used one are allowed, and so are fields removed from an object's rest.
rules["no-unused-vars"] = ["error", { args: "after-used", ignoreRestSiblings: true }];
rules["no-cond-assign"] = ["error", "except-parens"];
rules["no-empty"] = ["error", { allowEmptyCatch: false }];

/** The globals that browsers, workers and Node share. */
const shared = globals["shared-node-browser"];
// Globals with names that are easily a forgotten variable.
const { event, name, length, open, status, stop, top, parent, ...page } = globals.browser;

export default [
  {
    ignores: [
      "pkg/",
      "pkg.new/",
      "target/",
      "www/built/",
      "examples/rust-web/built/",
      "tests/fuzz/",
      ".tools/",
      ".data/",
      "**/.wrangler/",
    ],
  },
  {
    linterOptions: { reportUnusedDisableDirectives: "error" },
    languageOptions: { ecmaVersion: "latest", sourceType: "module", globals: { ...shared, ...globals.node } },
    rules,
  },
  {
    files: ["pkg-config/entry/*.js", "pkg-config/inspector/**"],
    ignores: ["pkg-config/entry/{compile*,edge*,index,load,node,workerd}.js"],
    languageOptions: {
      globals: {
        ...off(globals.node),
        ...page,
        navigation: "readonly",
        name: "readonly",
        INTEGRITY: "readonly",
        IS_INLINE: "readonly",
        IS_TAG: "readonly",
        PINS: "readonly",
      },
    },
  },
  {
    files: [
      "pkg-config/entry/{compile,compile-glue,edge,index,load}.js",
      "pkg-config/entry/*workerd.js",
      "pkg-config/edge/**",
      "src/wasm/*.js",
      "www/worker/**",
    ],
    languageOptions: { globals: { ...off(globals.node), ...shared, HTMLRewriter: "readonly" } },
  },
  {
    files: ["www/site/**", "www/docs/guide.js", "www/media/*.js"],
    languageOptions: { globals: { ...off(globals.node), ...page } },
  },
  {
    files: ["tests/**", "benches/**", "www/media/**"],
    languageOptions: { globals: { ...globals.node, ...globals.browser } },
  },
  // Functions that are sent to a page name what that page defines.
  {
    files: ["tests/browser/**", "tests/demo/**", "tests/packages/lib/**", "tests/frameworks/**"],
    rules: { "no-undef": "off" },
  },
  // They are hostile on purpose.
  { files: ["tests/hostile/**"], rules: { "no-sparse-arrays": "off", "no-throw-literal": "off" } },
  { files: ["examples/edge/deno/**"], languageOptions: { globals: { Deno: "readonly" } } },
  { files: ["examples/edge/bun/**"], languageOptions: { globals: { Bun: "readonly" } } },
];

/** So that Node's globals are unknown outside of Node. */
function off(names) {
  return Object.fromEntries(Object.keys(names).map((name) => [name, "off"]));
}
