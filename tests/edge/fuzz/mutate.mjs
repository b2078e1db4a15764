// A fuzzer's changes to a string: characters, pieces of this and of other inputs, words of the format.
const ODD = [
  ...[
    "\0",
    "\t",
    "\n",
    "\r",
    " ",
    '"',
    "%",
    "&",
    "'",
    "+",
    ",",
    "-",
    ".",
    ";",
    "=",
    "?",
    "[",
    "\\",
    "]",
    "{",
    "}",
    "~",
  ],
  ...[
    "\x7f",
    "\x80",
    "\xa0",
    "\xad",
    "\xff",
    "\u0130",
    "\u2000",
    "\u2028",
    "\ufeff",
    "\uff1d",
    "\ud800",
    "\udfff",
    "\u{1f600}",
  ],
];

export function mutate(
  text,
  /** @type {{ below: (most: number) => number, pick: <T>(list: T[]) => T }} */ { below, pick },
  words,
  corpus,
) {
  const piece = (from) => {
    const start = below(from.length + 1);
    return from.slice(start, start + 1 + below(pick([4, 16, 64, from.length + 1])));
  };
  const kinds = [
    () => splice(text, below(text.length + 1), 0, pick(ODD)),
    () => splice(text, below(text.length + 1), 1, pick(ODD)),
    () => splice(text, below(text.length + 1), 1, String.fromCharCode(below(0x100))),
    () => splice(text, below(text.length + 1), 1 + below(pick([2, 16, text.length + 1])), ""),
    () => splice(text, below(text.length + 1), 0, pick(words)),
    () => splice(text, below(text.length + 1), below(16), pick(words)),
    () => splice(text, below(text.length + 1), 0, piece(text)),
    () => splice(text, below(text.length + 1), below(32), piece(pick(corpus))),
    () => splice(text, below(text.length + 1), 0, pick(ODD).repeat(below(pick([8, 64, 2_000])))),
    () => text.slice(0, below(text.length + 1)) + piece(pick(corpus)),
    // Replaces a word of the format with another word.
    () => {
      const word = pick(words);
      const at = text.indexOf(word, below(text.length + 1));
      return at < 0 ? text : splice(text, at, word.length, pick(words));
    },
    () => flipped(text, below(text.length || 1), 1 << below(8)),
  ];
  for (let times = pick([1, 1, 2, 4, 8]); times > 0; times--) text = pick(kinds)();
  // Servers refuse larger requests before they reach a worker.
  return text.slice(0, 100_000);
}

const splice = (text, at, gone, put) => text.slice(0, at) + put + text.slice(at + gone);

const flipped = (text, at, bit) =>
  text.slice(0, at) + String.fromCharCode((text.charCodeAt(at) || 0) ^ bit) + text.slice(at + 1);
