// The page's functions for the wasm: they make events, notify listeners, store, measure time and send. All imports of
// the wasm are here, as functions of numbers and handles (`src/browser/host.rs`). They never throw, because an
// exception would leave the wasm in an inconsistent state. A page has one tracker.
import * as core from "#browser";
import * as acts from "./acts.js";
import { campaign as campaignOf, origin } from "./campaign.js";
import { setCookie } from "./cookie.js";
import { interactions } from "./interactions.js";
import { leadId } from "./lead-id.js";
import { CONSENT, KEYS, isOwn, isSignal } from "./keys.js";
import { attach } from "./life.js";
import { clock, dispatch, own as member, read as property, ticks, tried, warn } from "./page.js";
import { checked, fail } from "./runtime/errors.js";
import { checkOwn, decision, parse } from "./runtime/event.js";
import { headOf } from "./runtime/head.js";
import { createSignals as signalsOf, pass as passEvent } from "./runtime/ingest.js";
import { begin as startWriting, taken, takenText, writeRaw, written } from "./runtime/memory.js";
import { view as snapshotOf } from "./runtime/snapshot.js";
import { sending } from "./sending.js";
import { storage } from "./storage.js";
import { views } from "./view.js";
import { watch } from "./watch.js";

export { clock, ticks };

/** DOM events that are listened for. */
const KINDS =
  "prerenderingchange pageshow pagehide freeze visibilitychange focus blur online " +
  "scroll click auxclick input keydown pointerdown pointermove wheel";

/** The browser's events that are reported to the wasm, each as one of `acts`. */
const REPORTS = { prerenderingchange: acts.ACTIVATE, pagehide: acts.FLUSH, freeze: acts.FLUSH, online: acts.ONLINE };

/** Milliseconds of silence after which the wasm hears of the next input. */
const GAP = 1_000;

/** The maximum number of events, and of characters of props, while consent is pending; the newest are kept. */
const PENDING = 1_000;
const PENDING_SIZE = 256 << 10;

/** The most characters of an address. */
const MOST_URL = 64 << 10;

/** Warnings by their numbers in the wasm. */
const WARNINGS = [
  "over_budget: the stages' state does not fit into the cookie",
  "the endpoint rejected a signal permanently; see its response in the network panel",
];

/** The cookie's number in the wasm, after those of the keys; the visitor's id has the next one. */
const COOKIE = KEYS.length + 1;

/** By their numbers in the wasm: the last cannot be read. */
const CHOICES = ["granted", "", "denied", "?"];

/** The page and the options of the tracker that runs. */
let life, within, options;
/** Reports to the wasm. */
let act;
/** Its model's head, its storage, its page view, its interactions, its outbox. */
let head, stored, pages, handlers, outbox;
/** Takes the visitor's id. */
let named;
/** Events by their numbers, until the wasm is done; and those that are kept until the visitor has chosen. */
let events = [];
let pending;
/** Notifications to dispatch when the wasm has returned: names and details. */
let notifications;
/** The segment that was announced last, and the numbers that it follows from. */
let segmentNow, segmentNumbers;
/** The time of the visitor's last input, on the page's clock. */
let inputAt;
/** The visitor's attention when it was asked for last. */
let attentionNow;
let timer, soon, isOpen;
/** The cookie's value that was set last. */
let cookieNow;
/** Loads a part that few pages need; and that for videos, once one plays. */
let part, watching;

/** Passes a string or bytes to the wasm; returns the length. */
const pass = (value) => {
  startWriting();
  writeRaw(value);
  return written();
};

/**
 * Returns an event to record; throws if it is not valid. Its props are copied through JSON, as other
 * tools take them: a number that is not finite is null.
 */
export const createEvent = (type, props, url) => {
  const event = checkOwn(tried(() => parse(JSON.stringify({ type, props }))) ?? fail("event_syntax"));
  decision(event);
  return { event, url };
};

/**
 * Returns an event that the page itself has caused; undefined if it is too large, which is not worth a word to the
 * visitor. Its texts are the page's, which may have halves of surrogate pairs.
 */
const seen = (type, props, url) =>
  tried(() => {
    for (const name in props)
      if (typeof props[name] == "string") props[name] = props[name].replace(/\p{Cs}/gu, "\ufffd");
    return createEvent(type, props, url);
  });

/** Returns the number of an event. */
export const numbered = (event) => events.push(event) - 1;

/** Records such an event. */
const record = (type, props, at = 0, url) => {
  const event = seen(type, props, url);
  if (event) within(core.interact)(numbered(event), at);
};

const sign = () => {
  const now = ticks();
  if (!(now - inputAt <= GAP)) act(acts.INPUT);
  inputAt = now;
};

const signOf = ({ isTrusted }) => isTrusted && isOpen && sign();

function handle(event) {
  const { type, target, isTrusted, key } = event;
  if (/^(submit|formdata)$/.test(type)) return tried(() => handlers.sending.heard(event));
  if (/^(playing|timeupdate|ended)$/.test(type)) {
    if (target instanceof HTMLVideoElement)
      (watching ||= part("video").then(({ videos }) =>
        videos({ tell: record, sign: signOf, isOn: handlers.last.isOn }),
      ))
        .then((watched) => watched(event, type, target))
        .catch(() => {});
    return;
  }
  if (type == "pagehide") tried(handlers.sending.leave);
  if (isTrusted) tried(() => handlers.last.note(event));
  if (REPORTS[type]) act(REPORTS[type]);
  // Any script can dispatch such an event, which must not count as a page view.
  else if (type == "pageshow") event.persisted && isTrusted && act(acts.RESTORED);
  else if (type == "storage") {
    const number = key && isSignal(key) ? KEYS.length : KEYS.indexOf(key);
    act(acts.STORED, 2 * number + +(!!key && isOwn(key) && !!stored.get(key)));
  } else if (type == "blur") setTimeout(onVisibilityChange);
  // The document's active element is the frame only after the `blur` event.
  else if (/^(focus|visibilitychange)$/.test(type)) onVisibilityChange();
  // Events that a script dispatches are not behaviour of the visitor.
  else if (isTrusted && isOpen) {
    const counts = tried(() => handlers[type]?.(event));
    if (type != "scroll" || counts) sign();
  }
}

/** An element that gets the focus changes nothing. */
const onVisibilityChange = () => {
  const before = attentionNow;
  if (attention() != before) act(acts.ATTENTION);
};

/** Begins a tracker; throws if the model is not valid. `bytes` are those of the model. */
export function open(own, guard, loadPart, given, bytes, bits, agreed, since, seen) {
  [life, within, part, options] = [own, guard, loadPart, given];
  watching = undefined;
  act = within(core.act);
  const agent = tried(() => navigator.userAgent);
  // A browser that does not say what it is may be anything.
  if (agent && core.crawler(pass(agent))) bits |= 4;
  named = leadId(life);
  stored = storage();
  pages = views(options.search || "q,s,search,query,keyword");
  notifications = [];
  pending = [];
  segmentNow = segmentNumbers = isOpen = cookieNow = undefined;
  inputAt = -Infinity;
  soon = undefined;
  life.ends.push(() => {
    clearTimeout(timer);
    soon?.port1.close();
  });
  outbox = sending(life, options.endpoint, stored, () => act(acts.NEXT) - 1, within(core.answered));
  checked(core.begin(pass(bytes), bits, agreed, since, seen), "model");
  head = headOf(bytes);
  handlers = interactions(life, pages, record, () => act(acts.ARRIVE));
  watch(life, KINDS.split(" "), handle);
  return {
    record,
    /** From here on interactions count. The first listener for `storage` makes the browser load all that is stored. */
    begun() {
      isOpen = true;
      attach(life, window, ["storage"], handle);
    },
    snapshot: () => {
      const count = core.act(acts.SNAP);
      if (count) return snapshotOf(head, taken(count));
    },
  };
}

export const lastInput = () => inputAt;

export function attention() {
  if (tried(() => property(document, "visibilityState")) == "hidden") return (attentionNow = 0);
  if (tried(() => !property(document, "hasFocus").call(document))) return (attentionNow = 1);
  let focus = tried(() => property(document, "activeElement"));
  while (focus?.shadowRoot) focus = focus.shadowRoot.activeElement;
  return (attentionNow = /^(iframe|object|embed)$/.test(focus?.localName) ? 3 : 2);
}

const wake = () => act(acts.WAKE);

export function wakeAfter(after) {
  clearTimeout(timer);
  // In the same task, so that the recorded events are not lost.
  if (after == -Infinity) return void Promise.resolve().then(wake);
  // Timers of a hidden page wait for up to a minute, messages do not.
  if (after <= 0 && !soon && (soon = tried(() => new MessageChannel()))) soon.port1.onmessage = wake;
  if (after > 0 || !soon) timer = setTimeout(wake, after);
  else soon.port2.postMessage(0);
}

export function notify() {
  events = [];
  for (const [name, detail] of notifications.splice(0)) {
    if (name == "id") {
      tried(() => named(detail));
      continue;
    }
    const { push } = options;
    if (name == "signal" && push) {
      const { stage, snapshot } = detail.data;
      const { score, segment } = snapshot;
      tried(() => (member(push) || (window[push] = [])).push({ event: "qualify_lead", stage, score, segment }));
    }
    tried(() => dispatch(document, "leadscore:" + name, detail));
  }
}

export const complain = (number) => {
  warn(WARNINGS[number]);
};

export function locate(number, at) {
  const own = events[number];
  const { event, url = pages.view.url } = own;
  own.referrer = pages.view.referrer;
  own.event = { type: event.type, at, url, props: event.props ?? {} };
  return +(url.length <= MOST_URL);
}

export function keepEvent(number, isView, engaged) {
  const own = events[number];
  const size = JSON.stringify(own.event.props).length;
  pending.push({ ...own, isView, engaged, size });
  const sizes = pending.reduce((sum, { size }) => sum + size, 0);
  if (pending.length > PENDING || sizes > PENDING_SIZE) pending.shift();
}

export const takeEvent = () => (pending.length ? numbered(pending.shift()) : -1);
export const partOf = (number, part) => {
  const { event, engaged, isView } = events[number];
  return [event.at, engaged, isView][part];
};
export const forgetEvents = () => {
  pending = [];
};

/** By the numbers of the tracker's own events. */
const OWN = [
  () => {
    const { url, referrer, title } = pages.view;
    return ["page_view", { page_location: url, page_referrer: referrer, page_title: title }];
  },
  () => {
    const search_term = pages.term();
    return ["view_search_results", search_term && { search_term }];
  },
  () => ["scroll", pages.step()],
  (engaged_seconds) => ["user_engagement", { engaged_seconds }],
];

export function own(kind, number) {
  const [type, props] = OWN[kind](number);
  const event = props && seen(type, props);
  return event ? numbered(event) : -1;
}

export const sessionEvent = (number, isFirst, session_number) => {
  const { event, referrer } = events[number];
  const { at, url } = event;
  const type = isFirst ? "first_visit" : "session_start";
  return numbered({ event: { type, at, url, props: { ...origin(url, referrer), session_number } } });
};

export const addEngaged = (number, session_engaged_seconds, total_engaged_seconds) => {
  Object.assign(events[number].event.props, { session_engaged_seconds, total_engaged_seconds });
};

export const campaign = (number) => pass(campaignOf(events[number].event.url));

/** The signals of the last event. */
let signals = [];

export function ingestEvent(number, at, flags) {
  const { event } = events[number];
  const subject = takenText(22);
  signals = [];
  try {
    const { trips, source } = passEvent(head, event, at, "", (...given) => core.ingest(1, ...given));
    if (trips) signals = signalsOf(head, 1, trips, at, { subject, source, provenance: "client" });
  } catch (error) {
    // A crash is not the event's fault.
    if (!error.code) throw error;
    return -1;
  }
  // The inspector shows the events that are held back until consent is granted.
  notifications.push([flags & 1 ? "event" : "held", event]);
  if (!(flags & 2)) return 0;
  for (const signal of signals) notifications.push(["signal", signal]);
  return signals.length;
}

export function segment(count) {
  const points = taken(count);
  const numbers = [points[2], points[5], points[6]].join();
  if (numbers == segmentNumbers) return;
  segmentNumbers = numbers;
  const detail = snapshotOf(head, points);
  if (detail.segment != segmentNow) notifications.push(["segment", detail]);
  segmentNow = detail.segment;
}

export const compareAddress = () => pages.compare();
export const hasTitle = (isNew) => +pages.hasTitle(isNew);
export const keepAddress = (slot) => pages.keep(slot);
export const beginView = (what) => pages.begin(what);

const choice = (value) => {
  const number = CHOICES.indexOf(value);
  return number < 0 ? 1 : number;
};
export const storedChoice = () => choice(stored.get(CONSENT)) + 4 * choice(stored.seen(CONSENT));
export const storeChoice = (number) => +!!stored.set(CONSENT, CHOICES[number]);

export const deleteAll = () => {
  for (const key of stored.keys()) if (isOwn(key)) stored.set(key, "");
  tried(() => setCookie((cookieNow = "denied"), options.hasCookie));
};

export const storedRecord = (key) => pass(stored[key ? "get" : "seen"](KEYS[key]));

export const storeRecord = (key, length) => {
  const text = takenText(length);
  if (KEYS[key]) return +!!stored.set(KEYS[key], text);
  if (key != COOKIE) notifications.push(["id", text]);
  // A tab that does not know yet that consent was withdrawn in another one must not set the former value again.
  else if (text != cookieNow) tried(() => setCookie((cookieNow = text), true));
};

export function random() {
  const bytes = new Uint8Array(16);
  const isFilled = tried(() => crypto.getRandomValues(bytes));
  if (!isFilled) tried(() => bytes.forEach((_, at) => (bytes[at] = Math.random() * 256)));
  return pass(bytes);
}

export const storeSignal = (number, length) => {
  outbox.keep(signals[number], takenText(length), JSON.stringify(signals[number]));
};
export const signalsOut = (act, number) => tried(() => outbox.acts[act](number));
