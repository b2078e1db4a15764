// Limits the wasm's memory to its initial size and some pages: small-memory?4
import { withMemory } from "../lib/wasm.mjs";

const pages = Number(document.currentScript.src.split("?")[1]);
const { instantiate } = WebAssembly;
WebAssembly.instantiateStreaming = async (response, imports) =>
  WebAssembly.instantiate(await (await response).arrayBuffer(), imports);
WebAssembly.instantiate = (bytes, imports) => instantiate(withMemory(new Uint8Array(bytes), pages), imports);
