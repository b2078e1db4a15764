// The same program as tests/fronts/native.rs, but it uses the package: equal input lines give equal output lines.

/** The snapshot, the receipt and the state are returned after every fifth event only, because they are slow. */
const ASKED = 5;

const hex = (bytes) => Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");

/** Returns the result of a call as JSON, or the code of its error. */
function resultOf(call) {
  try {
    return JSON.stringify(call());
  } catch (error) {
    if (!error.code) throw error;
    return error.code;
  }
}

/** Returns an output line for each event among the input lines. */
export function run({ Model, Lead, verify }, compile, lines) {
  const out = [];
  let model;
  let lead;
  let count = 0;
  for (const line of lines) {
    const [, what, rest] = /^(\w+) ([^]*)$/.exec(line);
    if (what === "model") {
      model = new Model(compile(rest));
    } else if (what === "lead") {
      lead?.free();
      lead = new Lead(model, { id: rest, source: "https://acme.example" });
      count = 0;
    } else {
      const space = rest.indexOf(" ");
      const now = Number(rest.slice(0, space));
      const event = JSON.parse(rest.slice(space + 1));
      let signals = [];
      let result = resultOf(() => {
        signals = lead.ingest(event, now);
      });
      result =
        signals.map((signal) => JSON.stringify(signal) + resultOf(() => verify(model, signal))).join("") +
        (result ?? "");
      count++;
      if (count % ASKED === 0) {
        result += resultOf(() => lead.snapshot(now)) + resultOf(() => lead.explain(now)) + hex(lead.encode());
      }
      out.push(result);
    }
  }
  lead?.free();
  return out;
}

/** Returns a hash of lines that is the same in every runtime (FNV-1a over UTF-16). */
export function digest(lines) {
  let hash = 0x811c9dc5;
  for (const line of lines) {
    for (let at = 0; at < line.length; at++) hash = Math.imul(hash ^ line.charCodeAt(at), 0x01000193);
    hash = Math.imul(hash ^ 10, 0x01000193);
  }
  return hash >>> 0;
}

/** Calls `run` for each group of lines and returns only the digests. */
export function digests(runtime, compile, groups) {
  return groups.map((lines) => digest(run(runtime, compile, lines)));
}
