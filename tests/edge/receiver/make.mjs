// Shared by the tests: models, signals as real pages make them, and requests.
import { sign } from "../../../pkg-config/edge/lib/webhook.js";
import { compile, createAccount, createReceiver, Lead, memoryStore, Model } from "./runtime.mjs";

export const SITE = "https://acme.example";
export const ADDRESS = "https://signals.acme.example/signals";
export const TOKEN = "a-token-of-the-tests";
export const OTHER_TOKEN = "another-token-of-the-tests";
export const PLAIN_KEY = { id: "edge-0", secret: "a plain secret, thirty-two bytes or more" };
export const KEY = { id: "edge-1", secret: "whsec_dGhpcnR5LXR3byBieXRlcyBmb3IgdGhlIHRlc3RzOjE=" };
export const NOW = Date.parse("2026-11-22T10:00:00.250Z");

const model = (version, points) =>
  compile({
    name: "acme-web",
    version,
    dimensions: { intent: {} },
    rules: [
      { id: "pricing-view", event: "page_view", path: "/pricing", points: 30, dimension: "intent" },
      { id: "demo-request", event: "form_submit", points, dimension: "intent" },
      { id: "trial", event: "trial", points: 60, dimension: "intent" },
    ],
    stages: [
      { id: "warm", at: 30 },
      { id: "mql", at: 80, near: 20 },
      { id: "sql", at: 140, near: 20 },
    ],
    account: { person: { max: 60 }, stages: [{ id: "mqa", at: 100, min: { people: 2 } }] },
  });

/** Two versions of one model, and one that no receiver here knows. */
export const CURRENT = model(2, 50);
export const FORMER = model(1, 55);
export const FUTURE = model(3, 60);

const EVENTS = {
  warm: ["page_view"],
  mql: ["page_view", "form_submit"],
  sql: ["page_view", "form_submit", "trial"],
};

/**
 * The signal that a page sends as the visitor reaches the stage.
 *
 * @param {{ visitor?: string, stage?: string, at?: number, source?: string, provenance?: "edge" | "client", bytes?: Uint8Array }} [options]
 * @returns {any}
 */
export function signal({ visitor = "v-1", stage = "mql", at = NOW, source = SITE, provenance, bytes = CURRENT } = {}) {
  const lead = new Lead(new Model(bytes), { id: visitor, source, provenance });
  const signals = EVENTS[stage].flatMap((type) => lead.ingest({ type, url: `${source}/pricing` }, at));
  return signals.find((made) => made.data.stage === stage);
}

/** An account's, as its Durable Object sends it when two of its people want a demo. */
export async function accountSignal({ bytes = CURRENT, people = 2 } = {}) {
  const sent = [];
  const endpoint = async (request) => (sent.push(await request.json()), new Response(null, { status: 201 }));
  const ctx = durable();
  const account = new (createAccount({ model: bytes, keys: [KEY], endpoint, now: () => NOW }))(ctx);
  await ctx.loaded;
  for (let i = 0; i < people; i++) await account.fetch(contribution(`v-${i}`, { bytes }));
  await account.alarm();
  return sent[0];
}

export function contribution(visitor, { bytes = CURRENT, isTold = false, types = EVENTS.mql, account = "acme" } = {}) {
  const lead = new Lead(new Model(bytes), { id: visitor, source: SITE });
  for (const type of types) lead.ingest({ type, url: `${SITE}/pricing` }, NOW);
  const nothing = new Lead(new Model(bytes), { id: visitor }).toString();
  const states = isTold ? { own: nothing, told: lead.toString() } : { own: lead.toString(), told: "" };
  const body = JSON.stringify({ account, person: visitor, visitor, ...states, source: SITE });
  return new Request("https://leadscore.internal/", { method: "POST", body });
}

/** The state of a Durable Object, in memory. */
export function durable(kept = new Map()) {
  const alarms = [];
  const storage = {
    get: async (names) =>
      new Map(names.flatMap((name) => (kept.has(name) ? [[name, structuredClone(kept.get(name))]] : []))),
    async put(entries, value) {
      const all = typeof entries === "string" ? { [entries]: value } : entries;
      for (const [name, value] of Object.entries(all)) kept.set(name, structuredClone(value));
    },
    setAlarm: async (at) => void alarms.push(at),
    getAlarm: async () => alarms.at(-1) ?? null,
  };
  return {
    storage,
    kept,
    alarms,
    blockConcurrencyWhile(load) {
      this.loaded = load();
    },
  };
}

/** Returns a receiver with these options, its store and its counts. */
export function make(options = {}) {
  const store = options.store ?? memoryStore();
  const clock = { now: NOW };
  const receiver = createReceiver({
    models: [CURRENT, FORMER],
    origins: [SITE, "https://www.acme.example"],
    tokens: [OTHER_TOKEN, TOKEN],
    keys: [PLAIN_KEY, KEY],
    // Tests say themselves of which models they take unknown versions.
    names: [],
    now: () => clock.now,
    ...options,
    store,
  });
  return { ...receiver, receiver, store, clock };
}

/**
 * @param {unknown} body
 * @param {Omit<RequestInit, "headers"> & { headers?: Record<string, string>, type?: string, address?: string, duplex?: "half" }} [options]
 */
export function post(body, { headers = {}, type = "application/cloudevents+json", address = ADDRESS, ...rest } = {}) {
  const text = typeof body === "string" || body instanceof Uint8Array || body instanceof ReadableStream;
  return new Request(address, {
    method: "POST",
    headers: { origin: SITE, "content-type": type, ...headers },
    body: text ? /** @type {BodyInit} */ (body) : JSON.stringify(body),
    ...rest,
  });
}

export const batch = (signals, options = {}) =>
  post(signals, { type: "application/cloudevents-batch+json", ...options });

/**
 * As the site's own edge worker sends it.
 *
 * @param {unknown} body
 * @param {Parameters<typeof post>[1] & { secret?: string, at?: number }} [options]
 */
export async function signed(body, { secret = KEY.secret, at = NOW, ...options } = {}) {
  const text = JSON.stringify(body);
  const timestamp = Math.floor(at / 1000);
  const request = post(text, {
    ...options,
    headers: {
      "webhook-id": "request-1",
      "webhook-timestamp": String(timestamp),
      "webhook-signature": await sign(secret, "request-1", timestamp, text),
      ...options.headers,
    },
  });
  request.headers.delete("origin");
  return request;
}

export const get = (search = "", { headers = {}, method = "GET" } = {}) =>
  new Request(ADDRESS + search, { method, headers: { authorization: `Bearer ${TOKEN}`, ...headers } });

export const decide = (decision, /** @type {Parameters<typeof post>[1]} */ options = {}) =>
  post(decision, {
    address: `${ADDRESS}/lifecycle`,
    type: "application/json",
    ...options,
    headers: { authorization: `Bearer ${TOKEN}`, ...options.headers },
  });

/** Status and code of an answer, to compare both at once. */
export async function told(response) {
  return `${response.status} ${(await response.json()).code}`;
}

export const entries = async (store, query = {}) => (await store.list(query)).entries;
