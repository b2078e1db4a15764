// Reads the page safely. Its markup can shadow members of objects with elements (DOM clobbering:
// https://html.spec.whatwg.org/#dom-tree-accessors, https://html.spec.whatwg.org/#named-access-on-the-window-object),
// and the browser can deny any of them. These functions return the browser's own value or nothing, and never throw.

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

/** Returns a member of the window: `<a id="navigation">` could replace one that the browser does not have. */
export const own = (name) => (Object.hasOwn(window, name) ? window[name] : undefined);

/** Returns milliseconds since the start of the page, on a monotonic clock if there is one. */
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
