// Valid code of users must pass the type check, and code that would fail at run time must not. This file is never run.
import init, { initSync, Lead, Model, verify } from "leadscore";
import type { Event, LeadscoreError, LifecycleStage, Receipt, Signal, Snapshot } from "leadscore";
import { start } from "leadscore/browser";
import type { Tracker } from "leadscore/browser";
import { createAccount, createEdge, createReceiver, d1Store, memoryStore, toGA4, toHubSpot } from "leadscore/edge";
import type { AccountSignal, Edge, Entry, Receiver, Store, Visit } from "leadscore/edge";
import { check, compile } from "leadscore/compile";
import type { Issue, ModelError } from "leadscore/compile";

await init();
await init(new URL("https://site.example/leadscore.wasm"));
await init(fetch("/leadscore.wasm"));
initSync({ module: new Uint8Array(8) });
initSync();

const bytes: Uint8Array = compile('{ "name": "tiny", "rules": [] }');
const { errors, warnings } = check({ name: "tiny", rules: [] });
const issues: Issue[] = [...errors, ...warnings];

using model = new Model(bytes);
using lead = new Lead(model, { id: "v-1", state: "AQ", source: "https://site.example", provenance: "edge" });
new Lead(model, { id: "v-1", state: undefined });
lead.merge(lead.encode());
lead.merge(lead.toString());

const event: Event = { type: "page_view", url: "/pricing", at: Date.now(), props: { seen: [1, "two", null] } };
const signals: Signal[] = lead.ingest(event, Date.now());
lead.ingest({ type: "one-of-our-own" }, Date.now());

for (const { id, data, time } of signals) {
  const words: string[] = [id, time, data.stage, data.state, data.model.hash, data.provenance];
  const last: string = data.reasons[0]?.last ?? "never";
  const seen: string[] = data.touchpoints.map((touchpoint) => touchpoint.time);
  void [words, last, seen];
}

const snapshot: Snapshot = signals[0] ? verify(model, signals[0]) : lead.snapshot(Date.now());
const stage: string | null = snapshot.stage;
const lifecycle: LifecycleStage | null = snapshot.lifecycle;
const engagement: number | undefined = snapshot.dimensions["engagement"];
const missing: string[] = snapshot.next?.missing ?? [];

const receipt: Receipt = lead.explain(Date.now());
const total: number = receipt.rules.reduce((sum, rule) => sum + rule.points, 0);
const closer: boolean | undefined = receipt.next?.rules[0]?.reaches;

function explain(error: LeadscoreError | ModelError): string {
  switch (error.code) {
    case "model_invalid":
      return error.issues.map(({ path, message }) => `${path}: ${message}`).join();
    case "load_failed":
      return `no wasm: ${String(error.cause)}`;
    case "signal_mismatch":
      return error.name satisfies "SignalError";
    default:
      return error.message;
  }
}

// @ts-expect-error: an id is needed
new Lead(model, {});
// @ts-expect-error: a state is bytes or text
new Lead(model, { id: "v-1", state: 7 });
// @ts-expect-error: an event has a type
lead.ingest({ url: "/" }, Date.now());
// @ts-expect-error: props are JSON
lead.ingest({ type: "x", props: { when: new Date() } }, Date.now());
// @ts-expect-error: the time is needed, so that a score never depends on a hidden clock
lead.snapshot();
// @ts-expect-error: bytes, not the model's JSON
new Model({ name: "tiny", rules: [] });

export { closer, engagement, explain, issues, lifecycle, missing, stage, total };

const tracker: Tracker = await start({ model: "/acme.lsm", endpoint: "/signals", consent: "google", cookie: true });
const stopListening: () => void = tracker.on("segment", ({ segment, next }) => void [segment, next?.points]);
tracker.on("signal", ({ id, data }) => void [id, data.stage]);
tracker.track("demo_request", { plan: "pro", seats: 3 });
tracker.push(["identify", { employees: 250 }], ["consent", "granted"]);
(window.leadscore ||= []).push(
  ["track", "demo_request", { plan: "pro" }],
  ["on", "signal", ({ id }: Signal) => void id],
);
document.addEventListener("leadscore:segment", ({ detail }) => void detail.segment);
stopListening();
// @ts-expect-error There is no such consent.
tracker.consent("maybe");
// @ts-expect-error A model is needed.
await start({ endpoint: "/signals" });
// @ts-expect-error There is no such call.
tracker.push(["trak", "demo_request"]);

const keys = [{ id: "2026-11", secret: "a secret of thirty-two bytes or more" }];
const database: object = {};
const ownStore: Store = {
  insert: async (entries) => entries.map(({ id }: Entry) => id !== ""),
  update: async (id, { forward, attempts }) => void [id, forward, attempts],
  list: async ({ kind, after }) => ({ entries: [], next: kind === "account" && after ? after : null }),
};
const receiver: Receiver = createReceiver({
  models: [bytes],
  store: Math.random() < 0.5 ? d1Store(database) : ownStore,
  origins: ["https://acme.example"],
  keys,
  tokens: ["a-token-of-16-characters-or-more"],
  forward: {
    to: (signal) => toHubSpot(signal, { token: "t" }) ?? toGA4(signal, { measurementId: "G-1", apiSecret: "s" }),
  },
  limits: { visitor: { most: 30, per: 60 } },
});
createReceiver({
  models: [bytes],
  store: memoryStore({ most: 10 }),
  origins: [],
  forward: { to: "https://crm.example" },
});
const edge: Edge = createEdge({
  model: bytes,
  keys,
  endpoint: (request) => receiver.handle(request),
  consent: async (request) => (request.headers.has("cookie") ? "page" : "pending"),
  lifecycle: ownStore,
  account: ({ headers }) => headers.get("x-company"),
  accounts: { idFromName: (name) => name, get: (id) => ({ fetch: async (request) => new Response(id + request.url) }) },
  count: (name) => void (name satisfies string),
});
const visit: Visit = await edge.visit(new Request("https://acme.example/"));
visit.track("form_submit", { form_id: "demo" });
visit.identify({ employees: 250 }, "acme.example");
const offer: string = visit.pick({ default: "plain", "near-mql": "offer" });
await visit.respond(visit.mark(new Response(offer)), { waitUntil: (promise) => void promise });
const engagedPeople: number = (await edge.account("acme.example").snapshot()).dimensions.people;
const Account = createAccount<{ KEY: string }>((env) => ({ model: bytes, keys: [{ id: "1", secret: env.KEY }] }));
await new Account({}, { KEY: "a secret of thirty-two bytes or more" }).alarm();
function subjectOf(signal: Signal | AccountSignal): string {
  return signal.type === "leadscore.account.reached" ? `${signal.data.people.length}` : signal.data.touchpoints.join();
}
void [visit.snapshot.segment, visit.explain().score, visit.cacheKey(["near-mql"]), engagedPeople, subjectOf];
// @ts-expect-error A default is needed.
visit.pick({ "near-mql": "offer" });
// @ts-expect-error Keys are needed.
createEdge({ model: bytes });
// @ts-expect-error There is no such consent.
createEdge({ model: bytes, keys, consent: "maybe" });
