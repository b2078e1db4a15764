// Reads events in the format of the command line: JSON lines `{ visitor, type, at, url, props }`.
import { compile } from "/leadscore/compile.js";
import { Lead, Model } from "/leadscore/index.js";

/** The number of invalid lines that are listed; the others are counted. */
const TOLD = 5;

let scratch;

/** Returns the runtime's own message about a wrong event; "" if it is right. */
export function checkEvent(event) {
  scratch ??= new Lead(new Model(compile({ name: "no-rules", rules: [] })), { id: "visitor" });
  try {
    scratch.ingest(event, event.at ?? 0);
    return "";
  } catch (error) {
    return error.message;
  }
}

/** Returns the number of events that the runtime rejects, with the reasons for the first ones. */
export function refusedOf(events) {
  const refused = { count: 0, first: /** @type {object[]} */ ([]) };
  events.forEach((event, index) => {
    const message = checkEvent(event);
    if (!message) return;
    refused.count += 1;
    if (refused.first.length < TOLD) refused.first.push({ index, message });
  });
  return refused;
}

/** Everything that is usable, by visitor in first-seen order, and what is not. */
export function readEvents(text) {
  const visitors = new Map();
  const bad = { count: 0, first: /** @type {object[]} */ ([]) };
  let number = 0;
  for (const line of lines(text)) {
    number += 1;
    if (line.trim() === "") continue;
    const { visitor, event, message } = read(line);
    if (message) {
      bad.count += 1;
      if (bad.first.length < TOLD) bad.first.push({ line: number, message });
      continue;
    }
    if (!visitors.has(visitor)) visitors.set(visitor, []);
    visitors.get(visitor).push(event);
  }
  for (const events of visitors.values()) events.sort((a, b) => a.at - b.at);
  return { visitors: [...visitors].map(([visitor, events]) => ({ visitor, events })), bad };
}

function* lines(text) {
  let from = text.startsWith("\uFEFF") ? 1 : 0;
  while (from < text.length) {
    const end = text.indexOf("\n", from);
    yield text.slice(from, end === -1 ? text.length : end);
    from = end === -1 ? text.length : end + 1;
  }
}

function read(line) {
  let parsed;
  try {
    parsed = JSON.parse(line);
  } catch {
    return { message: "this is not JSON" };
  }
  const { visitor, type, at, url, props } = parsed ?? {};
  if (typeof visitor !== "string" || visitor === "") return { message: "`visitor` must be a string that is not empty" };
  if (!Number.isSafeInteger(at) || at < 0) return { message: "`at` must be whole milliseconds since 1970" };
  const event = { type, at, ...(url != null && { url }), ...(props != null && { props }) };
  return { visitor, event, message: checkEvent(event) };
}
