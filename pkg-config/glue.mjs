// What the build changes in the glue that wasm-bindgen generates. Each change is checked: if the
// generated text is not what it was, the build fails instead of shipping something else.

/** The glue with wasm-opt's `names`, typed errors, a `free` that may be called twice, and the parts our loader uses. */
export const refine = (glue, names, name) => `${soften(prune(rename(glue, names, name)), names)}
export { __wbg_get_imports, __wbg_finalize_init };
export const __wbg_frees = ${JSON.stringify(frees(names))};
`;

/** The exports that free objects. */
const frees = ({ exports }) => exports.filter(([from]) => /^__wbg_\w+_free$/.test(from)).map(([, to]) => to);

/** Takes over into the glue what wasm-opt renamed: long names cost bytes on both sides. */
function rename(glue, { imports, exports }, name) {
  // Modules of imports, all of which wasm-opt made one, and the glue's variable for each.
  const modules = new Map();
  const own = `./${name}_bg.js`;
  glue = glue.replace(/^ {8}"([.#].+)": (import\d+),\n/gm, (line, module, variable) => {
    modules.set(module, variable);
    return module === own ? "        a: ALL,\n" : "";
  });
  const all = [`...${modules.get(own)}`];
  for (const [module, from, to] of imports) {
    if (!modules.has(module)) throw new Error(`the glue does not import ${module}`);
    if (module === own) {
      const parts = glue.split(`        ${from}: `);
      if (parts.length !== 2) throw new Error(`${from} stands ${parts.length - 1} times`);
      glue = parts.join(`        ${to}: `);
    } else all.push(`${to}: ${modules.get(module)}.${from}`);
  }
  const object = all.length > 1 ? `{ ${all.join(", ")} }` : modules.get(own);
  glue = glue.replace("        a: ALL,", `        a: ${object},`);
  for (const [from, to] of exports) glue = glue.replaceAll(new RegExp(`\\bwasm\\.${from}\\b`, "g"), `wasm.${to}`);
  return glue;
}

/** Without the imports that nothing in the wasm calls: wasm-opt left them out, so they were not renamed. */
const prune = (glue) => glue.replace(/^ {8}__wbg_\w+: function\(.*\) \{\n(?: {12}.*\n)* {8}\},\n/gm, "");

/** What the generated code throws by itself gets a name and a code too. */
function soften(glue, { imports }) {
  const misuse = (message) => `throw Object.assign(new Error("${message}"), { name: "UsageError", code: "usage" })`;
  const classes = glue.split("\nexport class ").length - 1;
  const change = (pattern, times, replacement) => {
    const found = glue.match(pattern)?.length ?? 0;
    if (found !== times) throw new Error(`${pattern} stands ${found} times in the glue, not ${times}`);
    glue = glue.replace(pattern, replacement);
  };
  // It says so of an object that was freed and of one that is used within a call of its own.
  const thrown = /throw new Error\(getStringFromWasm0\(arg0, arg1\)\)/g;
  const isThrown = imports.some(([, from]) => from.includes("wbindgen_throw"));
  change(thrown, isThrown ? 1 : 0, misuse("this object was freed, or is in use"));
  change(/throw new Error\(`expected instance of \$\{klass\.name\}`\)/g, classes ? 1 : 0, misuse("expected a Model"));
  // `using` frees at the end of a block, and the block may have done so before.
  change(/^ {8}(wasm\.\w+\(ptr, 0\);)$/gm, classes, "        if (ptr) $1");
  return glue;
}
