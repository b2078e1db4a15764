// One request of a visitor: what is known of them, what the site makes of it, and what goes back with the response.
import { fault } from "../lib/log.js";
import { write } from "./cookies.js";
import { dress } from "./headers.js";
import { isPage } from "./request.js";
import { seal } from "./seal.js";

export class Visit {
  #context;
  #request;
  #known;
  #wasm;
  #now;
  #signals = [];
  #snapshot;
  #isVaried = false;
  /** Everything but the page view. */
  #events = [];
  #view;
  #source;

  /**
   * `known` is what the cookies and headers said, `wasm` the wasm's visit before this request, and `known.begin()` gives
   * another such one.
   */
  constructor(context, request, known, now, wasm) {
    this.#context = context;
    this.#request = request;
    this.#known = known;
    this.#now = now;
    this.#wasm = wasm;
  }

  /** Takes in the view of a page, which counts if the response turns out to be one. */
  view(event) {
    this.#view = event;
    this.#take(event);
  }

  /** An event that the worker saw, such as a form that was posted to it. */
  track(type, props) {
    const { url } = this.#request;
    this.ingest({ type, at: this.#now, url, props });
  }

  /** Judges the model's trait rules by what the site knows; the traits themselves are not kept. */
  identify(traits) {
    this.track("identify", traits);
  }

  ingest(event) {
    this.#take(event);
    this.#events.push(event);
  }

  #take(event) {
    if (this.#known.consent === "denied") return;
    this.#source ??= this.#context.source ?? new URL(this.#request.url).origin;
    this.#signals.push(...this.#wasm.ingest(event, this.#now, this.#source));
    this.#snapshot = undefined;
  }

  get visitor() {
    return this.#wasm.visitor;
  }

  get consent() {
    return this.#known.consent;
  }

  get snapshot() {
    this.#isVaried = true;
    return (this.#snapshot ??= this.#wasm.snapshot(this.#now));
  }

  get segment() {
    return this.snapshot.segment;
  }

  explain() {
    this.#isVaried = true;
    return this.#wasm.explain(this.#now);
  }

  /** The variant of this visitor's segment, or `default`. */
  pick(variants) {
    return variants[this.#among(Object.keys(variants))];
  }

  /** The page's address with the segment in it, for a cache: all segments that are not listed share one entry. */
  cacheKey(segments) {
    const key = new URL(this.#request.url);
    key.searchParams.set("leadscore-segment", segments ? this.#among(segments) : this.segment);
    return key.href;
  }

  #among(segments) {
    const { segment } = this;
    return segments.includes(segment) ? segment : "default";
  }

  /** The page with `data-leadscore-segment` on its root, where the runtime can rewrite HTML; else as it is. */
  mark(response) {
    if (typeof HTMLRewriter === "undefined" || !isPage(response) || !response.body) return response;
    const { segment } = this;
    const element = (root) => void root.setAttribute("data-leadscore-segment", segment);
    const marked = new HTMLRewriter().on("html", { element }).transform(response);
    // They name the page as it was: by them a browser would be told to show another segment's again.
    for (const name of ["etag", "last-modified"]) marked.headers.delete(name);
    return marked;
  }

  /** Seals the cookie, sends the signals after the response, and frees what the visit holds. */
  async respond(response, ctx) {
    const { sealed, isOld, isKept } = this.#known;
    if (this.#view && !isPage(response)) this.#takeBackView();
    let cookie;
    if (isKept && (isOld || this.#wasm.isChanged)) cookie = await this.#seal();
    else if (!isKept && sealed) cookie = write("");
    const seen = isKept && this.#view ? this.#now : undefined;
    const signals = isKept ? this.#signals : [];
    const isVaried = this.#isVaried;
    this.#wasm.free();

    if (signals.length > 0) {
      this.#context.count("tripped");
      const sent = this.#context.deliver(signals).catch((error) => fault("endpoint", error));
      ctx?.waitUntil?.(sent);
    }
    return dress(response, { cookie, seen, isVaried });
  }

  // It was a redirect or a file after all: as if only the rest had been.
  #takeBackView() {
    this.#view = undefined;
    this.#signals = [];
    this.#wasm.free();
    this.#wasm = this.#known.begin();
    for (const event of this.#events) this.#take(event);
  }

  async #seal() {
    const { keys, maxAge } = this.#context;
    return write(await seal((bytes) => this.#wasm.record(bytes), keys, this.#now, maxAge), maxAge);
  }
}
