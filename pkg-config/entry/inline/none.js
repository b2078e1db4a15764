// In the place of the wasm's bytes where the wasm is a file of its own.
export default undefined;
