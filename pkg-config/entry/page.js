// How the page is read. Its markup can put elements in the place of members (https://html.spec.whatwg.org/#dom-tree-accessors,
// https://html.spec.whatwg.org/#named-access-on-the-window-object), and its browser can deny any of them: what is read here
// is the browser's own, or nothing, and never throws.

/**
 * Calls, and gives undefined where that throws.
 *
 * @returns {any}
 */
export const tried = (call) => {
  try {
    return call();
  } catch {
    // Denied, or not there.
  }
};

/** A member of a document or an element as its interface has it: `<form name="cookie">` hides `document.cookie`. */
export const read = (of, name) => Reflect.get(Object.getPrototypeOf(of), name, of);

/** A member of the window: `<a id="navigation">` stands in for one that the browser does not have. */
export const own = (name) => (Object.hasOwn(window, name) ? window[name] : undefined);

/** Milliseconds since the page began, on a clock that nobody sets where there is one. */
export const ticks = () => tried(() => performance.now()) ?? clock();

/** Returns milliseconds since 1970, by the device's clock. */
export const clock = () => tried(() => Date.now()) ?? 0;

/** Calls once, when the page is idle; at the latest after `2 * timeout` milliseconds. */
export const whenIdle = (call, timeout) => {
  const once = () => {
    if (call) call();
    call = undefined;
  };
  setTimeout(once, tried(() => requestIdleCallback(once, { timeout })) ? 2 * timeout : 1);
};

/** Writes a warning of one line to the console. */
export const warn = (message) => tried(() => console.warn("leadscore: " + message));

/** Dispatches an event that bubbles. */
export const dispatch = (target, name, detail) =>
  EventTarget.prototype.dispatchEvent.call(target, new CustomEvent(name, { bubbles: true, detail }));
