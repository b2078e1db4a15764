// Writes a WebM file with one video track (RFC 8794, EBML; RFC 9559, Matroska). MediaRecorder writes neither a duration
// nor an index. Without them visitors cannot seek, and the tag cannot compute the watched percentage.
const ID = {
  EBML: 0x1a45dfa3,
  EBMLMaxIDLength: 0x42f2,
  EBMLMaxSizeLength: 0x42f3,
  DocType: 0x4282,
  DocTypeVersion: 0x4287,
  DocTypeReadVersion: 0x4285,
  Segment: 0x18538067,
  Info: 0x1549a966,
  TimestampScale: 0x2ad7b1,
  Duration: 0x4489,
  MuxingApp: 0x4d80,
  WritingApp: 0x5741,
  Tracks: 0x1654ae6b,
  TrackEntry: 0xae,
  TrackNumber: 0xd7,
  TrackUID: 0x73c5,
  TrackType: 0x83,
  FlagLacing: 0x9c,
  CodecID: 0x86,
  Video: 0xe0,
  PixelWidth: 0xb0,
  PixelHeight: 0xba,
  Cues: 0x1c53bb6b,
  CuePoint: 0xbb,
  CueTime: 0xb3,
  CueTrackPositions: 0xb7,
  CueTrack: 0xf7,
  CueClusterPosition: 0xf1,
  Cluster: 0x1f43b675,
  Timestamp: 0xe7,
  SimpleBlock: 0xa3,
};
const TRACK = 1;
const NANOSECONDS = 1_000_000;

/**
 * @param {{ time: number, isKey: boolean, bytes: Uint8Array }[]} frames times in milliseconds, a key frame first
 * @param {{ codec: string, width: number, height: number, duration: number }} video
 */
export function webm(frames, { codec, width, height, duration }) {
  const info = element(ID.Info, [
    element(ID.TimestampScale, uint(NANOSECONDS)),
    element(ID.Duration, float(duration)),
    element(ID.MuxingApp, text("wayfold")),
    element(ID.WritingApp, text("wayfold")),
  ]);
  const tracks = element(ID.Tracks, [
    element(ID.TrackEntry, [
      element(ID.TrackNumber, uint(TRACK)),
      element(ID.TrackUID, uint(TRACK)),
      element(ID.TrackType, uint(1)),
      element(ID.FlagLacing, uint(0)),
      element(ID.CodecID, text(codec)),
      element(ID.Video, [element(ID.PixelWidth, uint(width)), element(ID.PixelHeight, uint(height))]),
    ]),
  ]);
  const clusters = clustersOf(frames);
  // The index comes before the data to which it points, so that one request finds both. Its size does not depend on its
  // content.
  const cues = (start) => {
    let at = start;
    const points = clusters.map(({ time, bytes }) => {
      const point = cuePoint(time, at);
      at += bytes.length;
      return point;
    });
    return element(ID.Cues, points);
  };
  const start = info.length + tracks.length + cues(0).length;
  return Buffer.concat([
    element(ID.EBML, [
      element(ID.EBMLMaxIDLength, uint(4)),
      element(ID.EBMLMaxSizeLength, uint(8)),
      element(ID.DocType, text("webm")),
      element(ID.DocTypeVersion, uint(4)),
      element(ID.DocTypeReadVersion, uint(2)),
    ]),
    element(ID.Segment, [info, tracks, cues(start), ...clusters.map(({ bytes }) => bytes)]),
  ]);
}

function clustersOf(frames) {
  const groups = [];
  for (const frame of frames) {
    if (frame.isKey) groups.push([]);
    groups.at(-1).push(frame);
  }
  return groups.map((group) => {
    const [{ time }] = group;
    const blocks = group.map((frame) => block(frame, frame.time - time));
    return { time, bytes: element(ID.Cluster, [element(ID.Timestamp, uint(time)), ...blocks]) };
  });
}

function block({ isKey, bytes }, offset) {
  const head = Buffer.from([0x80 | TRACK, 0, 0, isKey ? 0x80 : 0]);
  head.writeInt16BE(offset, 1);
  return element(ID.SimpleBlock, [head, bytes]);
}

function cuePoint(time, position) {
  const at = Buffer.alloc(8);
  at.writeBigUInt64BE(BigInt(position));
  return element(ID.CuePoint, [
    element(ID.CueTime, uint(time)),
    element(ID.CueTrackPositions, [element(ID.CueTrack, uint(TRACK)), element(ID.CueClusterPosition, at)]),
  ]);
}

function element(id, content) {
  const body = Array.isArray(content) ? Buffer.concat(content) : content;
  return Buffer.concat([uint(id), size(body.length), body]);
}

function uint(value) {
  const hex = value.toString(16);
  return Buffer.from(hex.padStart(hex.length + (hex.length % 2), "0"), "hex");
}

// Eight bytes always: the marker, then the length.
function size(length) {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64BE(BigInt(length));
  bytes[0] = 0x01;
  return bytes;
}

function float(value) {
  const bytes = Buffer.alloc(8);
  bytes.writeDoubleBE(value);
  return bytes;
}

const text = (value) => Buffer.from(value, "utf8");
