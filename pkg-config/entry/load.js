// Starts a wasm module once, however often it is requested.

/** The smallest WebAssembly module: a header alone. */
const NOTHING = Uint8Array.of(0, 97, 115, 109, 1, 0, 0, 0);

/** @typedef {import("leadscore").InitInput} InitInput */
/** @typedef {{ readonly module: WebAssembly.Module | BufferSource }} Source */

/**
 * A module and the state of its loading. It is passed to functions, not a class, so that a bundle keeps only those it
 * calls.
 *
 * @typedef {object} Slot
 * @property {() => WebAssembly.Imports} imports like `start`, from the glue that wasm-bindgen generates
 * @property {(instance: WebAssembly.Instance, module: WebAssembly.Module) => unknown} start
 * @property {(load: () => void) => void} [lazy] from the glue too
 * @property {unknown} [started]
 * @property {Promise<void>} [loading]
 */

/** Returns true if WebAssembly is missing, or refused by a content security policy: in WebKit only as it starts. */
const isRefused = () => {
  try {
    return !new WebAssembly.Instance(new WebAssembly.Module(NOTHING));
  } catch {
    return true;
  }
};

// Two callers may race: the first instance wins, since objects belong to one instance.
/**
 * @param {Slot} slot
 * @param {WebAssembly.Instance} instance
 * @param {WebAssembly.Module} module
 */
const run = (slot, instance, module) => {
  if (!slot.started) slot.started = slot.start(instance, module);
};

/**
 * A source with `later` set is read when the first function of the wasm is called. So nothing is read if a file is only
 * imported, by a build or by code that calls another part.
 *
 * @type {(slot: Slot, options: Source & { later?: boolean }) => void}
 */
export const loadSync = (slot, options) => {
  if (slot.started) return;
  if (options.later && slot.lazy) return slot.lazy(() => loadSync(slot, { module: options.module }));
  const { module: source } = options;
  const module = source instanceof WebAssembly.Module ? source : new WebAssembly.Module(source);
  run(slot, new WebAssembly.Instance(module, slot.imports()), module);
};

/**
 * Fetches a file. If the hash of a response is wrong, as that of an error page is, browsers do not tell its status, so
 * the file is fetched once more without the hash.
 *
 * @param {any} input
 * @returns {Promise<Response>}
 */
const request = (input) =>
  fetch(input).catch(async (error) => {
    const response = await fetch(input.url || input);
    if (response.ok) throw error;
    return response;
  });

/**
 * @param {Slot} slot
 * @param {any} input
 */
const fetchAndRun = async (slot, input) => {
  try {
    input = await (typeof input == "function" ? input() : input);
    if (typeof input == "string" || input instanceof URL || input instanceof Request) input = await request(input);
    /** @type {any} */
    let result;
    if (input instanceof Response) {
      if (!input.ok) throw new Error(`HTTP ${input.status} for ${input.url}`);
      // Compiled while it arrives, if the browser does not refuse its content type.
      if (/^application\/wasm/.test(input.headers.get("content-type") ?? "") && WebAssembly.instantiateStreaming)
        result = await WebAssembly.instantiateStreaming(input, slot.imports());
      else input = await input.arrayBuffer();
    }
    result ||= await WebAssembly.instantiate(input, slot.imports());
    run(slot, result.instance || result, result.module || input);
  } catch (cause) {
    slot.loading = undefined; // the next call tries again
    // If the bytes could not be fetched, a content security policy is not the cause.
    const isHad = cause.name != "TypeError" && !/^HTTP /.test(cause.message);
    throw Object.assign(new Error("cannot load the wasm: " + cause.message, { cause }), {
      name: "LoadError",
      code: isHad && isRefused() ? "no_wasm" : "load_failed",
    });
  }
};

/** @type {(slot: Slot, input: InitInput | Promise<InitInput> | (() => InitInput)) => Promise<void>} */
export const load = async (slot, input) => {
  if (!slot.started) await (slot.loading ||= fetchAndRun(slot, input));
};

/**
 * Makes the next load create a new instance, because this one has crashed.
 *
 * @param {Slot} slot
 */
export const unload = (slot) => {
  slot.started = slot.loading = undefined;
};
