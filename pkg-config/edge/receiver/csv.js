// Entries as CSV (RFC 4180), for a spreadsheet.
const COLUMNS = [
  ...["received", "happened", "kind", "visitor", "stage", "score", "segment", "label", "lifecycle"],
  ...["provenance", "verification", "forward", "attempts", "id"],
];

// Each line ends in CRLF; the first names the columns. The signals themselves are left out.
export function csv(entries) {
  const lines = [COLUMNS, ...entries.map((entry) => COLUMNS.map((name) => cell(entry[name])))];
  return lines.map((line) => `${line.join(",")}\r\n`).join("");
}

function cell(value) {
  const text = harmless(String(value ?? ""));
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

// A spreadsheet runs what begins like a formula, and visitors choose their own ids. Numbers stay numbers.
const harmless = (text) => (/^[=+\-@\t\r\n]/.test(text) && !/^-?\d+(\.\d+)?$/.test(text) ? `'${text}` : text);
