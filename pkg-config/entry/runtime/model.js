// The class `Model`.
import { free_model, model } from "#runtime";
import { Reader, head } from "../compiled.js";
import { checked, fail } from "./errors.js";
import { begin, takenText, writeRaw, written } from "./memory.js";

/** What is forgotten by the page is given back to the wasm. */
export const registry = (free) =>
  typeof FinalizationRegistry == "undefined"
    ? { register() {}, unregister() {} }
    : new FinalizationRegistry((number) => free(number));

const models = registry(free_model);

/** Bytes, or a text as it is; what is neither becomes a text that is no state and no model. */
export const bytesOf = (value) => {
  try {
    if (ArrayBuffer.isView(value)) return new Uint8Array(value.buffer, value.byteOffset, value.byteLength);
    if (value instanceof ArrayBuffer) return new Uint8Array(value);
  } catch {
    // A buffer that went to another thread: its bytes are gone.
    return "?";
  }
  return typeof value == "string" ? value : value == null ? "" : "?";
};

/**
 * The number that the core knows a model by, and what it begins with.
 *
 * @type {(model: unknown) => [number: number, head: any]}
 */
export let open;

/** A compiled scoring model. */
export class Model {
  #number;
  #head;

  constructor(compiled) {
    const bytes = bytesOf(compiled);
    begin();
    writeRaw(bytes);
    this.#number = checked(model(written()), "model");
    const hash = takenText(22);
    // Read after the core has found it to be a model.
    const own = head(new Reader(typeof bytes == "string" ? new Uint8Array() : bytes));
    const types = new Map(own.types.map(([type, needs], number) => [type, { number, needs }]));
    this.#head = { ...own, hash, types };
    models.register(this, this.#number, this);
  }

  free() {
    if (this.#number) free_model(this.#number);
    models.unregister(this);
    this.#number = 0;
  }

  // Where engines have no such symbol, a name that nobody calls.
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
