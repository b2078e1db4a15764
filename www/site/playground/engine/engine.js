// The page's requests to the engine and their results: the model's errors, the lead at a time, the curve. Long
// computations run here, in a worker, and are cancelled by newer requests.
import { check, compile, titles } from "/leadscore/compile.js";
import init, { Model } from "/leadscore/index.js";
import { exactCurve, previewCurve, timesOf } from "./curve.js";
import { checkEvent, readEvents, refusedOf } from "./events.js";
import { Hits } from "./hits.js";

/** The maximum number of events that are scored at once; a longer journey shows its outline first. */
const AT_ONCE = 300;
/** Milliseconds of work after which newer questions are let in. */
const SLICE = 12;
/** Milliseconds that the outline of a long journey may take. */
const OUTLINE = 10;

export async function startEngine(port) {
  await init();
  const engine = new Engine((message) => port.postMessage(message));
  port.onmessage = ({ data }) => engine.handle(data);
  port.postMessage({ kind: "ready" });
}

class Engine {
  #answer;
  #text;
  #version;
  #model;
  #bytes;
  #titles = {};
  #events = [];
  #moment = null;
  #horizon = 0;
  #hits;
  #revision = 0;
  #isDue = false;
  /** The changes since the last result: only these are recomputed. */
  #changed = { text: false, work: false };

  constructor(answer) {
    this.#answer = answer;
  }

  handle(question) {
    switch (question.kind) {
      case "model":
        this.#text = question.text;
        this.#version = question.version;
        this.#changed.text = true;
        break;
      case "journey":
        this.#events = question.events;
        this.#horizon = question.horizon;
        this.#hits?.free();
        this.#hits = undefined;
        this.#answer({ kind: "refused", ...refusedOf(question.events) });
        this.#changed.work = true;
        break;
      case "moment":
        this.#moment = question.at;
        break;
      case "file":
        return this.#readFile(question);
      case "event":
        return this.#answer({ kind: "event", id: question.id, message: checkEvent(question.event) });
    }
    this.#schedule();
  }

  // Questions that have queued up meanwhile are answered together, by the newest of each kind.
  async #schedule() {
    if (this.#isDue) return;
    this.#isDue = true;
    await turn();
    this.#isDue = false;
    try {
      this.#work();
    } catch ({ message }) {
      this.#answer({ kind: "failure", message });
    }
  }

  #work() {
    if (this.#changed.text) this.#compile();
    if (!this.#model) return;
    this.#hits ??= new Hits(this.#events);
    this.#hits.follow(this.#bytes.model);
    this.#answerMoment();
    if (!this.#changed.work) return;
    this.#changed.work = false;
    // A running computation for an older model or journey is cancelled.
    this.#revision += 1;
    this.#answerCurve(this.#revision).catch((error) => this.#answer({ kind: "failure", message: error.message }));
  }

  #compile() {
    this.#changed.text = false;
    const report = check(this.#text);
    const isValid = report.errors.length === 0;
    let bytes;
    if (isValid) {
      bytes = compile(this.#text);
      const named = titles(this.#text);
      // They are in the reasons of each trip.
      if (JSON.stringify(named) !== JSON.stringify(this.#titles)) this.#changed.work = true;
      this.#titles = named;
      // Spaces and descriptions change nothing that is scored.
      if (!this.#bytes || !isSame(bytes, this.#bytes.compiled)) {
        this.#model?.free();
        this.#model = new Model(bytes);
        this.#bytes = { compiled: bytes, model: JSON.parse(this.#text) };
        this.#changed.work = true;
      }
    }
    this.#answer({
      kind: "report",
      ...report,
      version: this.#version,
      bytes,
      stages: this.#bytes?.model.stages ?? [],
      titles: this.#titles,
    });
  }

  #answerMoment() {
    const at = this.#moment ?? this.#events.at(-1)?.at;
    if (at === undefined) return this.#answer({ kind: "moment", at: null });
    const lead = this.#hits.leadAt(this.#model, at);
    try {
      this.#answer({ kind: "moment", at, snapshot: lead.snapshot(at), receipt: lead.explain(at) });
    } finally {
      lead.free();
    }
  }

  async #answerCurve(revision) {
    const model = this.#model;
    const events = this.#events;
    if (events.length === 0) return this.#answer({ kind: "curve", isExact: true, points: [], trips: [], changes: [] });
    if (events.length > AT_ONCE) {
      const points = previewCurve(model, this.#hits, this.#horizon, performance.now() + OUTLINE);
      this.#answer({ kind: "curve", isExact: false, points, trips: [], changes: [] });
    }
    const work = exactCurve(model, this.#titles, events, timesOf(events, this.#horizon), events.length <= AT_ONCE);
    for (let begun = performance.now(); ;) {
      const { done, value } = work.next();
      if (done) return this.#answer({ kind: "curve", isExact: true, ...value });
      if (performance.now() - begun < SLICE) continue;
      await turn();
      if (revision !== this.#revision) return work.return(/** @type {any} */ (undefined));
      begun = performance.now();
    }
  }

  async #readFile({ id, file }) {
    try {
      this.#answer({ kind: "file", id, ...readEvents(await file.text()) });
    } catch (error) {
      this.#answer({ kind: "file", id, failure: error.message });
    }
  }
}

const isSame = (a, b) => a.length === b.length && a.every((byte, index) => byte === b[index]);

// A turn of the event loop without the delay that timers have.
const { port1, port2 } = new MessageChannel();
const waiting = [];
port1.onmessage = () => waiting.shift()();

function turn() {
  return new Promise((resolve) => {
    waiting.push(resolve);
    port2.postMessage(null);
  });
}
