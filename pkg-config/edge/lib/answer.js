// What programs get to read: a code that stays the same and a sentence that says what to do. No cache keeps it.
export function answer(status, code, message, headers = {}) {
  return json(status, { code, message }, headers);
}

export function json(status, value, headers = {}) {
  return Response.json(value, { status, headers: { "cache-control": "no-store", ...headers } });
}
