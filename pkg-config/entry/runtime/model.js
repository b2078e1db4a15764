// The class `Model`.
import { free_model, model } from "#runtime";
import { Reader, head } from "../compiled.js";
import { checked, fail } from "./errors.js";
import { begin, takenText, writeRaw, written } from "./memory.js";

/**
 * Returns a registry that frees an object of the wasm when the page no longer refers to it.
 *
 * @param {(number: Core.Handle) => void} free
 * @returns {{ register(of: object, number: Core.Handle, token: object): void, unregister(token: object): void }}
 */
export const registry = (free) =>
  typeof FinalizationRegistry == "undefined"
    ? { register() {}, unregister() {} }
    : new FinalizationRegistry((number) => free(number));

export const models = registry(free_model);

/**
 * Returns bytes, or a string as it is; for any other value a string that is neither a state nor a model.
 *
 * @param {unknown} value
 */
export const bytesOrText = (value) => {
  try {
    if (ArrayBuffer.isView(value)) return new Uint8Array(value.buffer, value.byteOffset, value.byteLength);
    if (value instanceof ArrayBuffer) return new Uint8Array(value);
  } catch {
    // The buffer was transferred to another thread, so its bytes are not accessible.
    return "?";
  }
  return typeof value == "string" ? value : value == null ? "" : "?";
};

/**
 * By format, how the beginning of a model is read.
 *
 * @type {Record<number, (reader: Reader) => Core.Beginning>}
 */
export const HEADS = { 2: head };

/**
 * Returns the beginning of compiled bytes that the core has accepted.
 *
 * @param {Uint8Array} bytes
 * @returns {Core.Beginning}
 */
export const headOf = (bytes) => HEADS[bytes[3]](new Reader(bytes));

/**
 * Returns the number of a model in the core, and its head.
 *
 * @type {(model: unknown) => [number: Core.Handle, head: Core.Head]}
 */
export let open;

/** A compiled scoring model. */
export class Model {
  /** @type {number} */
  #number;
  /** @type {Core.Head} */
  #head;

  /** @param {unknown} compiled */
  constructor(compiled) {
    const bytes = bytesOrText(compiled);
    begin();
    if (typeof bytes != "string") writeRaw(bytes);
    this.#number = checked(model(written()), "model");
    const hash = takenText(22);
    // Read only now, because the core has to accept the bytes as a model first.
    const own = headOf(/** @type {Uint8Array} */ (bytes));
    const types = new Map(own.types.map(([type, needs], number) => [type, { number, needs }]));
    this.#head = { ...own, hash, types };
    models.register(this, this.#number, this);
  }

  free() {
    if (this.#number) {
      free_model(this.#number);
      // The edge reads the stages of accounts as a model of their own.
      free_model(this.#head.accounts?.number ?? 0);
    }
    models.unregister(this);
    this.#number = 0;
  }

  // In engines without this symbol the method is named "undefined" and is never called.
  [Symbol.dispose]() {
    this.free();
  }

  static {
    open = (of) => {
      if (!of || typeof of != "object" || !(#number in of)) fail("model");
      return [of.#number || fail("freed"), of.#head];
    };
  }
}
