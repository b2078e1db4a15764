// Reads the beginning of a model in the previous format (see `src/model/former.rs`), in which rules and stages began
// with their ids.
import { HEADS } from "../runtime/model.js";

/**
 * @param {import("../compiled.js").Reader} reader
 * @param {string} kinds
 */
const skipped = (reader, kinds) => {
  for (const kind of kinds)
    if (kind == "b") reader.list();
    else reader.number();
};

/**
 * Reads an id, then skips numbers (`n`) and bytes (`b`).
 *
 * @param {string} kinds
 * @returns {(reader: import("../compiled.js").Reader) => string}
 */
const item = (kinds) => (reader) => {
  const id = reader.text();
  skipped(reader, kinds);
  return id;
};

const rule = item("nnnnbbnnnnnnnnnnnbn");
const stage = item("nnnnnbbb");

HEADS[1] = (reader) => {
  reader.at = 4;
  return {
    isFormer: true,
    name: reader.text(),
    version: reader.number(),
    score: [reader.bound(-Infinity), reader.bound(Infinity)],
    dimensions: reader.times(item("nn")),
    rules: reader.times(rule),
    stages: reader.times(stage),
    labels: reader.all((own) => [own.number(), own.all((cut) => [cut.text(), cut.signed()])]),
    types: [],
    fields: [],
    offset: 0,
  };
};
