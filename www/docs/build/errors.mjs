// The errors of src/error.rs as a table, with their messages.
import { inline } from "./markdown.mjs";
import { escape, table } from "./html.mjs";

/** Name, code and message of each, as the source has them. */
export function errorsOf(source) {
  const arms = source.slice(source.indexOf("fn text(self)"));
  const errors = [...arms.matchAll(/Self::\w+ =>\s*\{?\s*"((?:\\\s*\n\s*|[^"])*)"/g)].map(([, text]) => {
    const [name, code, ...message] = text.replace(/\\\s*\n\s*/g, "").split(" ");
    return { name, code, message: message.join(" ") };
  });
  const declared = source.match(/^ {4}[A-Z]\w+,$/gm)?.length;
  if (errors.length !== declared)
    throw new Error(`src/error.rs declares ${declared} errors, ${errors.length} are read`);
  return errors;
}

export function errorTable(source) {
  const rows = errorsOf(source).map(({ name, code, message }) => [
    `<code>${escape(code)}</code>`,
    escape(name),
    inline(message),
  ]);
  return table("Table: Error codes", ["Code", "Name", "Means"], rows);
}
