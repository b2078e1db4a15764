// Events that a page may send, each with the expected result: the code of an error, or `taken`.

const KIB = 1024;
const nested = (depth) => {
  /** @type {unknown} */
  let value = 1;
  for (let level = 1; level < depth; level++) value = { a: value };
  return { a: value };
};
const cyclic = () => {
  const props = { a: 1 };
  props.self = props;
  return props;
};
const thrower = () => {
  throw new Error("the page's own");
};
const revoked = () => {
  const { proxy, revoke } = Proxy.revocable({}, {});
  revoke();
  return proxy;
};
const view = (parts) => ({ type: "page_view", url: "/other", ...parts });
const props = (value) => view({ props: value });

/** `[name, event, result]`; `now` is the time at which they are ingested. */
export const hostileEvents = (now) => [
  // No event at all.
  ["undefined", undefined, "event_syntax"],
  ["null", null, "event_syntax"],
  ["true", true, "event_syntax"],
  ["a number", 1, "event_syntax"],
  ["NaN", NaN, "event_syntax"],
  ["a text", "page_view", "event_syntax"],
  ["JSON as text", '{"type":"page_view"}', "event_syntax"],
  ["a symbol", Symbol("page_view"), "event_syntax"],
  ["a bigint", 1n, "event_syntax"],
  ["a function", () => ({ type: "page_view" }), "event_syntax"],
  ["an array", [], "event_syntax"],
  ["an array of an event", [{ type: "page_view" }], "event_syntax"],
  ["a map", new Map([["type", "page_view"]]), "event_type"],
  ["a regular expression", /type/, "event_type"],
  ["a date", new Date(now), "event_syntax"],
  ["a proxy that throws", new Proxy({}, { get: thrower, ownKeys: thrower }), "event_syntax"],
  ["a proxy that was revoked", revoked(), "event_syntax"],
  ["a proxy of an event", new Proxy(view({}), {}), "taken"],
  ["an event without a prototype", Object.assign(Object.create(null), view({})), "taken"],
  ["a frozen event", Object.freeze(view({})), "taken"],

  // Its type.
  ["no type", {}, "event_type"],
  ["type undefined", { type: undefined }, "event_type"],
  ["type null", { type: null }, "event_type"],
  ["type a number", { type: 7 }, "event_type"],
  ["type an object", { type: { toString: () => "page_view" } }, "event_type"],
  ["type a symbol", { type: Symbol("page_view") }, "event_type"],
  ["type of 128 characters", { type: "🦀".repeat(128) }, "taken"],
  ["type of 129 characters", { type: "🦀".repeat(129) }, "event_type"],
  ["type of a megabyte", { type: "x".repeat(KIB * KIB) }, "event_syntax"],
  ["type a lone surrogate", { type: "\ud83e" }, "event_syntax"],
  ["type __proto__", { type: "__proto__" }, "taken"],
  ["type with zero bytes", { type: "page_view\0" }, "taken"],
  ["type a getter that throws", Object.defineProperty({}, "type", { enumerable: true, get: thrower }), "event_syntax"],

  // Its time.
  ["at NaN", view({ at: NaN }), "event_syntax"],
  ["at infinity", view({ at: Infinity }), "event_syntax"],
  ["at -infinity", view({ at: -Infinity }), "event_syntax"],
  ["at negative", view({ at: -1 }), "event_time"],
  ["at -0", view({ at: -0 }), "taken"],
  ["at a text", view({ at: "now" }), "event_time"],
  ["at a date", view({ at: new Date(now) }), "event_time"],
  ["at a bigint", view({ at: 1n }), "event_syntax"],
  ["at true", view({ at: true }), "event_time"],
  ["at an object", view({ at: { valueOf: () => 1 } }), "event_time"],
  ["at huge", view({ at: Number.MAX_VALUE }), "event_time"],
  ["at tiny", view({ at: Number.MIN_VALUE }), "taken"],
  ["at the end of time", view({ at: 2 ** 32 * 1000 }), "event_time"],
  ["at just before the end of time", view({ at: 2 ** 32 * 1000 - 1 }), "taken"],
  ["at null", view({ at: null }), "taken"],

  // Its URL.
  ["url a number", view({ url: 5 }), "event_url"],
  ["url an object", view({ url: {} }), "event_url"],
  ["url an array", view({ url: ["/"] }), "event_url"],
  ["url a URL", view({ url: new URL("https://acme.example/other") }), "taken"],
  ["url null", view({ url: null }), "taken"],
  ["url at its limit", view({ url: "/" + "u".repeat(64 * KIB - 1) }), "taken"],
  ["url beyond its limit", view({ url: "/" + "u".repeat(64 * KIB) }), "event_url"],
  ["url a megabyte", view({ url: "/" + "u".repeat(KIB * KIB) }), "event_syntax"],
  ["url of lone surrogates", view({ url: "/\ud800/\udc00" }), "event_syntax"],
  ["url of broken escapes", view({ url: "/%/%G0/%ff%?a=%&b=%c3%28&%=#%" }), "taken"],
  ["url of dots", view({ url: "/" + "../".repeat(20_000) }), "taken"],
  ["url of nothing but marks", view({ url: "://?#@:" }), "taken"],
  ["url a script", view({ url: "javascript:alert(1)" }), "taken"],

  // Its props.
  ["props an array", props([]), "event_props"],
  ["props a text", props("{}"), "event_props"],
  ["props a number", props(5), "event_props"],
  ["props true", props(true), "event_props"],
  ["props null", props(null), "taken"],
  ["props a function", props(() => {}), "taken"],
  ["props a map", props(new Map([["form_id", "demo"]])), "taken"],
  ["props a date", props(new Date(now)), "event_props"],
  ["props a date that is none", props(new Date(NaN)), "taken"],
  ["props cyclic", props(cyclic()), "event_syntax"],
  ["props of eight levels", props(nested(8)), "taken"],
  ["props of nine levels", props(nested(9)), "event_props"],
  ["props of 60 levels", props(nested(60)), "event_props"],
  ["props of 5,000 levels", props(nested(5_000)), "event_syntax"],
  ["props of 200,000 levels", props(nested(200_000)), "event_syntax"],
  ["props at their limit", props({ a: "p".repeat(64 * KIB - 8) }), "taken"],
  ["props beyond their limit", props({ a: "p".repeat(64 * KIB - 7) }), "event_props"],
  ["props of a megabyte", props({ a: "p".repeat(KIB * KIB) }), "event_syntax"],
  ["props of many names", props(Object.fromEntries(Array.from({ length: 5_000 }, (_, i) => [`n${i}`, i]))), "taken"],
  ["a value that is NaN", props({ a: [{ b: NaN }] }), "event_syntax"],
  ["a value that is infinite", props({ a: -Infinity }), "event_syntax"],
  ["a value that is a bigint", props({ a: 2n ** 70n }), "event_syntax"],
  ["a value that is a symbol", props({ a: Symbol("a") }), "taken"],
  ["a name that is a symbol", props({ [Symbol("a")]: 1 }), "taken"],
  ["huge and tiny numbers", props({ a: [1e308, -1e308, 5e-324, -0, 2 ** 53 + 2, 123456789012345680000] }), "taken"],
  ["a sparse array", props({ a: [, 1, , 2] }), "taken"],
  ["a typed array", props({ a: new Float64Array([1, 2]) }), "taken"],
  ["a typed array with a NaN", props({ a: new Float64Array([1, NaN]) }), "event_syntax"],
  ["lone surrogates", props({ "\ud800": "\udfff", a: "\udc00\ud800" }), "event_syntax"],
  ["a pair of surrogates", props({ "\ud83e\udd80": "\ud83e\udd80" }), "taken"],
  ["control characters", props({ "\0\u001f": "\0\b\f\n\r\t\u007f\u2028\ufeff" }), "taken"],
  ["an own __proto__", props(JSON.parse('{ "__proto__": { "form_id": "demo" }, "constructor": 1 }')), "taken"],
  ["names of Object", props({ hasOwnProperty: 1, toString: 2, valueOf: 3, length: -1 }), "taken"],
  ["an inherited prop", props(Object.create({ form_id: "demo" })), "taken"],
  ["a getter that throws", props({ get a() { return thrower(); } }), "event_syntax"], // prettier-ignore
  ["a getter that throws nothing", props({ get a() { throw undefined; } }), "event_syntax"], // prettier-ignore
  ["toJSON that throws", props({ toJSON: thrower }), "event_syntax"],
  ["toJSON of nothing", props({ toJSON: () => undefined }), "taken"],
  ["toJSON of a text", props({ toJSON: () => "props" }), "event_props"],
  ["toJSON of a cycle", props({ toJSON: cyclic }), "event_syntax"],
  ["toJSON of a bigint", props({ a: { toJSON: () => 1n } }), "event_syntax"],
  ["toJSON that is no function", props({ toJSON: 1 }), "taken"],
  ["a boxed number", props({ a: Object(1) }), "taken"],
  ["a proxy that throws in props", props(new Proxy({}, { ownKeys: thrower })), "event_syntax"],
  ["a proxy that was revoked in props", props(revoked()), "event_syntax"],
  ["a proxy without end", props(endless()), "event_syntax"],
  ["other fields", view({ secret: "x", visitor: 7, at2: NaN }), "event_syntax"],

  // Decisions of sales.
  ["lifecycle without a stage", { type: "lifecycle" }, "event_lifecycle"],
  ["lifecycle of no props", { type: "lifecycle", props: null }, "event_lifecycle"],
  ["lifecycle of another stage", { type: "lifecycle", props: { stage: "boss" } }, "event_lifecycle"],
  ["lifecycle of a list", { type: "lifecycle", props: { stage: ["mql"] } }, "event_lifecycle"],
  ["lifecycle of an own __proto__", { type: "lifecycle", props: { stage: "__proto__" } }, "event_lifecycle"],
];

/** Every field has every field. */
function endless() {
  const handler = { get: (_, name) => (name === "toJSON" ? undefined : endless()) };
  return new Proxy({ a: 1 }, handler);
}
