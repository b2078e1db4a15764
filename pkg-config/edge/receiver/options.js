// The receiver's options. A mistake in them throws when the receiver is created, and never reaches visitors.
import { bytesOf } from "../lib/bytes.js";
import { counting } from "../lib/count.js";
import { checkSecret, checkToken } from "../lib/secrets.js";

const KIB = 1024;

/**
 * @param {typeof import("../../entry/edge/index.js")} runtime
 * @param {Omit<import("leadscore/edge").ReceiverOptions, "store"> & { store: any }} options
 */
export function settings(runtime, options) {
  const { Model, modelName } = runtime;
  const { models, store, origins, keys = [], tokens = [], names = [], forward, limits = {} } = options;
  demand(Array.isArray(models) && models.length > 0, "models must contain at least one compiled model");
  demand(store?.insert && store.update && store.list, "store must have insert, update and list, like d1Store(db)");
  demand(
    Array.isArray(origins) && origins.length > 0 && origins.every(isOrigin),
    "origins must be like https://a.example",
  );
  tokens.forEach((token, i) => checkToken(token, `createReceiver: tokens[${i}]`));
  for (const { id, secret } of keys) checkSecret(secret, `createReceiver: the secret of the key "${id}"`);
  const known = models.map((bytes) => new Model(bytesOf(bytes)));
  return {
    runtime,
    models: known,
    // Of each name the newest: the first that is given.
    newest: new Map(known.toReversed().map((model) => [modelName(model), model])),
    names: new Set(names),
    store,
    origins: new Set(origins),
    secrets: keys.map(({ secret }) => secret),
    tokens,
    forward: forward && forwarding(forward),
    limits: {
      body: limits.body ?? 16 * KIB,
      batch: limits.batch ?? 64 * KIB,
      // A visitor reaches few stages, but an office shares an address.
      visitor: limits.visitor ?? { per: 60, most: 30 },
      // A signed request may be about an account with many visitors.
      signed: limits.signed ?? { per: 60, most: 120 },
      address: limits.address ?? { per: 60, most: 120 },
      limiter: limits.limiter,
    },
    address: options.address ?? ((/** @type {Request} */ request) => request.headers.get("cf-connecting-ip")),
    now: options.now ?? Date.now,
    ...counting(options.count),
  };
}

/** @param {import("leadscore/edge").Forward} forward */
function forwarding({ to, secret, queue, attempts = Infinity, unverified = false, titles, locale, timeZone }) {
  demand(typeof to === "function" || isSafe(to), "forward.to must be an https address or a function");
  demand(
    attempts === Infinity || (Number.isInteger(attempts) && attempts > 0),
    "forward.attempts must be a whole number from 1",
  );
  if (secret !== undefined) checkSecret(secret, "createReceiver: forward.secret");
  // Throws here for an invalid language tag or time zone.
  const words = { locale, timeZone };
  new Intl.DateTimeFormat(locale, { timeZone });
  return { to, secret, queue, attempts, unverified, titles, words };
}

/**
 * Returns true if requests to the URL cannot be intercepted: it is https, or this machine.
 *
 * @param {any} address
 */
export function isSafe(address) {
  if (!URL.canParse(address)) return false;
  const { protocol, hostname } = new URL(address);
  return protocol === "https:" || (protocol === "http:" && ["localhost", "127.0.0.1", "[::1]"].includes(hostname));
}

/** @param {string} text */
const isOrigin = (text) => URL.canParse(text) && new URL(text).origin === text;

/**
 * @param {unknown} isSound
 * @param {string} message
 */
function demand(isSound, message) {
  if (!isSound) throw new TypeError(`createReceiver: ${message}`);
}
