// What tests/fronts/native.rs does, through the package: the same lines of input, the same lines of output.

/** Of every so many events snapshot, receipt and state are asked for too. */
const ASKED = 5;

const hex = (bytes) => Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");

/** What a call gives, as JSON; of what it throws the code. */
function told(call) {
  try {
    return JSON.stringify(call());
  } catch (error) {
    if (!error.code) throw error;
    return error.code;
  }
}

/** A line of output for each event among the lines. */
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
      let result = told(() => {
        signals = lead.ingest(event, now);
      });
      result =
        signals.map((signal) => JSON.stringify(signal) + told(() => verify(model, signal))).join("") + (result ?? "");
      count++;
      if (count % ASKED === 0) {
        result += told(() => lead.snapshot(now)) + told(() => lead.explain(now)) + hex(lead.encode());
      }
      out.push(result);
    }
  }
  lead?.free();
  return out;
}

/** A number for a list of lines, the same in every runtime (FNV-1a over UTF-16). */
export function digest(lines) {
  let hash = 0x811c9dc5;
  for (const line of lines) {
    for (let at = 0; at < line.length; at++) hash = Math.imul(hash ^ line.charCodeAt(at), 0x01000193);
    hash = Math.imul(hash ^ 10, 0x01000193);
  }
  return hash >>> 0;
}

/** As `run`, of many groups of lines that a maker gives; of each only its number. */
export function digests(runtime, compile, groups) {
  return groups.map((lines) => digest(run(runtime, compile, lines)));
}
