// The listeners and replaced functions of a tracker, all of which are removed when it stops.

import { tried } from "./page.js";

// In the capturing phase all events pass the window, those that do not bubble too.
const LISTENING = { capture: true, passive: true };

/**
 * `sending` is when a form was last submitted; `embedded` selects forms that embeds.js follows; `id` is the visitor's.
 *
 * @returns {{ isOver: boolean, ends: (() => void)[], sending?: number, embedded?: string, id?: string }}
 */
export const begin = () => ({ isOver: false, ends: [] });

export function end(life) {
  life.isOver = true;
  for (const end of life.ends.splice(0)) tried(end);
}

// Called from the prototype, because the page can hide the window's own: `<a id="addEventListener">` does.
const change = (name) => (target, kinds, listener) => {
  for (const kind of kinds) EventTarget.prototype[name].call(target, kind, listener, LISTENING);
};
export const listen = change("addEventListener");
export const unlisten = change("removeEventListener");

/** Listens for these kinds of events. One listener for all, and no AbortSignal: attaching is a tenth of the start. */
export function attach(life, target, kinds, listener) {
  listen(target, kinds, listener);
  life.ends.push(() => unlisten(target, kinds, listener));
}

/** Calls `then` after each call of a function of the page, as a method of the same object. */
export function listenIn(life, object, name, then) {
  const isOwn = Object.hasOwn(object, name);
  const original = object[name];
  const replaced = /** @this {unknown} */ function (...args) {
    const result = original.apply(this, args);
    // If another script has replaced it since, this function stays in the chain and has no effect.
    if (!life.isOver) then.apply(this, args);
    return result;
  };
  object[name] = replaced;
  life.ends.push(() => {
    if (object[name] != replaced) return;
    if (isOwn) object[name] = original;
    else delete object[name];
  });
}
