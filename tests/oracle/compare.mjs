// Compares the oracle's output with that of the command.

// The first place where two JSON values differ, as text, or null.
export function firstDifference(expected, actual, path = "") {
  if (expected === actual) return null;
  const bothObjects = [expected, actual].every((value) => value !== null && typeof value === "object");
  if (!bothObjects || Array.isArray(expected) !== Array.isArray(actual)) {
    return `${path || "/"}: expected ${show(expected)}, got ${show(actual)}`;
  }
  for (const key of new Set([...Object.keys(expected), ...Object.keys(actual)])) {
    const difference = firstDifference(expected[key], actual[key], `${path}/${key}`);
    if (difference) return difference;
  }
  return null;
}

function show(value) {
  return value === undefined ? "nothing" : JSON.stringify(value);
}

// Compares one invocation. `expected` is `{ lines, armings?, badLines, exitCode }`, `actual` is
// `{ stdout, stderr, exitCode }`. Returns null or a sentence.
export function compareRun(expected, actual) {
  if (actual.exitCode !== expected.exitCode) {
    return `exit code: expected ${expected.exitCode}, got ${actual.exitCode}`;
  }
  const lines = [];
  for (const [index, text] of actual.stdout.split("\n").entries()) {
    if (text === "") continue;
    try {
      lines.push(JSON.parse(text));
    } catch {
      return `line ${index + 1} of the output is not JSON: ${text.slice(0, 200)}`;
    }
  }
  return (
    compareLines(expected, lines) ??
    (expected.armings ? idsAgainstArmings(expected.armings, lines) : null) ??
    unreportedLine(expected.badLines, actual.stderr)
  );
}

function compareLines(expected, lines) {
  for (let i = 0; i < Math.max(expected.lines.length, lines.length); i++) {
    const want = expected.lines[i];
    if (want === undefined) return `line ${i + 1}: expected no more lines, got ${show(lines[i])}`;
    if (lines[i] === undefined) return `line ${i + 1}: expected ${show(want)}, got no more lines`;
    const got = expected.armings ? withoutFreeFields(lines[i]) : { line: lines[i] };
    if (got.problem) return `line ${i + 1}: ${got.problem}`;
    const difference = firstDifference(want, got.line) ?? orderOfDimensions(want, got.line);
    if (difference) return `line ${i + 1} ${difference}`;
  }
  return null;
}

// A signal without the fields that the contract leaves to the implementation, which must be there.
function withoutFreeFields(signal) {
  const { id, data, ...line } = signal;
  const { state, model, ...rest } = data ?? {};
  const { hash, ...namedModel } = model ?? {};
  if (typeof id !== "string" || id === "") return { problem: `id: ${show(id)}` };
  if (typeof state !== "string" || !/^[A-Za-z0-9_-]+$/.test(state)) return { problem: `data.state: ${show(state)}` };
  if (hash === undefined || hash === "") return { problem: `data.model.hash: ${show(hash)}` };
  return { line: { ...line, data: { ...rest, model: namedModel } } };
}

// Dimensions are listed in the order of their declaration; all other fields may have any order.
function orderOfDimensions(expected, actual) {
  const order = (line) => Object.keys((line.data?.snapshot ?? line).dimensions).join(" ");
  return order(expected) === order(actual)
    ? null
    : `/dimensions: expected order ${order(expected)}, got ${order(actual)}`;
}

// One id for one arming of a stage and no other.
function idsAgainstArmings(armings, lines) {
  const idOf = new Map();
  const armingOf = new Map();
  for (const [index, { id }] of lines.entries()) {
    const arming = armings[index];
    if (idOf.has(arming) && idOf.get(arming) !== id) return `line ${index + 1}: another id for the arming ${arming}`;
    if (armingOf.has(id) && armingOf.get(id) !== arming) {
      return `line ${index + 1}: id ${id} for the arming ${arming} and for ${armingOf.get(id)}`;
    }
    idOf.set(arming, id);
    armingOf.set(id, arming);
  }
  return null;
}

function unreportedLine(badLines, stderr) {
  const unreported = badLines.find((number) => !new RegExp(`\\b${number}\\b`).test(stderr));
  return unreported === undefined ? null : `bad line ${unreported} is not reported on standard error`;
}
