// The package's wasm with a small maximum memory, so that it runs out of memory.
import { readFileSync } from "node:fs";

const MEMORY = 5;
const PREAMBLE = 8;
/** Pages of 64 KiB by which the memory may grow. */
const ROOM = 32;

/** An unsigned LEB128 number at an offset, and the offset after it. */
function number(bytes, at) {
  let value = 0;
  for (let shift = 0; ; shift += 7) {
    const byte = bytes[at++];
    value += (byte & 0x7f) * 2 ** shift;
    if (byte < 0x80) return [value, at];
  }
}

/** A number as LEB128. */
const leb = (value) => (value < 0x80 ? [value] : [(value & 0x7f) | 0x80, ...leb(value >>> 7)]);

/**
 * The bytes of a file of the package, with a memory that may grow by 2 MiB.
 *
 * @param {string} file such as `leadscore.wasm`
 */
export function withLittleRoom(file) {
  const bytes = readFileSync(new URL(`../../pkg/${file}`, import.meta.url));
  for (let at = PREAMBLE; at < bytes.length;) {
    const [size, content] = number(bytes, at + 1);
    const end = content + size;
    if (bytes[at] === MEMORY) {
      // One memory without a maximum. https://webassembly.github.io/spec/core/binary/modules.html#memory-section
      if (bytes[content] !== 1 || bytes[content + 1] !== 0)
        throw new Error(`${file} declares its memory in another way`);
      const [pages] = number(bytes, content + 2);
      const limits = [1, 1, ...leb(pages), ...leb(pages + ROOM)];
      const section = [MEMORY, limits.length, ...limits];
      return Buffer.concat([bytes.subarray(0, at), Buffer.from(section), bytes.subarray(end)]);
    }
    at = end;
  }
  throw new Error(`${file} has no memory`);
}
