// Invalid headers of requests to a receiver: other types, origins, signatures, tokens and encodings.
const LATIN = (below) => Array.from({ length: 1 + below(40) }, () => String.fromCharCode(0xa0 + below(0x60))).join("");

const VALUES = {
  "content-type": [
    ...["application/cloudevents+json", "application/json;", "application/json ; charset=UTF-8;;", "text/plain"],
    ...['application/json; charset="utf\\-8"', "application/json; charset=utf-16", "application/json, text/plain", ";"],
    ...[
      "application/cloudevents-batch+json",
      "multipart/form-data; boundary=x",
      "*/*",
      "a/b; c",
      `text/${"x".repeat(9000)}`,
    ],
  ],
  "content-encoding": ["gzip", "br", "identity", "x"],
  origin: ["null", "https://acme.example/", "HTTPS://ACME.EXAMPLE", "https://other.example", "*", "a, b", ""],
  authorization: ["Bearer", "Bearer x", "bearer  ", "Basic eDp5", `Bearer ${"x".repeat(9000)}`, "Bearer a b"],
  accept: ["text/csv", "text/csv;q=0", "*/*", ",,,"],
  "webhook-id": ["", ".", "a.b", "x".repeat(9000)],
  "webhook-timestamp": ["0", "-1", "1e9", "999999999999", "9999999999999", "NaN", "0x10", " 1 "],
  "webhook-signature": ["", "v1,", "v1,AAAA", "v1,%%%", "v1a,AAAA", "v1,".repeat(3000), "v1,AAAA ".repeat(500)],
  "cf-connecting-ip": [
    "",
    "::",
    ":::::",
    "1.2.3.4.5",
    "::ffff:999.999.999.999",
    "2001:db8::1%eth0",
    "x".repeat(9000),
    "[::1]",
  ],
};
const NAMES = Object.keys(VALUES);

/** The same headers with up to three others, of which some bring bytes beyond ASCII. */
export function mutateHeaders(headers, { pick, below, chance }) {
  const mutated = { ...headers };
  for (let times = 1 + below(3); times > 0; times--) {
    const name = pick(NAMES);
    const known = mutated[name] ?? "";
    mutated[name] = chance(0.2)
      ? known + LATIN(below)
      : chance(0.2)
        ? known.slice(0, below(known.length + 1))
        : pick(VALUES[name]);
    if (chance(0.1)) delete mutated[name];
  }
  return mutated;
}
