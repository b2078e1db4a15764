// Replaces the wasm's bytes in builds in which the wasm is a separate file.
export default undefined;
