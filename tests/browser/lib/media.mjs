/** A silent WAV file of a given length: the one format that every engine plays. */
export function silence(seconds, rate = 8000) {
  const size = seconds * rate;
  const wav = Buffer.alloc(44 + size, 128);
  wav.write("RIFF", 0);
  wav.writeUInt32LE(36 + size, 4);
  wav.write("WAVEfmt ", 8);
  wav.writeUInt32LE(16, 16);
  wav.writeUInt16LE(1, 20); // plain samples,
  wav.writeUInt16LE(1, 22); // one channel,
  wav.writeUInt32LE(rate, 24);
  wav.writeUInt32LE(rate, 28); // a byte each
  wav.writeUInt16LE(1, 32);
  wav.writeUInt16LE(8, 34);
  wav.write("data", 36);
  wav.writeUInt32LE(size, 40);
  return wav;
}
