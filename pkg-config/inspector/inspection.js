// The data of the inspector: the runtime and the model, the copy of the tracker's lead, events, signals, the curve.
import { Curve } from "./curve.js";
import { Matcher } from "./matcher.js";
import { Mirror } from "./mirror.js";
import { CompiledModel } from "./model.js";
import { Signals } from "./signals.js";
import { trips } from "./trips.js";
import { Watch, configured, items, retry, stored } from "./watch.js";

const DAY = 86_400_000;
/** Events that are listed, the newest. */
const MOST_EVENTS = 200;

async function fetchModel(source) {
  if (source instanceof Uint8Array) return source;
  if (!source) throw new Error('say where the compiled model is: <leadscore-inspector model="/acme.lsm">');
  const response = await fetch(source);
  if (!response.ok) throw new Error(`cannot load the model ${source}: HTTP ${response.status}`);
  return new Uint8Array(await response.arrayBuffer());
}

/** Returns the titles, or null if they are not available; the panel also works without them. */
async function fetchTitles(source) {
  if (!source || typeof source === "object") return source ?? null;
  const response = await fetch(source).catch(() => undefined);
  return response?.ok ? response.json().catch(() => null) : null;
}

export class Inspection {
  /** Each `{ number, event, hit, missed, changes }`, the oldest first. */
  events = [];
  #number = 0;
  #early = [];
  #keys = new Set();
  #first;
  #titles;
  #changed;
  #differs = 0;

  /** `changed` is called whenever there may be something new. What has happened before it is made is not known. */
  constructor({ model, titles, endpoint }, changed) {
    const own = configured();
    this.source = model ?? own.model;
    this.titles = null;
    this.#titles = titles ?? own.titles;
    this.endpoint = endpoint ?? own.endpoint;
    this.#changed = changed;
    this.#first = stored();
    this.watch = new Watch(this.#onEvent);
    this.signals = new Signals(this.endpoint);
    this.curve = new Curve(this.watch.consent().value);
  }

  /** Rejects if the wasm or the model cannot be loaded. */
  async load({ init, Lead, Model }) {
    const [bytes, titles] = await Promise.all([fetchModel(this.source), fetchTitles(this.#titles), init()]);
    this.titles = titles;
    const runtime = { Lead, Model };
    // The runtime reads it first: its errors are the better ones.
    new Model(bytes).free();
    this.model = new CompiledModel(bytes);
    this.matcher = new Matcher(runtime, this.model);
    this.mirror = new Mirror(runtime, this.model);
    this.mirror.sync(this.#first, this.watch.consent().value);
    for (const event of this.#early.splice(0)) this.#addEvent(event);
    this.#changed();
  }

  end() {
    this.watch.end();
    this.signals.end();
  }

  #onEvent = (kind, detail) => {
    if (kind === "signal") this.signals.announced(detail);
    if (kind === "event") {
      if (this.mirror) this.#addEvent(detail);
      else this.#early.push(detail);
    }
    this.#changed();
  };

  #addEvent(event) {
    // Events collected before consent are reported once more when it is given.
    const key = JSON.stringify(event);
    if (this.#keys.has(key)) return;
    this.#keys.add(key);
    const now = Date.now();
    // Events are taken only once the model is here.
    const { matcher, mirror } = /** @type {{ matcher: Matcher, mirror: Mirror }} */ (this);
    const { hit, missed } = matcher.match(event, now);
    const changes = mirror.ingest(event, now);
    const hits = mirror.hits(now);
    this.events.push({ number: ++this.#number, event, hit, missed, changes, hits });
    if (this.events.length > MOST_EVENTS) this.#keys.delete(JSON.stringify(this.events.shift().event));
  }

  /** Returns the content of the panel, a number of days from now. */
  look(days) {
    const now = Date.now();
    const consent = this.watch.consent();
    const live = this.watch.snapshot();
    const common = { now, days, consent, endpoint: this.endpoint, isRunning: !!live, titles: this.titles };
    if (!this.mirror) return { ...common, snapshot: live };
    this.mirror.sync(stored(), consent.value);
    const own = this.mirror.snapshot(now);
    if (live) this.curve.add(now, live.score, consent.value);
    // A moment's difference is a tracker that has not stored yet, or a second that has just begun.
    this.#differs = live && live.score !== own.score ? this.#differs + 1 : 0;
    const then = now + days * DAY;
    const bytes = this.mirror.encode();
    const { stages } = /** @type {CompiledModel} */ (this.model);
    const signalled = stages.filter(({ signals }) => signals).map(({ id }) => id);
    return {
      ...common,
      then,
      model: this.model,
      isPartial: this.#differs > 2,
      snapshot: days ? this.mirror.snapshot(then) : (live ?? own),
      receipt: this.mirror.explain(then),
      hits: this.mirror.hits(then),
      curve: this.curve.until(now),
      events: this.events,
      signals: this.signals.list(consent.value),
      retry: retry(),
      items: items(),
      bytes: bytes.length,
      trips: trips(bytes, signalled),
    };
  }

  /** Returns the scores from today for a number of days, without further events. */
  ahead(days, now = Date.now()) {
    const { mirror } = /** @type {{ mirror: Mirror }} */ (this);
    return Array.from({ length: days + 1 }, (_, day) => [day, mirror.snapshot(now + day * DAY).score]);
  }
}
