// Fuzz targets of the receiver: the query string of its list, and the body of a signal, a batch or a decision.
import { createReceiver, memoryStore, Model, verify } from "../receiver/runtime.mjs";
import { CURRENT, FORMER, FUTURE, NOW, signal, SITE, TOKEN } from "../receiver/make.mjs";

const ADDRESS = "https://signals.acme.example/signals";
const NAMES = [
  ...[
    "id",
    "kind",
    "visitor",
    "stage",
    "verification",
    "provenance",
    "forward",
    "witnessed",
    "format",
    "since",
    "until",
  ],
  ...["limit", "cursor"],
];
const UNBOUNDED = { most: 1e9, per: 1 };

function open() {
  const store = memoryStore({ most: 500 });
  const receiver = createReceiver({
    ...{ models: [CURRENT, FORMER], origins: [SITE], tokens: [TOKEN], store, now: () => NOW },
    limits: { visitor: UNBOUNDED, signed: UNBOUNDED, address: UNBOUNDED },
  });
  return { store, receiver };
}

async function queryTarget() {
  const { receiver } = open();
  for (let i = 0; i < 5; i++) {
    const body = JSON.stringify(signal({ visitor: `v-${i}`, stage: i % 2 ? "mql" : "sql" }));
    const headers = { origin: SITE, "content-type": "application/json" };
    await receiver.handle(new Request(ADDRESS, { method: "POST", headers, body }));
  }
  const get = (query) =>
    receiver.handle(new Request(`${ADDRESS}?${query}`, { headers: { authorization: `Bearer ${TOKEN}` } }));
  const { next } = await (await get("limit=2")).json();
  return {
    seeds: [
      ...[
        `limit=2&cursor=${next}`,
        "kind=signal&stage=mql&format=csv",
        "since=2026-11-22T10:00:00Z&until=2027-01-01T00:00:00Z",
      ],
      ...["witnessed=40", "verification=verified&provenance=client&forward=none", "id=a&visitor=v-1"],
    ],
    words: [
      ...NAMES.map((name) => `&${name}=`),
      "csv",
      "json",
      "signal",
      "%00",
      "%ff",
      "__proto__",
      "2026-02-30T00:00:00Z",
      "-1",
      "1e9",
      next,
    ],
    async run(text) {
      const response = await get(text.replaceAll("#", "%23"));
      const body = await response.text();
      if (response.status !== 200 && response.status !== 400) throw new Error(`status ${response.status}: ${body}`);
      if (response.headers.get("content-type").startsWith("application/json")) JSON.parse(body);
    },
  };
}

async function bodyTarget() {
  const models = [CURRENT, FORMER].map((bytes) => new Model(bytes));
  let opened = open();
  const made = [CURRENT, FORMER, FUTURE].flatMap((bytes) =>
    ["warm", "mql", "sql"].map((stage) => signal({ visitor: `v-${stage}`, stage, bytes })),
  );
  // A worker's signals, but without its signature.
  made.push(signal({ provenance: "edge" }), signal({ stage: "sql", provenance: "edge", bytes: FORMER }));
  const texts = made.map((one) => JSON.stringify(one));
  let runs = 0;

  function check(entry) {
    if (entry.kind === "lifecycle") return;
    const { verification, provenance, witnessed, signal: stored } = entry;
    const isVerified = models.some((model) => {
      try {
        return verify(model, stored).score === entry.score;
      } catch {
        return false;
      }
    });
    const isRight = verification === "verified" && provenance === "client" && witnessed === null && isVerified;
    if (!isRight) throw new Error(`stored: ${JSON.stringify(entry)}`);
  }

  return {
    // The first line has the path and the content type.
    seeds: [
      ...texts.map((text) => `/ application/cloudevents+json\n${text}`),
      `/ application/cloudevents-batch+json\n[${texts.join(",")}]`,
      `/lifecycle application/json\n${JSON.stringify({ visitor: "v-1", stage: "sql", at: NOW, id: "deal-7" })}`,
    ],
    words: [
      ...[
        '"edge"',
        '"client"',
        '"witnessed":80,',
        "null",
        "true",
        "1e400",
        "-0",
        '"__proto__":{},',
        "[]",
        "{}",
        "\\u0000",
        "\\ud800",
      ],
      ...[
        "/lifecycle application/json\n",
        "/ text/plain\n",
        "application/cloudevents-batch+json",
        ";charset=utf-8",
        '"mql"',
        '"sql"',
      ],
    ],
    async run(text) {
      const [, path, type, body] = /^(\/(?:lifecycle)?) (.*)\n([^]*)$/.exec(text) ?? [];
      if (path === undefined || !/^[\t\x20-\x7e\x80-\xff]*$/.test(type)) return;
      if (++runs % 200 === 0) opened = open();
      const { receiver, store } = opened;
      const headers = { origin: SITE, "content-type": type, authorization: `Bearer ${TOKEN}` };
      const address = path === "/" ? ADDRESS : `${ADDRESS}/lifecycle`;
      const before = new Set((await store.list({ limit: 500 })).entries.map(({ id }) => id));
      const response = await receiver.handle(new Request(address, { method: "POST", headers, body }));
      const answer = await response.text();
      const told = JSON.parse(answer);
      const codes = (told.results ?? [told]).map(({ code }) => code);
      if (response.status >= 500 && codes.some((code) => code !== "model_unknown"))
        throw new Error(`${response.status}: ${answer}`);
      for (const entry of (await store.list({ limit: 500 })).entries) if (!before.has(entry.id)) check(entry);
    },
  };
}

export const REQUESTS = { query: queryTarget, body: bodyTarget };
