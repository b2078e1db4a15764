// Starts a wasm module once, however often and from wherever it is asked to.

/** @typedef {import("leadscore").InitInput} InitInput */
/** @typedef {{ module: WebAssembly.Module | BufferSource }} Source */

/**
 * @param {() => WebAssembly.Imports} imports with `start`, from the glue that wasm-bindgen generates
 * @param {(instance: WebAssembly.Instance, module: WebAssembly.Module) => unknown} start
 * @returns {[
 *   load: (input: InitInput | Promise<InitInput>) => Promise<void>,
 *   loadSync: (options: Source) => void,
 *   unload: () => void,
 * ]} `unload` makes the next load begin with another instance, where this one has crashed
 */
export function loader(imports, start) {
  let started, loading;

  // Two callers may race: the first instance wins, since objects belong to one instance.
  const run = (instance, module) => {
    if (!started) started = start(instance, module);
  };

  const loadSync = (options) => {
    if (started) return;
    const { module: source } = options;
    const module = source instanceof WebAssembly.Module ? source : new WebAssembly.Module(source);
    run(new WebAssembly.Instance(module, imports()), module);
  };

  const fetchAndRun = async (input) => {
    try {
      input = await input;
      if (typeof input == "string" || input instanceof URL || input instanceof Request) input = await fetch(input);
      if (input instanceof Response) {
        if (!input.ok) throw new Error("HTTP " + input.status);
        // Not streamed: the module is small, and so any content type will do.
        input = await input.arrayBuffer();
      }
      const result = await WebAssembly.instantiate(input, imports());
      run(result.instance || result, result.module || input);
    } catch (cause) {
      loading = 0; // the next call tries again
      throw Object.assign(new Error("cannot load the wasm: " + cause.message, { cause }), {
        name: "LoadError",
        code: "load_failed",
      });
    }
  };

  const load = async (input) => {
    if (!started) await (loading ||= fetchAndRun(input));
  };

  const unload = () => {
    started = loading = undefined;
  };

  return [load, loadSync, unload];
}
