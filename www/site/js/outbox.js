// Signals on their way: kept until the backend has answered for each, tried again on the next page.
import { forget, load, save } from "./storage.js";

const KEY = "wayfold.outbox";
const ENDPOINT = "/signals";
const MOST = 20;
const LIFETIME = 24 * 60 * 60 * 1000;

export class Outbox {
  #isSending = false;
  #onAnswer;

  // `onAnswer(signal, outcome)`: "accepted", "refused" (it never will be accepted) or "waiting" for another try.
  constructor(onAnswer) {
    this.#onAnswer = onAnswer;
  }

  add(signals) {
    if (signals.length === 0) return;
    const since = Date.now();
    write([...read(), ...signals.map((signal) => ({ signal, since }))].slice(-MOST));
  }

  // One request at a time, each signal once; nothing waiting is no request.
  async flush() {
    if (this.#isSending) return;
    this.#isSending = true;
    try {
      const tried = new Set();
      let item;
      while ((item = read().find(({ signal }) => !tried.has(signal.id)))) {
        tried.add(item.signal.id);
        const outcome = await send(item.signal);
        if (outcome !== "waiting") remove(item.signal.id);
        this.#onAnswer(item.signal, outcome);
      }
    } finally {
      this.#isSending = false;
    }
  }

  forget() {
    forget(KEY);
  }
}

function read() {
  const items = load(KEY);
  const oldest = Date.now() - LIFETIME;
  return Array.isArray(items)
    ? items.filter((item) => typeof item?.signal?.id === "string" && item.since > oldest)
    : [];
}

function remove(id) {
  write(read().filter(({ signal }) => signal.id !== id));
}

function write(items) {
  if (items.length === 0) forget(KEY);
  else save(KEY, items);
}

async function send(signal) {
  let response;
  try {
    response = await fetch(ENDPOINT, {
      method: "POST",
      headers: { "content-type": "application/cloudevents+json" },
      body: JSON.stringify(signal),
      // The page may be on its way out: a form that leads to another page is when signals are made.
      keepalive: true,
      credentials: "omit",
      redirect: "error",
    });
  } catch {
    return "waiting";
  }
  if (response.ok) return "accepted";
  const isPermanent = response.status >= 400 && response.status < 500 && ![408, 425, 429].includes(response.status);
  if (!isPermanent) return "waiting";
  console.warn(`leadscore: the backend refused a signal with ${response.status}`);
  return "refused";
}
