/** Reads a LEB128 number at `at`; gives it and what follows it. */
function number(bytes, at) {
  let value = 0;
  for (let shift = 0; ; shift += 7) {
    const byte = bytes[at++];
    value |= (byte & 127) << shift;
    if (byte < 128) return [value, at];
  }
}

function leb(value) {
  const bytes = [];
  do {
    bytes.push((value & 127) | (value > 127 ? 128 : 0));
    value >>= 7;
  } while (value);
  return bytes;
}

/** The same wasm, whose memory cannot grow by more than so many pages. */
export function withMemory(bytes, growth) {
  for (let at = 8; at < bytes.length;) {
    const id = bytes[at];
    const [size, start] = number(bytes, at + 1);
    if (id === 5) {
      const [initial] = number(bytes, start + 2); // after the count, 1, and the flags
      const body = [1, 1, ...leb(initial), ...leb(initial + growth)];
      return Uint8Array.of(...bytes.slice(0, at), 5, ...leb(body.length), ...body, ...bytes.slice(start + size));
    }
    at = start + size;
  }
  throw new Error("this wasm has no memory of its own");
}
