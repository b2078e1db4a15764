// What the page does for the wasm: storage that never fails, requests, a timer, announcements.

import { setCookie } from "./cookie.js";
import { forms } from "./forms.js";
import { hand } from "./hand.js";
import { leadId } from "./lead-id.js";
import { attach } from "./life.js";
import { locked } from "./lock.js";
import { clock, dispatch, own, read, ticks, tried, warn } from "./page.js";
import { retryAfter } from "./retry-after.js";
import { watch } from "./watch.js";

/** Milliseconds after which a request counts as failed. */
const TIMEOUT = 30_000;

/** Characters of an answer that are read: the receiver's own codes stand in less. */
const ANSWER = 1_024;

/**
 * Milliseconds for which another tab may hold the lock for sending: one that was frozen at the wrong moment would hold it
 * for ever. Whatever both send has one id.
 */
const PATIENCE = 5_000;

/** Milliseconds to wait for the browser's answer whether another tab does. */
const ASKING = 1_000;

const decoder = new TextDecoder();
export const text = (bytes) => decoder.decode(bytes);

export function host(life, { hear, wake, next, answered, sent, tell, part }, { endpoint, push }) {
  /** What the browser does not store lives as long as the page. */
  const memory = {};
  let timer, isDraining, watching;
  let refused = 0;
  // Of the prototype: a form field with the name `getAttribute` hides the form's own.
  const { prototype } = Element;
  const last = hand();
  const sending = forms(life, last, sent);
  const named = leadId(life);
  const find = (event, kind, selector) =>
    event.composedPath().find((node) => node instanceof kind && (!selector || prototype.matches.call(node, selector)));
  // Called as the page is put aside, so that no lock is held meanwhile.
  /** @type {(value?: unknown) => void} */
  let leave = () => {};
  tried(() => attach(life, window, ["pagehide", "freeze"], () => leave()));
  // Timers of a hidden page wait for up to a minute, messages do not.
  const soon = tried(() => new MessageChannel());
  if (soon) soon.port1.onmessage = wake;
  life.ends.push(() => {
    clearTimeout(timer);
    soon?.port1.close();
  });

  async function send(isLeft) {
    for (let item; !isLeft() && (item = next());) {
      const space = item.indexOf(32);
      const answer = { status: 0, after: 0, said: "" };
      // A deadline of our own: a `fetch` that a page has replaced may ignore the signal.
      const late = new Promise((resolve) => setTimeout(resolve, TIMEOUT));
      // What fails is tried again.
      await Promise.race([post(item.subarray(space + 1), answer).catch(() => {}), late]);
      const { status, after, said } = answer;
      answered(item.subarray(0, space), status, after, said.slice(0, ANSWER + 1), tried(Math.random) ?? 0);
    }
  }

  /** Fills in the answer as far as it comes. */
  async function post(body, answer) {
    const response = await fetch(endpoint, {
      method: "POST",
      headers: { "content-type": "application/cloudevents+json" },
      body,
      // All such requests of a page together may have 64 KiB.
      keepalive: body.length < 3e4,
      credentials: "omit",
      // Followed, a redirect to a page would look like an endpoint that has taken the signal.
      redirect: "manual",
      signal: tried(() => AbortSignal.timeout(TIMEOUT)),
    });
    answer.status = response.status;
    answer.after = retryAfter(response, clock());
    if (response.ok || !response.body) return;
    // Why it was refused.
    const reader = response.body.getReader();
    for (let part; answer.said.length <= ANSWER && !(part = await reader.read()).done;) answer.said += text(part.value);
    reader.cancel();
  }

  /** Indexed by the numbers in src/browser/host.rs. */
  const storedTexts = [
    (key) => memory[key] ?? localStorage.getItem(key),
    // Storage that cannot be read must not look like storage that was cleared.
    (key) => tried(() => localStorage.getItem(key) ?? "") ?? memory[key] ?? "?",
    (prefix) => {
      const keys = Object.keys(memory).concat(tried(() => Object.keys(localStorage)) ?? []);
      return keys.filter((key) => key.startsWith(prefix) && !key.includes(" ")).join(" ");
    },
  ];
  const pageTexts = [
    () => location.href,
    () => read(document, "referrer"),
    () => read(document, "title"),
    (of, name) => {
      const value = read(of, name);
      // In SVG the value is an object.
      return String(value?.baseVal ?? value ?? "");
    },
    (of, name) => prototype.getAttribute.call(of, name),
    (of) => prototype.getAttributeNames.call(of).join(" "),
    // In SVG `href` is an object.
    (of) => new URL(of.href.baseVal ?? of.href, read(document, "baseURI")).href,
  ];

  const calls = {
    warn,
    stored_text: (what, key) => storedTexts[what](text(key)),
    page_text: (what, of, name) => pageTexts[what](of, name),
    listen(kinds) {
      kinds = kinds.split(" ");
      watch(life, kinds, (event) => {
        const { type, target } = event;
        const number = kinds.indexOf(type);
        if (/^(submit|formdata)$/.test(type)) tried(() => sending.heard(event));
        else if (/^(playing|timeupdate|ended)$/.test(type)) {
          if (target instanceof HTMLVideoElement)
            (watching ||= part("video").then(({ videos }) =>
              videos({ tell, sign: (event) => hear(-1, event), isOn: last.isOn }),
            ))
              .then((watched) => watched(event, type, target))
              .catch(() => {});
        } else {
          if (type == "pagehide") tried(sending.leave);
          if (event.isTrusted) tried(() => last.note(event));
          // The document's active element is the frame only after the `blur` event.
          if (type == "blur") setTimeout(hear, 0, number, event);
          else hear(number, event);
        }
      });
    },
    set(key, value) {
      key = text(key);
      delete memory[key];
      try {
        if (value.length) localStorage.setItem(key, text(value));
        else localStorage.removeItem(key);
        return true;
      } catch {
        // Also that it is removed: a signal that stays in the storage would be sent for ever.
        if (value.length || tried(() => localStorage.getItem(key))) memory[key] = text(value);
      }
    },
    cookie: (value, made) => setCookie(text(value), made),
    attention() {
      if (tried(() => read(document, "visibilityState")) == "hidden") return 0;
      if (tried(() => !read(document, "hasFocus").call(document))) return 1;
      let focus = tried(() => read(document, "activeElement"));
      while (focus?.shadowRoot) focus = focus.shadowRoot.activeElement;
      return focus instanceof HTMLIFrameElement ? 3 : 2;
    },
    depth(event) {
      let box = event.composedPath()[0];
      if (box instanceof Element) {
        const isLarge = box.clientWidth * box.clientHeight * 2 >= innerWidth * innerHeight;
        if (!isLarge || !last.hasMoved(box)) return NaN;
      } else box = read(document, "scrollingElement") || read(document, "documentElement");
      const { scrollHeight, clientHeight, scrollTop } = box;
      // A pixel of tolerance: positions are fractions, heights are rounded. The top is a depth of 0.
      return scrollTop > 0 ? (100 * (scrollTop + clientHeight + 1)) / scrollHeight : 0;
    },
    is_echo: (event) => last.isEcho(event),
    number: (of, name) => +of[name] || 0,
    random(bytes) {
      const isFilled = tried(() => crypto.getRandomValues(bytes));
      if (!isFilled) bytes.forEach((_, at) => (bytes[at] = Math.random() * 256));
    },
    wake(after) {
      clearTimeout(timer);
      if (after > 0 || (!soon && after > -Infinity)) timer = setTimeout(wake, after);
      // Still in this task: what was counted is not to be lost with it.
      else if (after == -Infinity) Promise.resolve().then(wake);
      else soon.port2.postMessage(0);
    },
    beacon: (body) => navigator.sendBeacon(endpoint, text(body)),
    async drain() {
      if (isDraining) return;
      isDraining = true;
      // Whoever asks is still at work, and can be called only then.
      await 0;
      await locked("leadscore.outbox", { ifAvailable: true }, ASKING, (lock) => {
        const now = ticks();
        if (lock) refused = 0;
        else if (now - (refused ||= now) < PATIENCE) return;
        // Its answer may still come, but from then on another loop may send.
        let isLeft = false;
        const left = new Promise((resolve) => (leave = () => resolve((isLeft = true))));
        return Promise.race([send(() => isLeft), left]);
      });
      isDraining = false;
    },
    announce(name, json) {
      const detail = JSON.parse(text(json));
      if (name == "id") return named(detail);
      if (name == "signal" && push) {
        const { stage, snapshot } = detail.data;
        const { score, segment } = snapshot;
        tried(() => (own(push) || (window[push] = [])).push({ event: "qualify_lead", stage, score, segment }));
      }
      dispatch(document, "leadscore:" + name, detail);
    },
  };
  /** Whatever a browser denies is as good as empty: nothing is ever thrown into the wasm, which would not survive it. */
  const host = {
    around: (event, selector) => tried(() => find(event, Element, selector)),
    form: (event) =>
      tried(() => {
        // A field may be outside of its form and name it with the attribute `form`.
        const form = event.composedPath()[0].form || find(event, HTMLFormElement);
        if (form) sending.entered(form);
        return form;
      }),
  };
  for (const name in calls) host[name] = (...args) => tried(() => calls[name](...args)) ?? "";
  return host;
}
