// What the page does for the wasm: storage that never fails, requests, a timer, announcements.

import { attach } from "./life.js";

/** Milliseconds after which a request counts as failed. */
const TIMEOUT = 30_000;

/** Characters of an answer that are read: the receiver's own codes stand in less. */
const ANSWER = 1_024;

/**
 * Milliseconds for which another tab may hold the lock for sending: one that was frozen at the wrong moment would hold it
 * for ever. Whatever both send has one id.
 */
const PATIENCE = 5_000;

/** Seconds: a year; browsers allow little more. What a script writes, Safari keeps for seven days. */
const COOKIE_AGE = 31_536_000;

const decoder = new TextDecoder();
export const text = (bytes) => decoder.decode(bytes);

export function host(life, { hear, wake, next, answered }, { endpoint, push, warn }) {
  /** What the browser does not store lives as long as the page. */
  const memory = {};
  let timer, isDraining;
  let refused = 0;
  // As the page cannot hide them, by a field of that name.
  const { prototype } = Element;
  // Called as the page is put aside, so that no lock is held meanwhile.
  /** @type {(value?: unknown) => void} */
  let leave = () => {};
  attach(life, window, ["pagehide", "freeze"], () => leave());
  life.ends.push(() => clearTimeout(timer));

  async function send(isLeft) {
    for (let item; !isLeft() && (item = next());) {
      const space = item.indexOf(32);
      const answer = { status: 0, after: 0, said: "" };
      // A deadline of our own: a `fetch` that a page has replaced may ignore the signal.
      const late = new Promise((resolve) => setTimeout(resolve, TIMEOUT));
      // What fails is tried again.
      await Promise.race([post(item.subarray(space + 1), answer).catch(() => {}), late]);
      const { status, after, said } = answer;
      answered(item.subarray(0, space), status, after, said.slice(0, ANSWER + 1), Math.random());
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
      signal: window.AbortSignal?.timeout?.(TIMEOUT),
    });
    answer.status = response.status;
    // Seconds, or a date.
    /** @type {any} */
    const value = response.headers.get("retry-after") || 0;
    answer.after = isNaN(value) ? Date.parse(value) - Date.now() : value * 1e3;
    if (response.ok || !response.body) return;
    // Why it was refused.
    const reader = response.body.getReader();
    for (let part; answer.said.length <= ANSWER && !(part = await reader.read()).done;) answer.said += text(part.value);
    reader.cancel();
  }

  return {
    warn,
    listen(kinds) {
      kinds = kinds.split(" ");
      attach(life, window, kinds, (event) => hear(kinds.indexOf(event.type), event));
    },
    get(key) {
      key = text(key);
      try {
        return memory[key] ?? localStorage.getItem(key) ?? "";
      } catch {
        return "";
      }
    },
    set(key, value) {
      key = text(key);
      delete memory[key];
      try {
        if (value.length) localStorage.setItem(key, text(value));
        else localStorage.removeItem(key);
      } catch {
        if (value.length) memory[key] = text(value);
      }
    },
    keys(prefix) {
      prefix = text(prefix);
      let keys = Object.keys(memory);
      try {
        keys = keys.concat(Object.keys(localStorage));
      } catch {
        // Blocked.
      }
      return keys.filter((key) => key.startsWith(prefix) && !key.includes(" ")).join(" ");
    },
    cookie(value, made) {
      try {
        if (!made && !/(^|; )(leadscore|__Host-leadscore-page)=/.test(document.cookie)) return;
        const isSecure = location.protocol == "https:";
        const rest = "path=/;samesite=lax" + (isSecure ? ";secure" : "");
        const write = (name, isOwn) =>
          (document.cookie = `${name}=${isOwn ? text(value) : ""};max-age=${isOwn ? COOKIE_AGE : 0};${rest}`);
        // Only HTTPS has names that no other host of the domain can write to.
        write("leadscore", !isSecure);
        write("__Host-leadscore-page", isSecure);
      } catch {
        // A page that may have none, such as a sandboxed frame.
      }
    },
    url: () => location.href,
    referrer: () => String(document.referrer),
    title: () => String(document.title),
    attention: () => (document.visibilityState == "hidden" ? 0 : document.hasFocus() ? 2 : 1),
    depth() {
      // A pixel of tolerance: positions are fractions, heights are rounded.
      const { scrollHeight, clientHeight } = document.documentElement;
      return (100 * (scrollY + clientHeight + 1)) / scrollHeight;
    },
    text(of, name) {
      // By the getter of its kind, which a form's fields cannot hide. In vector graphics it is an object.
      const value = Reflect.get(Object.getPrototypeOf(of), name, of);
      return String(value?.baseVal ?? value ?? "");
    },
    number: (of, name) => +of[name] || 0,
    attribute: (of, name) => prototype.getAttribute.call(of, name) ?? "",
    attributes: (of) => prototype.getAttributeNames.call(of).join(" "),
    link(of) {
      try {
        // In vector graphics it is an object.
        return new URL(of.href.baseVal ?? of.href, document.baseURI).href;
      } catch {
        return "";
      }
    },
    around: (event, selector) =>
      event.composedPath().find((node) => node instanceof Element && prototype.matches.call(node, selector)),
    random: (bytes) => crypto.getRandomValues(bytes),
    wake(after) {
      clearTimeout(timer);
      timer = setTimeout(wake, after);
    },
    beacon: (body) => navigator.sendBeacon(endpoint, text(body)),
    async drain() {
      if (isDraining) return;
      isDraining = true;
      // Whoever asks is still at work, and can be called only then.
      await 0;
      const work = (lock) => {
        const now = performance.now();
        if (!lock && now - (refused ||= now) < PATIENCE) return;
        refused = 0;
        // Its answer may still come, but from then on another loop may send.
        let isLeft = false;
        const left = new Promise((resolve) => (leave = () => resolve((isLeft = true))));
        return Promise.race([send(() => isLeft), left]);
      };
      const { locks } = navigator;
      try {
        await (locks ? locks.request("leadscore.outbox", { ifAvailable: true }, work) : work(true));
      } catch {
        // A page that may not lock: it is asked again.
      }
      isDraining = false;
    },
    announce(name, json) {
      const detail = JSON.parse(text(json));
      if (name == "signal" && push) {
        const { stage, snapshot } = detail.data;
        const { score, segment } = snapshot;
        (window[push] ||= []).push({ event: "qualify_lead", stage, score, segment });
      }
      document.dispatchEvent(new CustomEvent("leadscore:" + name, { bubbles: true, detail }));
    },
  };
}
