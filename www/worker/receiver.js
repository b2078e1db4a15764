// `POST /signals`: what a page says about itself is believed only after it was recomputed here.
// The checks stand in order of cost; the first that fails answers.
import { readAtMost } from "./body.js";
import { insertSignal } from "./store.js";

const MAX_BODY = 16 * 1024;
// The last is what a beacon has, which the tag sends as a page goes.
const CONTENT_TYPES = ["application/cloudevents+json", "application/json", "text/plain"];

// `verify` takes a signal and returns the snapshot that its state really gives, or throws an error with a code.
export async function receive(request, db, verify) {
  const { origin } = new URL(request.url);
  if (request.headers.get("origin") !== origin) {
    return answer(403, "origin", "signals are taken from this site's own pages only");
  }
  if (!hasContentType(request)) {
    return answer(415, "content_type", `the content type must be ${CONTENT_TYPES.join(" or ")}`);
  }
  const body = await readAtMost(request, MAX_BODY);
  if (body === null) {
    return answer(413, "too_large", `a signal has at most ${MAX_BODY} bytes`);
  }
  const signal = parse(body);
  if (signal === undefined) {
    return answer(400, "not_json", "the body must be one JSON object in UTF-8");
  }

  let snapshot;
  try {
    snapshot = verify(signal);
  } catch (error) {
    // An error without a code is a fault of this worker, not of the sender.
    if (typeof error?.code !== "string") throw error;
    return answer(422, error.code, error.message);
  }
  // The state proves the score, but not who sent it: these two say where the signal comes from.
  if (signal.source !== origin || signal.data.provenance !== "client") {
    return answer(422, "foreign_signal", "the signal was not made by a page of this site");
  }

  return (await insertSignal(db, ownMembers(signal), snapshot))
    ? answer(201, "stored", "the signal is verified and stored")
    : answer(200, "duplicate", "a signal with this id is stored already");
}

export function answer(status, code, message, headers = {}) {
  return Response.json({ code, message }, { status, headers: { "cache-control": "no-store", ...headers } });
}

// What `verify` has recomputed. CloudEvents lets a sender add members of its own, for which nobody vouches.
function ownMembers({ specversion, id, source, type, subject, time, datacontenttype, data }) {
  return { specversion, id, source, type, subject, time, datacontenttype, data };
}

// Exact types. A foreign page can send plain text without a preflight: what keeps it out is its origin, checked before.
function hasContentType(request) {
  const [type, ...parameters] = (request.headers.get("content-type") ?? "").toLowerCase().split(";");
  return (
    CONTENT_TYPES.includes(type.trim()) && parameters.every((parameter) => /^\s*charset="?utf-8"?\s*$/.test(parameter))
  );
}

function parse(body) {
  try {
    const value = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(body));
    return typeof value === "object" && value !== null && !Array.isArray(value) ? value : undefined;
  } catch {
    return undefined;
  }
}
