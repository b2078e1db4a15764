// Node's spec reporter, followed by the time of each test file, from which tools/lib/steps.mjs makes a table.
import { relative } from "node:path";
import { Readable } from "node:stream";
import { spec as Spec } from "node:test/reporters";

/** Tests that a helper registers belong to another file: they are listed by the name of their outermost suite. */
const isHelper = (file) => /(^|\/)lib\//.test(file);

export default async function* report(source) {
  const times = new Map();
  async function* noted() {
    for await (const event of source) {
      if (/^test:(pass|fail)$/.test(event.type) && event.data.nesting === 0) {
        const file = relative(process.cwd(), event.data.file ?? "");
        const key = isHelper(file) ? event.data.name : file;
        times.set(key, (times.get(key) ?? 0) + (event.data.details?.duration_ms ?? 0));
      }
      yield event;
    }
  }
  yield* Readable.from(noted()).pipe(new Spec());
  for (const [file, time] of times) yield `ℹ file ${Math.round(time)} ms ${file}\n`;
}
