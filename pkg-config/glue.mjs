// The build's changes to the glue that wasm-bindgen generates. Each change is checked: if the generated text has
// changed, the build fails.

/**
 * Returns the glue with wasm-opt's `names`, typed errors, a `free` that may be called twice, and the exports that our
 * loader uses. `smallest`: fewer bytes instead of speed. `eager`: no function is called before the wasm is loaded.
 */
export const refine = (
  glue,
  names,
  name,
  smallest = false,
  eager = false,
) => `${soften(prune((eager ? direct : String)(rename(smallest ? slim(glue) : glue, names, name))), names)}
export { __wbg_get_imports, __wbg_finalize_init };
export function __wbg_lazy(load) {
    wasm = new Proxy({}, { get: (_, name) => (load(), wasm[name]) });
}
export const __wbg_frees = ${JSON.stringify(frees(names))};
`;

/**
 * Replaces all matches of the pattern. Throws unless there are `times` of them, or at least one if `times` is not
 * given.
 *
 * @param {number} [times]
 */
function change(glue, pattern, replacement, times) {
  const found = glue.match(pattern)?.length ?? 0;
  if (times === undefined ? found === 0 : found !== times)
    throw new Error(`${pattern} occurs ${found} times in the glue`);
  return glue.replace(pattern, replacement);
}

/**
 * Passes strings by one short function each way. The faster ones, and the cleanup after a call that throws, cost 0.4
 * kB.
 */
function slim(glue) {
  // The runtime takes and returns numbers only.
  if (!glue.includes("passStringToWasm0")) return glue;
  const encode = `function passStringToWasm0(text, malloc) {
    return passArray8ToWasm0(cachedTextEncoder.encode(text), malloc);
}
function giveString(to, text) {
    const at = passStringToWasm0(text, wasm.__wbindgen_malloc);
    getDataViewMemory0().setInt32(to + 4, WASM_VECTOR_LEN, true);
    getDataViewMemory0().setInt32(to, at, true);
}
`;
  const given =
    /^ {12}const ptr1 = passStringToWasm0\(ret, .*\n.*const len1 = .*\n.*arg0.*len1, true\);\n.*arg0.*ptr1, true\);$/gm;
  const undone = /^ {4}try \{\n((?: {8}.*\n)*) {4}\} catch \(e\) \{\n(?: {8}.*\n)* {8}throw e;\n {4}\}$/gm;
  glue = change(glue, given, "            giveString(arg0 >>> 0, ret);");
  glue = change(glue, undone, "$1");
  glue = change(glue, /, wasm\.__wbindgen_realloc\)/g, ")");
  glue = change(glue, /^function passStringToWasm0\(arg, malloc, realloc\) \{\n(?:(?: .*)?\n)*\}\n/gm, encode, 1);
  // The generated function counts bytes to avoid a bug of Safari after two gigabytes of strings.
  return change(
    glue,
    /^function decodeText\(bytes\) \{\n(?: .*\n)*\}\n/gm,
    "const decodeText = (bytes) => cachedTextDecoder.decode(bytes);\n",
    1,
  );
}

/** The exports that free objects. */
const frees = ({ exports }) => exports.filter(([from]) => /^(__wbg_\w+_free|free_\w+)$/.test(from)).map(([, to]) => to);

/**
 * Makes the exports that only pass numbers on the functions of the instance itself: no bytes for each, and no call.
 * They are not there before the wasm is loaded.
 */
function direct(glue) {
  const names = [];
  const passing =
    /^export function (\w+)\((.*)\) \{\n {4}(?:const ret = )?wasm\.(\S+)\((.*)\);\n(?: {4}return ret(?: >>> 0| !== 0)?;\n)?\}\n/gm;
  glue = glue.replace(passing, (all, name, given, own, passed) => {
    if (given !== passed) return all;
    names.push([own, name]);
    return "";
  });
  const assigned = `({ ${names.map((pair) => pair.join(": ")).join(", ")} } = wasm);`;
  const start = /^ {4}wasm = instance\.exports;$/gm;
  return `export let ${names.map(([, name]) => name).join(", ")};\n${change(glue, start, `$&\n    ${assigned}`, 1)}`;
}

/** Takes over into the glue what wasm-opt renamed: long names cost bytes on both sides. */
function rename(glue, { imports, exports }, name) {
  // Modules of imports, all of which wasm-opt made one, and the glue's variable for each.
  const modules = new Map();
  const own = `./${name}_bg.js`;
  glue = glue.replace(/^ {8}"([.#].+)": (import\d+),\n/gm, (line, module, variable) => {
    modules.set(module, variable);
    return module === own ? "        a: ALL,\n" : "";
  });
  const none = /^ {4}const import0 = \{\n {8}__proto__: null,\n {4}\};\n/m;
  const all = none.test(glue) ? [] : [`...${modules.get(own)}`];
  for (const [module, from, to] of imports) {
    if (!modules.has(module)) throw new Error(`the glue does not import ${module}`);
    if (module === own) {
      const parts = glue.split(`        ${from}: `);
      if (parts.length !== 2) throw new Error(`${from} stands ${parts.length - 1} times`);
      glue = parts.join(`        ${to}: `);
    } else all.push(`${to}: ${modules.get(module)}.${from}`);
  }
  const object = all.length > 1 ? `{ ${all.join(", ")} }` : modules.get(own);
  // Own members hide what a page adds to the prototype of all objects.
  if (all.length) glue = glue.replace(none, "").replaceAll(/^ {8}__proto__: null,\n/gm, "");
  glue = glue.replace("        a: ALL,", `        a: ${object},`);
  for (const [from, to] of exports) glue = glue.replaceAll(new RegExp(`\\bwasm\\.${from}\\b`, "g"), `wasm.${to}`);
  return glue;
}

/** Without the imports that nothing in the wasm calls: wasm-opt left them out, so they were not renamed. */
const prune = (glue) => glue.replace(/^ {8}__wbg_\w+: function\(.*\) \{\n(?: {12}.*\n)* {8}\},\n/gm, "");

/** Errors that the generated code throws get a name and a code too. */
function soften(glue, { imports }) {
  const misuse = (message) => `throw Object.assign(new Error("${message}"), { name: "UsageError", code: "usage" })`;
  const classes = glue.split("\nexport class ").length - 1;
  // The message for an object that was freed, and for one that is used within its own call.
  const thrown = /throw new Error\(getStringFromWasm0\(arg0, arg1\)\)/g;
  const isThrown = imports.some(([, from]) => from.includes("wbindgen_throw"));
  glue = change(glue, thrown, misuse("this object was freed, or is in use"), isThrown ? 1 : 0);
  const expected = /throw new Error\(`expected instance of \$\{klass\.name\}`\)/g;
  glue = change(glue, expected, misuse("expected a Model"), classes ? 1 : 0);
  // `using` frees at the end of a block, and the block may have done so before.
  return change(glue, /^ {8}(wasm\.\w+\(ptr, 0\);)$/gm, "        if (ptr) $1", classes);
}
