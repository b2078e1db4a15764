// One account, as a class for Cloudflare's Durable Objects: it merges the states of the account's visitors from all
// regions.
import { answer, json } from "../lib/answer.js";
import { fromBase64 } from "../lib/base64.js";
import { isObject, parseJson, readAtMost } from "../lib/body.js";
import { bytesOf } from "../lib/bytes.js";
import { fault } from "../lib/log.js";
import { poster } from "../lib/post.js";
import { isRefusal } from "../lib/refusal.js";
import { checkSecret } from "../lib/secrets.js";

/** Bytes: a key, a name, an id and two states. */
const MOST = 16 * 1024;
/** Milliseconds: the pause before a second try to send, doubled from try to try up to the longest. */
const PAUSE = 1_000;
const LONGEST_PAUSE = 60 * 60 * 1_000;
/** The number of tries that each signal gets at least, because a clock may have been wrong. */
const FEWEST = 12;
/** Signals that wait while their receiver cannot be reached; of more the oldest go. */
const MOST_WAITING = 32;
const NOTHING = new Uint8Array();

/**
 * @param {Pick<typeof import("../../entry/edge/index.js"), "Account" | "Model" | "answerBytes" | "answerOutcome" | "signalLifetime">} runtime of the wasm, which is initialised
 * @param {import("leadscore/edge").AccountOptions | ((env: any) => import("leadscore/edge").AccountOptions)} options or a function of a worker's `env` that gives them
 */
export function accountClass(runtime, options) {
  // The same for all accounts of one worker.
  let shared = typeof options === "function" ? undefined : read(runtime, options);
  /** @param {unknown} env */
  const settings = (env) => (shared ??= read(runtime, /** @type {Function} */ (options)(env)));

  return class Account {
    /** @type {any} */
    #storage;
    /** @type {ReturnType<typeof read>} */
    #settings;
    /** @type {any} an account of the wasm */
    #account;
    /** @type {any} the bytes that were stored last */
    #kept;
    /**
     * Signals that are to be sent, and how often in a row that failed: kept, as an object rarely lives through a pause.
     */
    /** @type {{ id: string, time: string }[]} */
    #waiting = [];
    #tries = 0;

    /**
     * @param {any} ctx
     * @param {unknown} env
     */
    constructor(ctx, env) {
      this.#storage = ctx.storage;
      this.#settings = settings(env);
      ctx.blockConcurrencyWhile(() => this.#load());
    }

    async #load() {
      const kept = await this.#storage.get(["account", "waiting", "tries"]);
      this.#waiting = kept.get("waiting") ?? [];
      this.#tries = kept.get("tries") ?? 0;
      this.#read(kept.get("account") ?? NOTHING);
      await this.#revive();
    }

    /** @param {Uint8Array} bytes */
    #read(bytes) {
      this.#kept = bytes;
      this.#account?.free();
      try {
        this.#account = new runtime.Account(this.#settings.model, bytes);
      } catch (error) {
        // Of a version that is not known here: visitors contribute all that they are each time, so it fills again.
        fault("account", error);
        this.#account = new runtime.Account(this.#settings.model, NOTHING);
      }
    }

    /**
     * An alarm that throws is tried again six times and then never, and a clock that was ahead sets an alarm far in the
     * future. So the next request sets the alarm again.
     */
    async #revive() {
      if (this.#waiting.length === 0 || !this.#settings.post) return;
      try {
        const alarm = await this.#storage.getAlarm();
        const time = this.#settings.now();
        // No pause is longer than a signal's lifetime.
        if (alarm === null || alarm - time > runtime.signalLifetime()) await this.#storage.setAlarm(time);
      } catch (error) {
        fault("account", error);
      }
    }

    /**
     * `POST` contributes, `GET` gives the account as it is, `DELETE` forgets the visitor of the query.
     *
     * @param {Request} request
     */
    async fetch(request) {
      try {
        await this.#revive();
        if (request.method === "POST") return await this.#contribute(request);
        if (request.method === "DELETE") return await this.#forget(request);
        return json(200, this.#account.snapshot(this.#settings.now()));
      } catch (error) {
        if (!isRefusal(error)) throw error;
        return answer(422, error.code, error.message);
      }
    }

    /** @param {Request} request */
    async #contribute(request) {
      const value = parseJson((await readAtMost(request, MOST)) ?? NOTHING);
      const { account, person, visitor, former, own, told, source } = isObject(value) ? value : {};
      // Before, so that a visitor is never two people, because a stage could trip.
      if (typeof former === "string") this.#account.forgetPerson(former);
      const signals = this.#account.contribute(
        String(account).toWellFormed(),
        String(person).toWellFormed(),
        String(visitor).toWellFormed(),
        fromBase64(String(own)) ?? NOTHING,
        fromBase64(String(told ?? "")) ?? NOTHING,
        this.#settings.now(),
        String(source).toWellFormed(),
      );
      await this.#keep(this.#settings.post ? signals : []);
      return new Response(null, { status: 204 });
    }

    /** @param {Request} request */
    async #forget(request) {
      const { searchParams } = new URL(request.url);
      const person = searchParams.get("person");
      if (person === null) this.#account.forget(searchParams.get("visitor") ?? "");
      else this.#account.forgetPerson(person);
      await this.#keep([]);
      return new Response(null, { status: 204 });
    }

    // A trip and its signal are written in one step: none is lost, and none is created twice.
    /** @param {{ id: string, time: string }[]} signals */
    async #keep(signals) {
      const account = this.#account.encode();
      if (isSame(account, this.#kept)) return;
      const waiting = [...this.#waiting, ...signals].slice(-MOST_WAITING);
      try {
        await this.#storage.put(signals.length > 0 ? { account, waiting } : { account });
      } catch (error) {
        // As if nothing had been contributed, so that the next contribution writes, and trips, again.
        this.#read(this.#kept);
        throw error;
      }
      this.#kept = account;
      this.#waiting = [...this.#waiting, ...signals].slice(-MOST_WAITING);
      if (signals.length > 0) await this.#storage.setAlarm(this.#settings.now());
    }

    /** Sends waiting signals, and always sets the next alarm. The receiver recognises a repeated signal. */
    async alarm() {
      const { post, now } = this.#settings;
      if (!post || this.#waiting.length === 0) return;
      let after = 0;
      try {
        after = await this.#send(post, now());
        this.#tries = this.#waiting.length > 0 ? this.#tries + 1 : 0;
        await this.#storage.put({ waiting: this.#waiting, tries: this.#tries });
      } catch (error) {
        fault("account", error);
      }
      if (this.#waiting.length === 0) return;
      const pause = Math.min(PAUSE * 2 ** Math.max(0, this.#tries - 1), LONGEST_PAUSE);
      // If this fails too, the platform tries again, and finally the next request does.
      await this.#storage.setAlarm(now() + Math.max(pause, after));
    }

    /**
     * Returns how long the receiver asks to wait, in milliseconds, at most the lifetime of signals.
     *
     * @param {NonNullable<ReturnType<typeof poster>>} post
     * @param {number} time
     */
    async #send(post, time) {
      let after = 0;
      for (const signal of [...this.#waiting]) {
        const isOver = this.#tries >= FEWEST && Math.abs(time - Date.parse(signal.time)) > runtime.signalLifetime();
        const posted = isOver ? { outcome: "refused", after: 0 } : await post(signal);
        if (isOver) fault("account", new Error("a signal could not be delivered within its lifetime and was deleted"));
        if (posted.outcome !== "unsent") this.#waiting = this.#waiting.filter((one) => one !== signal);
        after = Math.min(Math.max(after, posted.after), runtime.signalLifetime());
      }
      return after;
    }
  };
}

/**
 * @param {Uint8Array} one
 * @param {Uint8Array} other
 */
const isSame = (one, other) => one.length === other.length && one.every((byte, at) => byte === other[at]);

/**
 * @param {Parameters<typeof accountClass>[0]} runtime
 * @param {import("leadscore/edge").AccountOptions} options
 */
function read(runtime, { model: bytes, keys, endpoint, now = Date.now }) {
  const { Account, Model } = runtime;
  demand(bytes, "model must be the bytes of a compiled model");
  demand(!endpoint || keys?.length, "signals are signed: keys must contain one { id, secret }");
  for (const { id, secret } of keys ?? []) checkSecret(secret, `createAccount: the secret of the key "${id}"`);
  const model = new Model(bytesOf(bytes));
  // Throws if the model has no `account`.
  new Account(model, NOTHING).free();
  return { model, now, post: poster({ endpoint, keys: keys ?? [], now, runtime }) };
}

/**
 * @param {unknown} isSound
 * @param {string} message
 */
function demand(isSound, message) {
  if (!isSound) throw new TypeError(`createAccount: ${message}`);
}
