// Calls of hostile callers, in plain JavaScript for any runtime. `check` collects failures instead of throwing, so that
// one run shows all of them.
import { hostileEvents } from "./events.js";

const NOW = 1_767_225_600_000; // 2026-01-01
const MODEL = {
  name: "hostile",
  rules: [
    { id: "before", event: "before", points: 10 },
    { id: "views", event: "page_view", limit: 3, points: 0.5 },
    { id: "demo", event: "page_view", where: { form_id: "demo" }, points: 500 },
  ],
  stages: [{ id: "mql", at: 200 }],
};
const CODES = {
  ModelError: ["model_corrupt", "model_version"],
  LeadError: ["visitor_id", "now"],
  EventError: ["event_syntax", "event_type", "event_time", "event_url", "event_props", "event_lifecycle"],
  StateError: ["state_corrupt", "state_version", "state_too_large"],
  SignalError: ["signal_syntax", "signal_model", "signal_mismatch"],
  UsageError: ["usage"],
};

/** Returns the result: `taken`, an error's code, or the problem with the error. */
function outcome(action) {
  try {
    action();
    return "taken";
  } catch (error) {
    if (!(error instanceof Error)) return `thrown: ${String(error)}`;
    if (!CODES[error.name]?.includes(error.code) || !error.message) return `untyped: ${error.name}: ${error.message}`;
    return error.code;
  }
}

export function hostile({ Model, Lead, verify }, compile) {
  const failures = [];
  let checks = 0;
  const check = (name, found, expected) => {
    checks += 1;
    if (found !== expected) failures.push(`${name}: expected ${expected}, found ${found}`);
  };
  const bytes = compile(MODEL);
  const model = new Model(bytes);
  /** A lead that has been scored already. */
  const scored = () => {
    const lead = new Lead(model, { id: "v-1" });
    lead.ingest({ type: "before" }, NOW);
    return lead;
  };
  /** It still has what it had, can be used, and is given back. */
  const intact = (name, lead, state) => {
    if (state !== undefined) check(`${name}: state`, lead.toString(), state);
    const score = lead.snapshot(NOW).score;
    check(`${name}: score`, score === 10 || score === 10.5, true);
    check(
      `${name}: one more event`,
      outcome(() => lead.ingest({ type: "page_view" }, NOW)),
      "taken",
    );
    check(
      `${name}: its state`,
      outcome(() => new Lead(model, { id: "v", state: lead.encode() }).free()),
      "taken",
    );
    check(
      `${name}: free`,
      outcome(() => lead.free()),
      "taken",
    );
  };

  for (const [name, event, expected] of hostileEvents(NOW)) {
    const lead = scored();
    const before = lead.toString();
    check(name, outcome(() => lead.ingest(event, NOW)), expected); // prettier-ignore
    intact(name, lead, expected === "taken" ? undefined : before);
  }
  reentrant(check, scored, intact);
  times(check, scored, intact);
  states(check, { Lead, model, scored, intact });
  models(check, { Model, Lead, bytes });
  options(check, { Lead, model });
  signals(check, { Lead, verify, model });
  check("the model is given back", outcome(() => model.free()), "taken"); // prettier-ignore
  return { checks, failures };
}

/** Getters that use the very lead that is taking their event in. */
function reentrant(check, scored, intact) {
  const uses = {
    ingest: (lead) => lead.ingest({ type: "before" }, NOW),
    snapshot: (lead) => lead.snapshot(NOW),
    explain: (lead) => lead.explain(NOW),
    "merge with itself": (lead) => lead.merge(lead.encode()),
    "ingest of what is not an event": (lead) => outcome(() => lead.ingest(null, NOW)),
  };
  for (const [name, use] of Object.entries(uses)) {
    const lead = scored();
    let called = 0;
    const event = {
      type: "page_view",
      get props() {
        called += 1;
        use(lead);
        return { a: 1 };
      },
    };
    check(`re-entrant ${name}`, outcome(() => lead.ingest(event, NOW)), "taken"); // prettier-ignore
    check(`re-entrant ${name}: called`, called > 0, true);
    check(`re-entrant ${name}: score`, lead.snapshot(NOW).score, 10.5);
    intact(`re-entrant ${name}`, lead);
  }
  const lead = scored();
  const nested = (depth) => ({
    type: "page_view",
    get url() {
      if (depth > 0) lead.ingest(nested(depth - 1), NOW);
      return "/";
    },
  });
  check("re-entrant 50 times", outcome(() => lead.ingest(nested(50), NOW)), "taken"); // prettier-ignore
  intact("re-entrant 50 times", lead);
}

function times(check, scored, intact) {
  for (const now of [undefined, NaN, Infinity, -Infinity, -1, 2 ** 32 * 1000, 1e300, {}, "soon", () => 1]) {
    const lead = scored();
    const before = lead.toString();
    const name = `now ${String(now)}`;
    for (const use of ["snapshot", "explain"]) check(`${name}: ${use}`, outcome(() => lead[use](now)), "now"); // prettier-ignore
    check(`${name}: ingest`, outcome(() => lead.ingest({ type: "page_view" }, now)), "now"); // prettier-ignore
    intact(name, lead, before);
  }
}

function states(check, { Lead, model, scored, intact }) {
  const good = scored();
  const bytes = good.encode();
  const text = good.toString();
  good.free();
  const flipped = (index) => bytes.map((byte, at) => (at === index ? byte ^ 0x10 : byte));
  const bad = [
    ...Array.from({ length: bytes.length - 1 }, (_, length) => [`cut to ${length + 1}`, bytes.slice(0, length + 1)]),
    ...Array.from({ length: bytes.length }, (_, index) => [`flipped at ${index}`, flipped(index)]),
    ...Array.from({ length: text.length - 1 }, (_, length) => [`text cut to ${length + 1}`, text.slice(0, length + 1)]),
    ["text with more", `${text}A`],
    ["text with padding", `${text}=`],
    ["text with a space", ` ${text}`],
    ["text of lone surrogates", "\ud800\udc00\ud800"],
    ["text that is none", "null"],
    ["a text of 100,000", "A".repeat(100_000)],
    ["bytes of 100,000", new Uint8Array(100_000)],
    ["zeros", new Uint8Array(64)],
    ["a number", 7],
    ["a huge number", 4e9],
    ["true", true],
    ["an object", {}],
    ["an array of the bytes", [...bytes]],
    ["a function", () => text],
    ["a symbol", Symbol("state")],
    ["a bigint", 5n],
    ["a null prototype", Object.create(null)],
    ["a proxy of the bytes", new Proxy(bytes, {})],
    ["bytes that went to another thread", detached(bytes)],
  ];
  for (const [name, state] of bad) {
    const large = name.endsWith("100,000");
    const typed = (found) =>
      found === "state_corrupt" || found === "state_version" || (large && found === "state_too_large");
    const made = outcome(() => new Lead(model, { id: "v-1", state }).free());
    // Options that are not JSON have no id either.
    check(`new with a state ${name}: ${made}`, typed(made) || made === "visitor_id", true);
    const lead = scored();
    const merged = outcome(() => lead.merge(state));
    check(`merge of a state ${name}: ${merged}`, typed(merged), true);
    intact(`merge of a state ${name}`, lead, text);
  }
  for (const [name, state] of [
    ["bytes", bytes],
    ["a buffer", bytes.slice().buffer],
    ["a view", new DataView(bytes.slice().buffer)],
    ["a part of a buffer", new Uint8Array([9, ...bytes, 9]).subarray(1, -1)],
  ]) {
    const lead = new Lead(model, { id: "v-1", state });
    check(`new with ${name}`, lead.toString(), text);
    check(`merge of ${name}`, outcome(() => lead.merge(state)), "taken"); // prettier-ignore
    intact(`merge of ${name}`, lead, text);
  }
  for (const state of [undefined, null]) {
    check(`no state ${state}`, outcome(() => new Lead(model, { id: "v-1", state }).free()), "taken"); // prettier-ignore
  }
}

/** A copy whose buffer is gone, as after `postMessage`. */
function detached(bytes) {
  const copy = bytes.slice();
  structuredClone(copy.buffer, { transfer: [copy.buffer] });
  return copy;
}

function models(check, { Model, Lead, bytes }) {
  const bad = [
    ...Array.from({ length: bytes.length }, (_, length) => [`cut to ${length}`, bytes.slice(0, length)]),
    ...Array.from({ length: bytes.length }, (_, at) => [
      `flipped at ${at}`,
      bytes.map((byte, i) => (i === at ? byte ^ 1 : byte)),
    ]),
    ["of zeros", new Uint8Array(1_000)],
    ["of 1,000,000 bytes", new Uint8Array(1_000_000).fill(0xff)],
    ["with more", new Uint8Array([...bytes, 0])],
    ["undefined", undefined],
    ["null", null],
    ["a text", "LSM"],
    ["a number", 7],
    ["an object", {}],
  ];
  for (const [name, own] of bad) {
    const found = outcome(() => new Model(own).free());
    check(`a model ${name}: ${found}`, found === "model_corrupt" || found === "model_version", true);
  }
  // Anything else in place of a model.
  for (const own of [undefined, null, {}, 7, "model", bytes]) {
    check(`a lead of ${typeof own}`, outcome(() => new Lead(own, { id: "v-1" }).free()), "usage"); // prettier-ignore
  }
  const freed = new Model(bytes);
  const lead = new Lead(freed, { id: "v-1" });
  freed.free();
  check("a lead of a model that is gone", outcome(() => lead.snapshot(NOW)), "taken"); // prettier-ignore
  check("a new lead of a model that is gone", outcome(() => new Lead(freed, { id: "v-1" })), "usage"); // prettier-ignore
  lead.free();
  for (const use of ["snapshot", "explain", "encode", "toString"]) {
    check(`${use} of a lead that is gone`, outcome(() => lead[use](NOW)), "usage"); // prettier-ignore
  }
  check("an event for a lead that is gone", outcome(() => lead.ingest({ type: "before" }, NOW)), "usage"); // prettier-ignore
  check("free of a lead that is gone", outcome(() => lead.free()), "taken"); // prettier-ignore
}

function options(check, { Lead, model }) {
  for (const id of [
    undefined,
    null,
    "",
    7,
    {},
    ["v"],
    "v".repeat(1_025),
    "🦀".repeat(1_025),
    Symbol("v"),
    NaN,
    "\ud800",
  ]) {
    check(`id ${String(id).slice(0, 9)}`, outcome(() => new Lead(model, { id }).free()), "visitor_id"); // prettier-ignore
  }
  for (const own of [undefined, null, 7, "v-1", [], () => {}]) {
    check(`options ${String(own)}`, outcome(() => new Lead(model, own).free()), "visitor_id"); // prettier-ignore
  }
  for (const id of ["v", "🦀".repeat(1_024), "__proto__", "\0"]) {
    check(`id ${id.slice(0, 9)}`, outcome(() => new Lead(model, { id }).free()), "taken"); // prettier-ignore
  }
  for (const other of [{ source: 7 }, { source: null }, { provenance: "moon" }, { provenance: {} }, { more: 1 }]) {
    check(`options ${JSON.stringify(other)}`, outcome(() => new Lead(model, { id: "v", ...other }).free()), "taken"); // prettier-ignore
  }
}

function signals(check, { Lead, verify, model }) {
  const lead = new Lead(model, { id: "v-1", source: "https://acme.example" });
  const [signal] = lead.ingest({ type: "page_view", props: { form_id: "demo" } }, NOW);
  lead.free();
  check("a signal", outcome(() => verify(model, signal)), "taken"); // prettier-ignore
  const forged = (data) => ({ ...signal, data: { ...signal.data, ...data } });
  const cycle = {};
  cycle.cycle = cycle;
  for (const [name, own, expected] of [
    ["undefined", undefined, "signal_syntax"],
    ["null", null, "signal_syntax"],
    ["a number", 7, "signal_syntax"],
    ["a text", "signal", "signal_syntax"],
    ["a symbol", Symbol("signal"), "signal_syntax"],
    ["a bigint", 1n, "signal_syntax"],
    ["a list", [signal], "signal_syntax"],
    ["a cycle", cycle, "signal_syntax"],
    ["a getter that throws", { ...signal, get data() { throw new Error("no"); } }, "signal_syntax"], // prettier-ignore
    ["without data", { ...signal, data: undefined }, "signal_syntax"],
    ["of another type", { ...signal, type: "leadscore.stage.left" }, "signal_syntax"],
    ["of another time", { ...signal, time: "soon" }, "signal_syntax"],
    ["of another visitor", { ...signal, subject: "v-2" }, "signal_mismatch"],
    ["of nobody", { ...signal, subject: "" }, "visitor_id"],
    ["of another id", { ...signal, id: "0".repeat(32) }, "signal_mismatch"],
    ["of another stage", forged({ stage: "sql" }), "signal_mismatch"],
    ["of more points", forged({ snapshot: { ...signal.data.snapshot, score: 501 } }), "signal_mismatch"],
    ["of other reasons", forged({ reasons: [] }), "signal_mismatch"],
    ["of more data", forged({ more: 1 }), "signal_mismatch"],
    ["of another model", forged({ model: { ...signal.data.model, hash: "0" } }), "signal_model"],
    ["of another state", forged({ state: `${signal.data.state.slice(0, -2)}AA` }), "state_corrupt"],
    ["of no state", forged({ state: "" }), "state_corrupt"],
    ["of another provenance", forged({ provenance: "moon" }), "signal_syntax"],
    ["of five megabytes", { ...signal, more: "x".repeat(5 << 20) }, "signal_syntax"],
  ]) {
    check(`a signal ${name}`, outcome(() => verify(model, own)), expected); // prettier-ignore
  }
  for (const own of [undefined, null, {}, 7]) {
    check(`verify under ${typeof own}`, outcome(() => verify(own, signal)), "usage"); // prettier-ignore
  }
}
