/**
 * Returns true for an error caused by the input. All other errors, including those of a crashed wasm instance, are
 * faults of this server, so the sender may send the request again.
 *
 * @param {any} error
 */
export const isRefusal = (error) => typeof error?.code === "string" && error.code !== "instance_dead";
