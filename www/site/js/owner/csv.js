// The receiver's CSV (RFC 4180), read and saved.
import { download } from "../download.js";
import { MOST, listCsv } from "./receiver.js";

/** Rows as objects by the names of the first line. */
export function parse(text) {
  const [names = [], ...rows] = lines(text);
  return rows.map((cells) => Object.fromEntries(names.map((name, i) => [name, cells[i]])));
}

function lines(text) {
  const rows = [];
  let row = [];
  // A cell, quoted or plain, and what ends it.
  for (const [, quoted, plain, end] of text.matchAll(/(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r\n|$)/g)) {
    row.push(quoted === undefined ? plain : quoted.replaceAll('""', '"'));
    if (end === ",") continue;
    if (row.length > 1) rows.push(row);
    row = [];
  }
  return rows;
}

/** All that the filters let through, as one file; the receiver gives it in pages. */
export async function downloadCsv(filters) {
  // Reading the answer as text has taken the byte order mark away, by which Excel knows UTF-8.
  const parts = ["\ufeff"];
  let cursor = null;
  do {
    const { text, next } = await listCsv({ ...filters, limit: MOST, cursor });
    // Each page names its columns; the file does once.
    parts.push(cursor ? text.slice(text.indexOf("\r\n") + 2) : text);
    cursor = next;
  } while (cursor);
  download("signals.csv", parts, "text/csv");
}
