// Mutated cookie headers: changed, truncated, spliced, swapped between visitors, too many, too large.
import { OWN, PAGE } from "./visitor.mjs";

// Only what a client can send: the rest ends its own request.
const clean = (text) => text.replace(/[^\t\x20-\x7e\x80-\xff]/g, "~");

const ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

const KINDS = {
  genuine: (text) => text,
  "bit flip": (text, { below }) => change(text, below(text.length), (code) => code ^ (1 << below(8))),
  "other letter": (text, { below, pick }) => change(text, below(text.length), () => pick(ALPHABET).charCodeAt(0)),
  "last letter": (text, { pick }) => text.slice(0, -1) + pick(ALPHABET),
  cut: (text, { below }) => text.slice(0, below(text.length)),
  "cut off in front": (text, { below }) => text.slice(below(text.length)),
  "piece out": (text, { below }) => {
    const at = below(text.length);
    return text.slice(0, at) + text.slice(at + 1 + below(40));
  },
  "piece twice": (text, { below }) => {
    const at = below(text.length);
    return text.slice(0, at) + text.slice(Math.max(0, at - 1 - below(40)));
  },
  "part of another": (text, { below, other }) => {
    const parts = text.split(".");
    const at = below(parts.length);
    parts[at] = other().split(".")[at] ?? "";
    return parts.join(".");
  },
  "parts swapped": (text, { below }) => {
    const parts = text.split(".");
    const [a, b] = [below(parts.length), below(parts.length)];
    [parts[a], parts[b]] = [parts[b], parts[a]];
    return parts.join(".");
  },
  "part emptied": (text, { below }) => {
    const parts = text.split(".");
    parts[below(parts.length)] = "";
    return parts.join(".");
  },
  "later expiry": (text) => text.replace(/^(\w+\.[\w-]+\.)\w+/, "$1zzzzzz"),
  "other version": (text, { pick }) => pick(["0", "2", "01", "", "1e0"]) + text.slice(1),
  "other key": (text, { pick }) =>
    text.replace(/^(\w+\.)[\w-]+/, `$1${pick(["2026-11", "2026-05", "2020-01", "__proto__", ""])}`),
  spliced: (text, { below, other }) => {
    const with_ = other();
    return text.slice(0, below(text.length)) + with_.slice(below(with_.length));
  },
  "other alphabet": (text) => text.replaceAll("-", "+").replaceAll("_", "/"),
  padded: (text, { pick }) => text + pick(["=", "==", " ", "A", "."]),
  "not ASCII": (text, { below, pick }) => {
    const at = below(text.length);
    return text.slice(0, at) + pick(["\xe9", "\xff\xfe", "\xc3\xa9", "\x80"]) + text.slice(at);
  },
  oversized: (text, { below, pick }) => text + pick(["A", ".", "\xff"]).repeat(600 + below(3000)),
  noise: (text, { below, pick }) => Array.from({ length: below(1100) }, () => pick(`${ALPHABET}.=,"% `)).join(""),
};
const NAMES = Object.keys(KINDS);

function change(text, at, code) {
  return text.slice(0, at) + String.fromCharCode(code(text.charCodeAt(at)) & 0xff) + text.slice(at + 1);
}

/** @returns {{ kind: string, cookie: string }} */
export function mutateCookies({ sealed, pages }, chance) {
  const { below, pick } = chance;
  const values = sealed.map(({ value }) => value);
  const kinds = [];
  const mutated = (from) => {
    let text = pick(from);
    for (let times = pick([0, 1, 1, 1, 2]); times > 0; times--) {
      const kind = pick(NAMES);
      kinds.push(kind);
      if (text !== "") text = KINDS[kind](text, { ...chance, other: () => pick(from) });
    }
    return text;
  };
  // Mostly the sealed one is changed and the page's is genuine, so that it is looked at at all.
  const own = mutated(values);
  kinds.push("|");
  const page = chance.chance(0.3) ? mutated(pages) : pick(pages);
  const pairs = [`${OWN}=${own}`, `${PAGE}=${page}`];
  switch (below(12)) {
    case 0:
      pairs.reverse();
      break;
    case 1:
      pairs.unshift(...Array.from({ length: below(200) }, (_, i) => `c${i}=${pick(ALPHABET).repeat(below(40))}`));
      break;
    case 2:
      // Of two of one name the first that opens counts.
      pairs.push(`${OWN}=${pick(values)}`, `${PAGE}=${pick(pages)}`);
      break;
    case 3:
      pairs.unshift(`${OWN}=${mutated(values)}`);
      break;
    case 4:
      pairs.unshift(pick(["", "=", "==;", `${OWN}`, `${OWN.toLowerCase()}=${pick(values)}`, "a=b=c", `x=${OWN}=y`]));
      break;
    case 5:
      // Without the page's cookie only a valid sealed cookie counts as consent.
      pairs.pop();
      break;
  }
  return { kind: kinds.join(", "), cookie: clean(pairs.join(pick(["; ", ";", " ; "]))).trim() };
}
