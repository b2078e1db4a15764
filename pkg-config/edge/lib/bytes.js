/**
 * The bytes of a buffer or of a view of one.
 *
 * @param {ArrayBuffer | ArrayBufferView} source
 */
export const bytesOf = (source) =>
  ArrayBuffer.isView(source)
    ? new Uint8Array(source.buffer, source.byteOffset, source.byteLength)
    : new Uint8Array(source);
