// Error responses for programs: a stable code, and a message that says what to do. Never cached.
export function answer(status, code, message, headers = {}) {
  return json(status, { code, message }, headers);
}

export function json(status, value, headers = {}) {
  return Response.json(value, { status, headers: { "cache-control": "no-store", ...headers } });
}
