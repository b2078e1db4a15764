// Mutated signals: broken JSON, changed members and states, invalid signatures; and some with unusual headers.
import { Buffer } from "node:buffer";
import { mutateHeaders } from "./mutate-headers.mjs";

const VALUES = [
  ...["null", "true", "-0", "0.1", "1e400", "-1e308", "9007199254740993", "1e15", '""', '"x"', '"\\ud800"'],
  ...['"\\u0000"', "[]", "{}", '{"__proto__":{"id":1}}', '{"constructor":{"prototype":{}}}', '"toString"'],
  ...[`"${"x".repeat(3000)}"`, `${"9".repeat(400)}`, '"edge"', '"client"', '"mql"', '"sql"', '"v-other"'],
  ...['"2026-11-22T10:00:00.250Z"', '"https://acme.example"', '"https://other.example"'],
];
const TOKEN = /"(?:[^"\\]|\\.)*"|-?\d+(?:\.\d+)?|true|false|null/g;
const nested = (depth, [open, close]) => open.repeat(depth) + close.repeat(depth);

const KINDS = {
  genuine: (text) => text,
  "value replaced": (text, { pick }) => replaceToken(text, pick, () => pick(VALUES)),
  "values swapped": (text, { pick }) => replaceToken(text, pick, (tokens) => pick(tokens)[0]),
  "value of another": (text, { pick, other }) => {
    const name = pick([
      "id",
      "subject",
      "time",
      "source",
      "state",
      "hash",
      "score",
      "segment",
      "points",
      "hits",
      "rule",
    ]);
    const member = new RegExp(`"${name}":("[^"]*"|[-\\d.]+)`);
    const [foreign] = member.exec(other()) ?? [];
    return foreign ? text.replace(member, () => foreign) : text;
  },
  "state flipped": (text, { below }) =>
    text.replace(/("state":")([\w-]+)/, (_, head, state) => {
      const bytes = Buffer.from(state, "base64url");
      bytes[below(bytes.length)] ^= 1 << below(8);
      return head + bytes.toString("base64url");
    }),
  "score changed": (text, { below }) => text.replace(/"score":[-\d.]+/, `"score":${below(1000)}`),
  "witnessed claimed": (text, { pick }) =>
    text.replace('"provenance":', `"witnessed":${pick(["0", "1e300", '"9"', "null", "47.5"])},"provenance":`),
  "model of another version": (text, { pick }) =>
    text.replace(/"hash":"[^"]*"/, `"hash":"${pick(["AAAAAAAAAAAAAAAAAAAAAA", "A", "unknown"])}"`),
  "edge claimed": (text) => text.replace('"provenance":"client"', '"provenance":"edge"'),
  "id changed": (text, { below }) => text.replace(/"id":"[^"]*"/, `"id":"${below(1e9)}"`),
  "member twice": (text, { pick, other }) => {
    const name = pick(["id", "subject", "data", "time", "source", "specversion"]);
    const value =
      name === "data" ? JSON.stringify(JSON.parse(other()).data) : JSON.stringify(JSON.parse(other())[name]);
    return pick([`{"${name}":${value},${text.slice(1)}`, `${text.slice(0, -1)},"${name}":${value}}`]);
  },
  "member added": (text, { pick }) =>
    `${text.slice(0, -1)},"${pick(["__proto__", "constructor", "then", "toJSON", "x"])}":${pick(VALUES)}}`,
  "member added to data": (text, { pick }) =>
    text.replace('"data":{', `"data":{"${pick(["__proto__", "then", "x", "stage", "state"])}":${pick(VALUES)},`),
  "member removed": (text, { pick }) => {
    const signal = JSON.parse(text);
    const holder = pick([signal, signal.data, signal.data.snapshot, signal.data.model]);
    delete holder[pick(Object.keys(holder))];
    return JSON.stringify(signal);
  },
  "members in another order": (text) => JSON.stringify(Object.fromEntries(Object.entries(JSON.parse(text)).reverse())),
  "white space": (text, { pick }) => pick([" ", "\n", "\t\r\n"]) + text + pick(["", " ", "\ufeff"]),
  "deeply nested": (text, { pick, below }) => {
    const deep = nested(1 + below(4000), pick(["[]"]));
    return pick([deep, text.replace('"reasons":[', `"reasons":[${deep},`), `${text.slice(0, -1)},"x":${deep}}`]);
  },
  cut: (text, { below }) => text.slice(0, below(text.length)),
  "letter in": (text, { below }) => {
    const at = below(text.length);
    return text.slice(0, at) + String.fromCharCode(below(0x300)) + text.slice(at + below(2));
  },
  "piece out": (text, { below }) => {
    const at = below(text.length);
    return text.slice(0, at) + text.slice(at + 1 + below(40));
  },
  oversized: (text, { below }) => `${text.slice(0, -1)},"x":"${"y".repeat(10_000 + below(60_000))}"}`,
  array: (text, { below }) => `[${Array(below(25)).fill(text).join(",")}]`,
  "another thing": (text, { pick }) => pick(VALUES),
};
const NAMES = Object.keys(KINDS);

function replaceToken(text, pick, make) {
  const tokens = [...text.matchAll(TOKEN)];
  if (tokens.length === 0) return text;
  const token = pick(tokens);
  return text.slice(0, token.index) + make(tokens) + text.slice(token.index + token[0].length);
}

const TYPES = ["application/cloudevents+json", "application/cloudevents+json", "application/json", "text/plain"];
const BATCH = "application/cloudevents-batch+json";

/** @returns {{ kind: string, body: string, headers: object }} */
export function mutateBody({ texts }, chance) {
  const { pick, below } = chance;
  const kinds = [];
  const mutated = () => {
    const { text: genuine, headers, provenance } = pick(texts);
    let text = genuine;
    for (let times = pick([0, 1, 1, 1, 1, 2, 3]); times > 0; times--) {
      const kind = pick(NAMES);
      kinds.push(kind);
      // Some kinds need JSON to change.
      try {
        text = KINDS[kind](text, { ...chance, other: () => pick(texts).text });
      } catch {
        text = KINDS["letter in"](text || " ", chance);
      }
    }
    return { text, headers, provenance };
  };
  if (chance.chance(0.15)) {
    const list = Array.from({ length: 1 + below(6) }, () => mutated().text);
    return finish(kinds, `[${list.join(",")}]`, { "content-type": BATCH }, chance);
  }
  const { text, headers, provenance } = mutated();
  // The edge's are signed, but not all of them; and a signature may be one of another body.
  const isSigned = provenance === "edge" ? chance.chance(0.8) : chance.chance(0.05);
  const signature = chance.chance(0.1) ? pick(texts).headers : headers;
  const type = chance.chance(0.02) ? "text/html" : pick(TYPES);
  return finish(kinds, text, { "content-type": type, ...(isSigned ? signature : {}) }, chance);
}

function finish(kinds, body, headers, chance) {
  if (!chance.chance(0.2)) return { kind: kinds.join(", "), body, headers };
  return { kind: [...kinds, "headers"].join(", "), body, headers: mutateHeaders(headers, chance) };
}
