// One request of a visitor: the states, the site's queries and events, and the changes to the response.
import { isKey, keyText } from "../account/client.js";
import { fault } from "../lib/log.js";
import { write } from "./cookies.js";
import { dress } from "./headers.js";
import { mark } from "./mark.js";
import { isElsewhere, isPage } from "./request.js";
import { seal } from "./seal.js";

/** @typedef {import("../../entry/edge/visit.js").VisitState} State */
/** @typedef {import("./edge.js").Client} Client */

export class Visit {
  /** @type {import("./edge.js").Context} */
  #context;
  /** @type {Request} */
  #request;
  /** @type {import("./edge.js").Known} */
  #known;
  /** @type {string | null | undefined} */
  #account;
  /** @type {State} */
  #wasm;
  /** @type {number} */
  #now;
  /** @type {any[]} */
  #signals = [];
  /** @type {any} */
  #snapshot;
  /** @type {any} */
  #segment;
  #isVaried = false;
  /**
   * Everything but the page view.
   *
   * @type {object[]}
   */
  #events = [];
  /** @type {object | undefined} */
  #view;
  /** @type {string | undefined} */
  #source;
  /** It was answered or freed. */
  #isOver = false;

  /**
   * `known` is what the cookies and headers said, `wasm` the wasm's visit before this request, and `known.begin()`
   * gives another such one.
   *
   * @param {import("./edge.js").Context} context
   * @param {Request} request
   * @param {import("./edge.js").Known} known
   * @param {number} now
   * @param {State} wasm
   */
  constructor(context, request, known, now, wasm) {
    this.#context = context;
    this.#request = request;
    this.#known = known;
    this.#account = known.account;
    this.#now = now;
    this.#wasm = wasm;
  }

  /**
   * Takes in the view of a page, which counts if the response turns out to be one.
   *
   * @param {object} event
   */
  view(event) {
    this.#check();
    this.#view = event;
    this.#score(event);
  }

  /**
   * An event that the worker saw, such as a form that was posted to it.
   *
   * @param {string} type
   * @param {object} [props]
   */
  track(type, props) {
    const { url } = this.#request;
    this.ingest({ type, at: this.#now, url, props });
  }

  /**
   * Judges the model's trait rules by what the site knows; the account is kept, the traits themselves are not.
   *
   * @param {object} traits
   * @param {string | null} [account]
   */
  identify(traits, account) {
    this.track("identify", traits);
    if (account !== undefined) this.#account = account;
  }

  /** @param {object} event */
  ingest(event) {
    this.#check();
    this.#score(event);
    this.#events.push(event);
  }

  /** @param {object} event */
  #score(event) {
    if (this.#known.consent === "denied") return;
    this.#signals.push(...this.#wasm.ingest(event, this.#now, this.#sourceOf()));
    this.#snapshot = this.#segment = undefined;
  }

  get visitor() {
    this.#check();
    return this.#wasm.visitor;
  }

  get consent() {
    return this.#known.consent;
  }

  get snapshot() {
    this.#check();
    this.#isVaried = true;
    return (this.#snapshot ??= this.#wasm.snapshot(this.#now));
  }

  get segment() {
    this.#check();
    this.#isVaried = true;
    return (this.#segment ??= this.#wasm.segment(this.#now));
  }

  explain() {
    this.#check();
    this.#isVaried = true;
    return this.#wasm.explain(this.#now);
  }

  /** True once the segment, the snapshot or the receipt was looked at. */
  get isVaried() {
    return this.#isVaried;
  }

  /**
   * The variant of this visitor's segment, or `default`.
   *
   * @param {Record<string, any>} variants
   */
  pick(variants) {
    return variants[this.#among(Object.keys(variants))];
  }

  /**
   * The page's address with the segment in it, for a cache: all segments that are not listed share one entry.
   *
   * @param {string[]} [segments]
   */
  cacheKey(segments) {
    const key = new URL(this.#request.url);
    key.searchParams.set("leadscore-segment", segments ? this.#among(segments) : this.segment);
    return key.href;
  }

  /** @param {string[]} segments */
  #among(segments) {
    const { segment } = this;
    return segments.includes(segment) ? segment : "default";
  }

  /**
   * The page with `data-leadscore-segment` on its root element, where that can be found without a doubt; else as it is.
   *
   * @param {Response} response
   */
  mark(response) {
    return mark(response, this.segment);
  }

  /**
   * Seals the cookie, sends the signals after the response, and frees the visit's memory.
   *
   * @param {Response} response
   * @param {import("leadscore/edge").Context} [ctx]
   */
  async respond(response, ctx) {
    this.#check();
    this.#isOver = true;
    try {
      return await this.#answer(response, ctx);
    } finally {
      this.#wasm.free();
    }
  }

  /**
   * Gives the memory back where the visit is not answered by `respond`. While that is at work it does nothing: a
   * `using` block that ends with `return visit.respond(…)` comes here before the response is made.
   */
  free() {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#wasm.free();
  }

  [Symbol.dispose]() {
    this.free();
  }

  #check() {
    if (!this.#isOver) return;
    const message = "respond() or free() was called on this visit; call visit() for the next request";
    throw Object.assign(new Error(message), { name: "UsageError", code: "usage" });
  }

  /**
   * @param {Response} response
   * @param {import("leadscore/edge").Context | undefined} ctx
   */
  async #answer(response, ctx) {
    const { accounts, count, deliver } = this.#context;
    const { sealed, sealedAccount = null, sealedPerson, person, isOld, isKept } = this.#known;
    if (this.#view && !isPage(response)) this.#takeBackView();
    let cookie;
    const isSeen = this.#view !== undefined || this.#events.length > 0;
    const account = isKept && accounts ? this.#soundAccount() : null;
    const isMoved = isSeen && account !== sealedAccount;
    if (isKept && (isOld || isMoved || this.#wasm.isChanged)) cookie = await this.#seal(account);
    else if (!isKept && sealed) cookie = write("");
    const seen = isKept && this.#view ? this.#now : undefined;
    const signals = isKept ? this.#signals : [];
    const isVaried = this.#isVaried;
    // Started now, even without `waitUntil`.
    /** @type {Promise<unknown>[]} */
    const after = [];
    if (account && isSeen) {
      // Whom a former release knew by another name is one person, not two.
      const former = account === sealedAccount && person !== sealedPerson ? sealedPerson : null;
      const contribution = this.#contribution();
      if (contribution.own === undefined || contribution.told === undefined) count("over_budget");
      else after.push(this.#report(/** @type {Client} */ (accounts).contribute(account, { ...contribution, former })));
    }
    // A visitor who has another account now, or has withdrawn consent, is removed from the former account.
    if (sealedAccount && (isMoved || !isKept))
      after.push(
        this.#report(
          /** @type {Client} */ (accounts).forgetPerson(sealedAccount, /** @type {string} */ (sealedPerson)),
        ),
      );
    if (signals.length > 0) {
      count("tripped");
      after.push(deliver(signals).catch((error) => fault("endpoint", error)));
    }
    if (after.length > 0) ctx?.waitUntil?.(Promise.all(after));
    // A shared cache could give this response to other visitors, so it must not set a cookie.
    return isElsewhere(response, this.#request) ? response : dress(response, { cookie, seen, isVaried });
  }

  /** @param {Promise<unknown>} contributed */
  async #report(contributed) {
    try {
      await contributed;
    } catch (error) {
      fault("account", error);
      this.#context.count("account_failed");
    }
  }

  #soundAccount() {
    if (!this.#account || isKey(this.#account)) return this.#account || null;
    this.#context.count("dropped");
    return null;
  }

  #contribution() {
    const { visitor, witnessed, told } = this.#wasm;
    return { person: this.#known.person, visitor, own: witnessed, told, source: this.#sourceOf() };
  }

  #sourceOf() {
    return (this.#source ??= this.#context.source ?? new URL(this.#request.url).origin);
  }

  // It was a redirect or a file after all: as if only the rest had been.
  #takeBackView() {
    this.#view = undefined;
    this.#signals = [];
    this.#wasm.free();
    this.#wasm = this.#known.begin();
    for (const event of this.#events) this.#score(event);
  }

  /** @param {string | null} account */
  async #seal(account) {
    const { since, site, person } = this.#known;
    /** @param {number} bytes */
    const record = (bytes) => this.#wasm.record(bytes);
    const known = { record, since, account: account ? keyText(account) : "", person: person ?? "" };
    const value = await seal(known, this.#context, site, this.#now);
    if (value !== undefined) return write(value, this.#context.maxAge);
    // The former cookie is kept: it contains less, but nothing wrong.
    this.#context.count("over_budget");
    return undefined;
  }
}
