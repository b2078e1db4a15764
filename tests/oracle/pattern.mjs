// Path patterns: the pathname syntax of the WHATWG URL Pattern standard, without custom regular
// expressions. Matching follows a set of positions through the parts, so no pattern is slow.

export class PatternError extends Error {}

// The standard canonicalises a pathname through its URL parser's path start state; so does this setter.
export function canonicalizePathname(value) {
  if (value === "") return "";
  const rooted = value.startsWith("/");
  const url = new URL("https://dummy.invalid/");
  url.pathname = rooted ? value : `/-${value}`;
  return upperEscapes(rooted ? url.pathname : url.pathname.slice(2));
}

// RFC 3986, 6.2.2.1; the URL standard does not do this.
function upperEscapes(text) {
  return text.replace(/%[0-9a-f]{2}/gi, (escape) => escape.toUpperCase());
}

// Escapes an operand like a path, but keeps its dot segments.
export function canonicalOperand(text) {
  const escaped = Array.from(text, (c) => (/[\0- "#<>?^`{}\x7f-\u{10ffff}]/u.test(c) ? encodeURIComponent(c) : c)).join(
    "",
  );
  return upperEscapes(escaped);
}

const NAME_START = /^[$_\p{ID_Start}]$/u;
const NAME_PART = /^[$\u200c\u200d\p{ID_Continue}]$/u;

function tokenize(pattern) {
  const input = Array.from(pattern);
  const tokens = [];
  for (let i = 0; i < input.length;) {
    const character = input[i];
    if (character === "\\") {
      if (i + 1 === input.length) throw new PatternError("nothing to escape");
      tokens.push({ type: "escaped", value: input[i + 1] });
      i += 2;
    } else if (character === ":") {
      let end = i + 1;
      while (end < input.length && (end === i + 1 ? NAME_START : NAME_PART).test(input[end])) end++;
      if (end === i + 1) throw new PatternError("a name is missing after `:`");
      tokens.push({ type: "name", value: input.slice(i + 1, end).join("") });
      i = end;
    } else {
      if (character === "(") throw new PatternError("custom regular expressions are not supported");
      const type = { "*": "asterisk", "+": "modifier", "?": "modifier", "{": "open", "}": "close" }[character];
      tokens.push({ type: type ?? "char", value: character });
      i++;
    }
  }
  tokens.push({ type: "end", value: "" });
  return tokens;
}

// Parts are `{ wildcard: null | "segment" | "full", text, prefix, suffix, modifier }`.
export function parsePattern(pattern) {
  const tokens = tokenize(pattern);
  const parts = [];
  const names = new Set();
  let index = 0;
  let wildcards = 0;
  let pending = "";

  const take = (...types) => (types.includes(tokens[index].type) ? tokens[index++] : null);
  const takeText = () => {
    let text = "";
    for (let token; (token = take("char", "escaped"));) text += token.value;
    return text;
  };
  const flushPending = () => {
    if (pending !== "") parts.push({ wildcard: null, text: canonicalizePathname(pending), modifier: "" });
    pending = "";
  };
  const addPart = (prefix, name, asterisk, suffix, modifier) => {
    if (!name && !asterisk && modifier === "") {
      pending += prefix;
      return;
    }
    flushPending();
    if (!name && !asterisk) {
      if (prefix !== "") parts.push({ wildcard: null, text: canonicalizePathname(prefix), modifier });
      return;
    }
    const groupName = name ? name.value : String(wildcards++);
    if (names.has(groupName)) throw new PatternError(`the name ${groupName} is used twice`);
    names.add(groupName);
    parts.push({
      wildcard: asterisk ? "full" : "segment",
      prefix: canonicalizePathname(prefix),
      suffix: canonicalizePathname(suffix),
      modifier,
    });
  };
  const takeModifier = () => take("modifier", "asterisk")?.value ?? "";

  for (;;) {
    const char = take("char");
    const name = take("name");
    const asterisk = name ? null : take("asterisk");
    if (name || asterisk) {
      let prefix = char?.value ?? "";
      if (prefix !== "/") {
        pending += prefix;
        prefix = "";
      }
      flushPending();
      addPart(prefix, name, asterisk, "", takeModifier());
      continue;
    }
    const fixed = char ?? take("escaped");
    if (fixed) {
      pending += fixed.value;
      continue;
    }
    if (take("open")) {
      const prefix = takeText();
      const groupName = take("name");
      const groupAsterisk = groupName ? null : take("asterisk");
      const suffix = takeText();
      if (!take("close")) throw new PatternError("`}` expected");
      // The standard appends text without a modifier to what is pending: a suffix cannot stand there,
      // since text is only split in two by a name or a wildcard.
      addPart(prefix, groupName, groupAsterisk, suffix, takeModifier());
      continue;
    }
    flushPending();
    if (!take("end")) throw new PatternError(`unexpected \`${tokens[index].value}\``);
    return parts;
  }
}

export function matchesPattern(parts, path) {
  let positions = new Set([0]);
  for (const part of parts) positions = advance(part, positions, path);
  return positions.has(path.length);
}

function advance(part, positions, path) {
  const once = part.wildcard === null ? (from) => afterText(part.text, from, path) : throughGroup(part, path);
  const reached = unionOf(positions, once);
  if (part.modifier === "*" || part.modifier === "+") {
    for (let frontier = reached; frontier.size > 0;) {
      const next = unionOf(frontier, once);
      frontier = new Set([...next].filter((position) => !reached.has(position)));
      frontier.forEach((position) => reached.add(position));
    }
  }
  return part.modifier === "?" || part.modifier === "*" ? new Set([...positions, ...reached]) : reached;
}

// One round of prefix, wildcard, suffix. Rounds repeat as the standard's expression does: what stands
// between two wildcards is the suffix and then the prefix.
function throughGroup(part, path) {
  return (from) =>
    afterText(part.prefix, from, path)
      .flatMap((start) => wildcardEnds(part.wildcard, start, path))
      .flatMap((end) => afterText(part.suffix, end, path));
}

function afterText(text, from, path) {
  return path.startsWith(text, from) ? [from + text.length] : [];
}

function wildcardEnds(kind, start, path) {
  const ends = kind === "full" ? [start] : [];
  for (let end = start + 1; end <= path.length; end++) {
    if (kind === "segment" && path[end - 1] === "/") break;
    ends.push(end);
  }
  return ends;
}

function unionOf(positions, step) {
  const union = new Set();
  for (const position of positions) step(position).forEach((next) => union.add(next));
  return union;
}

// A rule's `path`: the page with or without its trailing slash is one page.
export function matchesPage(parts, rawPath) {
  const path = canonicalizePathname(rawPath);
  if (matchesPattern(parts, path)) return true;
  if (path === "/") return false;
  return matchesPattern(parts, path.endsWith("/") ? path.slice(0, -1) : `${path}/`);
}
