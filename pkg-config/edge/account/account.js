// One account: what its visitors contribute is joined here, wherever in the world they are. A class for Cloudflare's
// Durable Objects, of which there is one for each account.
import { answer, json } from "../lib/answer.js";
import { bytesOf as decoded } from "../lib/base64.js";
import { isObject, parseJson, readAtMost } from "../lib/body.js";
import { bytesOf } from "../lib/bytes.js";
import { fault } from "../lib/log.js";
import { poster } from "../lib/post.js";
import { checkSecret } from "../lib/secrets.js";

/** Bytes: a key, an id and a state. */
const MOST = 16 * 1024;
/** Milliseconds: the pause before a second try to send, doubled from try to try up to the longest. */
const PAUSE = 1_000;
const LONGEST_PAUSE = 60 * 60 * 1_000;
/** Signals that wait while their receiver cannot be reached; of more the oldest go. */
const MOST_WAITING = 32;
const NOTHING = new Uint8Array();

/**
 * @param {{ Account: new (...from: any[]) => any, Model: new (bytes: Uint8Array) => any }} runtime of the wasm, which is initialised
 * @param options or a function of a worker's `env` that gives them
 */
export function accountClass(runtime, options) {
  // The same for all accounts of one worker.
  let shared = typeof options === "function" ? undefined : read(runtime, options);
  const settings = (env) => (shared ??= read(runtime, options(env)));

  return class Account {
    #storage;
    #settings;
    #account;
    #kept;
    #waiting = [];
    #tries = 0;

    constructor(ctx, env) {
      this.#storage = ctx.storage;
      this.#settings = settings(env);
      ctx.blockConcurrencyWhile(() => this.#load());
    }

    async #load() {
      const kept = await this.#storage.get(["account", "waiting"]);
      this.#kept = kept.get("account") ?? NOTHING;
      this.#waiting = kept.get("waiting") ?? [];
      try {
        this.#account = new runtime.Account(this.#settings.model, this.#kept);
      } catch (error) {
        // Of a version that is not known here: visitors contribute all that they are each time, so it fills again.
        fault("account", error);
        this.#account = new runtime.Account(this.#settings.model, NOTHING);
      }
    }

    /** `POST` contributes, `GET` gives the account as it is, `DELETE` forgets the visitor of the query. */
    async fetch(request) {
      try {
        if (request.method === "POST") return await this.#contribute(request);
        if (request.method === "DELETE") return await this.#forget(request);
        return json(200, this.#account.snapshot(this.#settings.now()));
      } catch (error) {
        if (typeof error?.code !== "string") throw error;
        return answer(422, error.code, error.message);
      }
    }

    async #contribute(request) {
      const value = parseJson((await readAtMost(request, MOST)) ?? NOTHING);
      const { account, visitor, former, state, isTold, source } = isObject(value) ? value : {};
      // Before, so that nobody is two people for a moment, in which a stage could trip.
      if (typeof former === "string") this.#account.forget(former);
      const signals = this.#account.contribute(
        String(account),
        String(visitor),
        decoded(String(state)) ?? NOTHING,
        isTold !== false,
        this.#settings.now(),
        String(source),
      );
      const isToBeSent = signals.length > 0 && this.#settings.post !== null;
      if (isToBeSent) this.#waiting = [...this.#waiting, ...signals].slice(-MOST_WAITING);
      await this.#keep(isToBeSent);
      return new Response(null, { status: 204 });
    }

    async #forget(request) {
      this.#account.forget(new URL(request.url).searchParams.get("visitor") ?? "");
      await this.#keep(false);
      return new Response(null, { status: 204 });
    }

    // A trip and the signal that tells of it are written at once: none is lost, none is made twice.
    async #keep(isToBeSent) {
      const account = this.#account.encode();
      if (isSame(account, this.#kept)) return;
      this.#kept = account;
      const written = this.#storage.put(isToBeSent ? { account, waiting: this.#waiting } : { account });
      const set = isToBeSent ? this.#storage.setAlarm(this.#settings.now()) : undefined;
      await Promise.all([written, set]);
    }

    /** Sends what waits. The receiver knows a signal that comes twice. */
    async alarm() {
      const { post, now } = this.#settings;
      if (!post) return;
      for (const signal of [...this.#waiting]) {
        if ((await post(signal)) !== "unsent") this.#waiting = this.#waiting.filter(({ id }) => id !== signal.id);
      }
      await this.#storage.put("waiting", this.#waiting);
      if (this.#waiting.length === 0) return void (this.#tries = 0);
      const pause = Math.min(PAUSE * 2 ** this.#tries++, LONGEST_PAUSE);
      await this.#storage.setAlarm(now() + pause);
    }
  };
}

const isSame = (one, other) => one.length === other.length && one.every((byte, at) => byte === other[at]);

function read({ Account, Model }, { model: bytes, keys, endpoint, now = Date.now }) {
  demand(bytes, "model must be the bytes of a compiled model");
  demand(!endpoint || keys?.length, "signals are signed: keys must hold one { id, secret }");
  for (const { id, secret } of keys ?? []) checkSecret(secret, `createAccount: the secret of the key "${id}"`);
  const model = new Model(bytesOf(bytes));
  // Throws where the model says nothing of accounts.
  new Account(model, NOTHING).free();
  return { model, now, post: poster({ endpoint, keys: keys ?? [], now }) };
}

function demand(isSound, message) {
  if (!isSound) throw new TypeError(`createAccount: ${message}`);
}
