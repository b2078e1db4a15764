/**
 * Returns true for an error that says what is wrong with what was given. Any other, that of an instance of the wasm that
 * has trapped included, is a fault on this side: whoever sent the request may send it again.
 */
export const isRefusal = (error) => typeof error?.code === "string" && error.code !== "instance_dead";
