// Entries as CSV (RFC 4180), for a spreadsheet.
const COLUMNS = [
  ...["received", "happened", "kind", "visitor", "stage", "score", "segment", "label", "lifecycle"],
  ...["provenance", "verification", "forward", "attempts", "id", "witnessed"],
];

// Without it Excel takes the text for one in the system's former encoding.
const BYTE_ORDER_MARK = "\ufeff";

// Each line ends in CRLF; the first names the columns. The signals themselves are left out.
/** @param {Record<string, any>[]} entries */
export function csv(entries) {
  const lines = [COLUMNS, ...entries.map((entry) => COLUMNS.map((name) => cell(entry[name])))];
  return BYTE_ORDER_MARK + lines.map((line) => `${line.join(",")}\r\n`).join("");
}

/** @param {unknown} value */
function cell(value) {
  const text = harmless(String(value ?? ""));
  return /[",;\t\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

const NUMBER = /^-?\d+(\.\d+)?$/;
// Characters that begin a formula, and their wide forms, which Excel reads alike in East Asian systems: at the
// beginning, and after
// whatever a spreadsheet may split a line at, quoted or not (semicolons in most of Europe; spaces, tabs, bars if asked
// to).
const FORMULA = /(^|[\s,;|"'])(?=[=+\-@\uff1d\uff0b\uff0d\uff20])/gu;

// A spreadsheet runs formulas, and visitors choose their own ids. Numbers stay numbers.
/** @param {string} text */
const harmless = (text) => (NUMBER.test(text) ? text : text.replace(FORMULA, "$1'"));
