// The class `Account`, and account signals. See `src/wasm/account.rs`.
import {
  account,
  account_at,
  account_of,
  account_snapshot,
  account_tripping,
  account_trips,
  contribute,
  encode_account,
  forget,
  free_account,
  people,
  record_account,
} from "#edge";
import { fail } from "../runtime/errors.js";
import { isText, millis } from "../runtime/event.js";
import { seconds } from "../runtime/lead.js";
import { begin, taken, takenBytes, takenText, write, written } from "../runtime/memory.js";
import { open, registry } from "../runtime/model.js";
import { VERSION, envelope } from "../runtime/signal.js";
import { believed } from "../runtime/verify.js";
import { iso } from "../runtime/time.js";
import { view } from "../runtime/snapshot.js";
import { accounts, lengths } from "./parts.js";

/** The `type` of an account's signal. */
export const ACCOUNT = "leadscore.account.reached";
/** The most characters of a key. */
const KEY = 128;
const CODES = ["state_corrupt", "state_version", "state_too_large", "model_account", "visitor_id", "signal_syntax"];

const registered = registry(free_account);
const decoder = new TextDecoder();

/** @param {number} number */
const checked = (number) => (number < 0 ? fail(CODES[-1 - number]) : number);
/** @param {unknown} key */
const checkKey = (key) => isText(key, KEY) || fail("account_key");

/**
 * The people who add something, the most first; with their states unless `version` is 0.
 *
 * @param {Core.Handle} number
 * @param {number} second
 * @param {number} isOwn
 * @param {number} version
 */
const peopleOf = (number, second, isOwn, version) => {
  const numbers = taken(people(number, second, isOwn, version));
  /** @type {any[]} */
  const all = [];
  let length = 0;
  for (let n = 0; n < numbers.length; n += 7) for (const own of numbers.slice(n + 4, n + 7)) length += own;
  const bytes = takenBytes(length);
  let at = 0;
  for (let n = 0; n < numbers.length; n += 7) {
    const [points, isEngaged, last, isTold, ...sizes] = numbers.slice(n, n + 7);
    const [visitor, person, state] = sizes.map((size) => decoder.decode(bytes.subarray(at, (at += size))));
    all.push({
      visitor,
      ...(person != visitor && { person }),
      points: points / 1000,
      engaged: !!isEngaged,
      last: last < 0 ? null : iso(last),
      provenance: isTold ? "client" : "edge",
      ...(version && { state }),
    });
  }
  return all;
};

/**
 * Returns a function that makes the signals of an account's stages at one time; what they have in common is read once.
 *
 * @param {Core.Head} head
 * @param {Core.Accounts["head"]} stages
 * @param {Core.Handle} number
 * @param {number} now
 * @param {Core.Sender} sender
 * @param {number} version
 * @returns {(stage: number) => Core.Envelope}
 */
const signals = (head, stages, number, now, sender, version = VERSION) => {
  const { name, version: modelVersion, hash } = head;
  const { provenance, isEdge, witnessed } = sender;
  const second = Math.floor(now / 1000);
  const isOwn = +(provenance == "edge");
  const snapshot = view(stages, taken(account_snapshot(number, second, isOwn)));
  const trips = taken(account_trips(number, isOwn, version));
  const state = takenText(trips[trips.length - 1]);
  /** @type {any} */
  const known = {
    snapshot,
    people: peopleOf(number, second, isOwn, version),
    model: { name, version: modelVersion, hash },
    state,
    provenance,
  };
  if (isEdge || witnessed !== undefined) known.witnessed = isEdge ? snapshot.score : witnessed;
  return (stage) => envelope(ACCOUNT, sender, name, stage, trips, now, { stage: stages.stages[stage], ...known });
};

/**
 * Makes an account's signal again; see `verifier`.
 *
 * @param {unknown} model
 * @param {string} subject
 * @param {any} data
 * @param {number} now
 * @param {Core.Sender & { isEdge: boolean }} sender
 * @returns {Core.Envelope}
 */
export const remake = (model, subject, data, now, sender) => {
  const [number, head] = open(model);
  const stages = accounts(model).head;
  checkKey(subject);
  begin();
  write(data);
  const own = checked(account_of(number, written(), now));
  try {
    const [version] = takenBytes(1);
    const { isEdge } = sender;
    const trips = taken(account_tripping(own, Math.floor(now / 1000), +isEdge));
    const stage = trips.find((own) => stages.stages[own] === data.stage) ?? fail("signal_mismatch");
    const says = data.witnessed !== undefined;
    const witnessed = says && !isEdge ? believed(stages, data.witnessed) : undefined;
    return signals(head, stages, own, now, { ...sender, isEdge: isEdge && says, witnessed }, version)(stage);
  } finally {
    free_account(own);
  }
};

/** The visitors of one company. */
export class Account {
  /** @type {number} */
  #number;
  /** @type {Core.Head} */
  #head;
  /** @type {Core.Accounts["head"]} */
  #stages;

  /**
   * From what `encode` returned; from no bytes, an account of which nothing is known.
   *
   * @param {unknown} model
   * @param {Uint8Array} encoded
   */
  constructor(model, encoded) {
    const [number, head] = open(model);
    this.#stages = accounts(model).head;
    this.#head = head;
    const [length] = lengths([encoded]);
    this.#number = checked(account(number, length));
    registered.register(this, this.#number, this);
  }

  #own() {
    return this.#number || fail("freed");
  }

  /**
   * Adds the worker's own state of a person and, if it is not empty, the state that includes data from their page;
   * returns the signals of the account's stages that trip.
   *
   * @param {string} key
   * @param {string} person
   * @param {string} visitor
   * @param {Uint8Array} own
   * @param {Uint8Array} told
   * @param {number} now
   * @param {string} source
   */
  contribute(key, person, visitor, own, told, now, source) {
    const number = this.#own();
    const time = millis(now);
    checkKey(key);
    const [a, b, c, d] = lengths([person, visitor, own, told]);
    const trips = checked(contribute(number, a, b, c, d, time));
    const [points, ...stages] = taken(1 + 2 * trips);
    /** By 1 for the word of workers alone, else 0. @type {any[]} */
    const makers = [];
    const created = [];
    for (let n = 0; n < 2 * trips; n += 2) {
      const isEdge = !!stages[n + 1];
      /** @type {import("leadscore").Provenance} */
      const provenance = isEdge ? "edge" : "client";
      const sender = { subject: key, source, provenance, isEdge, witnessed: points / 1000 };
      const make = (makers[+isEdge] ??= signals(this.#head, this.#stages, number, time, sender));
      created.push(make(stages[n]).made);
    }
    record_account(number, time);
    return created;
  }

  /**
   * Deletes all people with a visitor's id; returns false if there were none.
   *
   * @param {string} visitor
   */
  forget(visitor) {
    return forget(this.#own(), lengths([visitor])[0], 0);
  }

  /**
   * Deletes a person by the id that the worker assigned; returns false if there was none.
   *
   * @param {string} person
   */
  forgetPerson(person) {
    return forget(this.#own(), lengths([person])[0], 1);
  }

  /**
   * The account at a time.
   *
   * @param {number} now
   */
  snapshot(now) {
    const second = seconds(now);
    const copy = account_at(this.#own(), second);
    try {
      const own = view(this.#stages, taken(account_snapshot(copy, second, 0)));
      return { ...own, people: peopleOf(copy, second, 0, 0) };
    } finally {
      free_account(copy);
    }
  }

  /** Returns the stored data as bytes. */
  encode() {
    return takenBytes(encode_account(this.#own()));
  }

  free() {
    if (this.#number) free_account(this.#number);
    registered.unregister(this);
    this.#number = 0;
  }

  [Symbol.dispose]() {
    this.free();
  }
}
