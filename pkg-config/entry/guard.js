// A wasm instance that has trapped (out of memory, out of stack, a bug) must not be called again, because its data may
// be inconsistent. From then on each of its functions throws an error with a code.

/** @typedef {(instance: WebAssembly.Instance, module: WebAssembly.Module) => unknown} Start */

/** @param {unknown} cause */
const dead = (cause) =>
  Object.assign(new Error("leadscore has crashed; reload the page or start a new process", { cause }), {
    name: "InstanceError",
    code: "instance_dead",
  });

/**
 * Traps and an exhausted stack. A call whose arguments cannot be converted has not begun, and throws something else.
 *
 * @param {any} error
 */
const isTrap = (error) =>
  error instanceof WebAssembly.RuntimeError || error instanceof RangeError || error.name === "InternalError";

/**
 * @param {Start} start from the glue that wasm-bindgen generates
 * @param {string[]} frees the exports that free objects: in a dead instance they do nothing, so that neither a finalizer
 * nor the end of a `using` block throws
 * @returns {Start} the same, with exports that no longer work after a trap
 */
export function guarded(start, frees = []) {
  return ({ exports }, module) => {
    /** @type {unknown} */
    let cause;
    /**
     * @param {string} name
     * @param {Function} call
     */
    const guard = (name, call) => {
      const isFree = frees.includes(name);
      return (/** @type {unknown[]} */ ...args) => {
        if (cause) {
          if (isFree) return undefined;
          throw dead(cause);
        }
        try {
          return call(...args);
        } catch (error) {
          // Before anything is called, for which there may be no stack left.
          cause ||= error;
          if (cause === error && !isTrap(error)) {
            cause = undefined;
            throw error;
          }
          throw dead(cause);
        }
      };
    };
    const guards = Object.entries(exports).map(([name, value]) => [
      name,
      typeof value == "function" ? guard(name, value) : value,
    ]);
    return start({ exports: Object.fromEntries(guards) }, module);
  };
}
