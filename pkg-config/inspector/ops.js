// Reads compiled conditions into lists `[code, part…]`. Codes and format are those of `src/model/condition.rs`, tags of
// values those of `src/text/value.rs`, which are released with this file.
import { Reader } from "../entry/compiled.js";

const [FIELD, IN, TYPE, ELEMENT_SCOPE, PRIVATE_EQ, PRIVATE_IN] = [3, 11, 13, 16, 22, 23];
/** Operators that contain operators. */
const NESTED = new Set([0, 1, 2, 4, 14, 15, ELEMENT_SCOPE, 17, 21]);
const TYPES = ["null", "boolean", "boolean", "number", "string", "array", "object"];

/** Returns a value and its tag. */
function value(reader) {
  const tag = reader.bytes[reader.at++];
  const number = () => new DataView(reader.bytes.slice(reader.at, (reader.at += 8)).buffer).getFloat64(0, true);
  const read = [() => null, () => false, () => true, number, () => reader.text()];
  read[5] = () => reader.all((own) => value(own)[0]);
  read[6] = () => {
    const all = reader.all((own) => value(own)[0]);
    return Object.fromEntries(all.flatMap((name, at) => (at % 2 ? [] : [[name, all[at + 1]]])));
  };
  read[7] = () => new TextDecoder().decode(reader.list().subarray(8));
  read[10] = () => reader.number();
  return [read[tag]?.(), tag];
}

function op(reader, fields) {
  const code = reader.number();
  const own = new Reader(reader.list());
  const rest = (item) => own.rest(item);
  if (code === FIELD) {
    // Fields of a list's elements are written by name, not by a number of the model.
    const field = fields ? fields[own.number()] : own.all((names) => names.text());
    return [code, field, ...rest((own) => op(own, fields))];
  }
  if (NESTED.has(code)) return [code, ...rest((own) => op(own, code === ELEMENT_SCOPE ? undefined : fields))];
  if (code === TYPE) return [code, TYPES[value(own)[1]]];
  if (code === IN) return [code, rest((own) => value(own)[0])];
  // A salt, then the hashes, 8 bytes each.
  if (code === PRIVATE_EQ || code === PRIVATE_IN) return [code, own.bytes.length / 8 - 1];
  return [code, ...rest((own) => value(own)[0])];
}

/** Returns the condition in these bytes. `fields` are those of the model, each as {@link field} returns it. */
export const condition = (bytes, fields) => op(new Reader(bytes), fields);

/**
 * Returns a field of a model: the number of a part of the URL, the name of a query value, or the path into the props.
 */
export const field = ([part, names]) => (part > 4 ? names : part > 3 ? names[0] : part % 3);
