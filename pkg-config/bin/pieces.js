// A file, or standard input as `-`, in pieces; one whose name ends in .gz is decompressed.
import { closeSync, createReadStream, openSync, readSync } from "node:fs";
import { createGunzip } from "node:zlib";

/** Bytes that are read at once. */
const PIECE = 1 << 20;

/**
 * The pieces of a file, and `undefined` as the last, which ends it.
 *
 * @param {string} path
 * @param {{ access: Function }} host
 * @returns {AsyncGenerator<Uint8Array | undefined>}
 */
export async function* pieces(path, { access }) {
  const file = path === "-" ? 0 : access(path, () => openSync(path, "r"));
  if (path.endsWith(".gz")) yield* createReadStream(path, { fd: file, autoClose: false }).pipe(createGunzip());
  else yield* plain(path, file, access);
  yield undefined;
  if (file) closeSync(file);
}

function* plain(path, file, access) {
  const buffer = Buffer.alloc(PIECE);
  for (;;) {
    let length;
    try {
      length = access(path, () => readSync(file, buffer, 0, PIECE, null));
    } catch (error) {
      // Standard input is a terminal or a slow pipe: nothing to read yet, or its end on Windows.
      if (error.code === "EAGAIN") continue;
      if (error.code === "EOF") break;
      throw error;
    }
    if (length === 0) break;
    yield buffer.subarray(0, length);
  }
}
