// Describes compiled path patterns and conditions (see `ops.js`) in words. Codes are those of `src/model/pattern.rs`
// and `src/model/condition.rs`.

const GROUPS = { 3: "?", 4: "+", 5: "*" };
const CLOSE = 6;

/** A pattern in URLPattern's syntax; names of segments are not in it. */
export function pattern(program) {
  let out = "";
  const open = [];
  for (let at = 0; at < program.length; at++) {
    const code = program[at];
    if (GROUPS[code]) open.push(GROUPS[code]);
    if (GROUPS[code] || code === CLOSE) {
      out += code === CLOSE ? `}${open.pop()}` : "{";
      // The length of the body.
      at += 2;
    } else if (code === 1) out += ":part";
    else if (code === 2) out += "*";
    else out += String.fromCharCode(code);
  }
  return out;
}

const URL_PARTS = ["url.path", "url.host", "url.hash"];

const field = (name) =>
  Array.isArray(name) ? name.join(".") : typeof name === "number" ? URL_PARTS[name] : `url.query.${name}`;

const json = (value) => JSON.stringify(value);
const join = (list, word, say) => list.map(say).join(` ${word} `);
const group = (list, word, say) => (list.length === 1 ? say(list[0]) : `(${join(list, word, say)})`);

/** Codes of conditions on a value, each with its description for a field with that name. */
const VALUES = {
  4: (name, ...parts) => group(parts, "and", (part) => holds(part, name)),
  5: () => "never",
  6: (name, value) => (value === null ? `${name} is missing` : `${name} is ${json(value)}`),
  7: (name, value) => `${name} > ${json(value)}`,
  8: (name, value) => `${name} ≥ ${json(value)}`,
  9: (name, value) => `${name} < ${json(value)}`,
  10: (name, value) => `${name} ≤ ${json(value)}`,
  11: (name, values) => `${name} is one of ${values.map(json).join(", ")}`,
  12: (name) => `${name} is there`,
  13: (name, type) => `${name} is of type ${type}`,
  14: (name, part) => holds(part, `the length of ${name}`),
  15: (name, part) => holds(part, `an element of ${name}`),
  16: (name, part) => `an element of ${name} has ${condition(part)}`,
  17: (name, ...parts) => group(parts, "and", (part) => holds(part, `an element of ${name}`)),
  18: (name, value) => `${name} begins with ${json(value)}`,
  19: (name, value) => `${name} ends with ${json(value)}`,
  20: (name, value) => `${name} contains ${json(value)}`,
  21: (name, part) => `not (${holds(part, name)})`,
  22: (name) => `${name} is a private value`,
  23: (name, count) => `${name} is one of ${count} private values`,
};

const holds = ([code, ...rest], name) => VALUES[code]?.(name, ...rest) ?? `a condition on ${name}`;

/**
 * Describes a condition on an event.
 *
 * @param {any[]} op
 */
export function condition([code, ...rest]) {
  if (code === 0) return join(rest, "and", condition);
  if (code === 1) return rest.length ? group(rest, "or", condition) : "never";
  if (code === 2) return `not (${condition(rest[0])})`;
  if (code === 3) return join(rest.slice(1), "and", (part) => holds(part, field(rest[0])));
  return "never";
}

condition.field = field;
