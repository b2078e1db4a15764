// Reads a request's body up to a limit: null where it is larger, so that nothing oversized is held or parsed.
export async function readAtMost(request, limit) {
  // A stated length spares the reading; a missing or false one is caught below.
  if (Number(request.headers.get("content-length")) > limit) return null;

  const chunks = [];
  let size = 0;
  for await (const chunk of request.body ?? []) {
    size += chunk.byteLength;
    if (size > limit) return null;
    chunks.push(chunk);
  }
  return new Blob(chunks).arrayBuffer();
}
