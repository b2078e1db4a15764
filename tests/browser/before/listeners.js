// Counts the registered listeners by type.
window.listeners = {};
const { addEventListener: add, removeEventListener: remove } = EventTarget.prototype;
const known = new Map();
const key = (type, options) => `${type} ${typeof options === "object" ? !!options?.capture : !!options}`;
function keysOf(target, listener) {
  if (!known.has(target)) known.set(target, new Map());
  const listeners = known.get(target);
  if (!listeners.has(listener)) listeners.set(listener, new Set());
  return listeners.get(listener);
}
EventTarget.prototype.addEventListener = function (type, listener, options) {
  const keys = keysOf(this ?? window, listener);
  if (!keys.has(key(type, options))) listeners[type] = (listeners[type] ?? 0) + 1;
  keys.add(key(type, options));
  if (options?.signal) add.call(options.signal, "abort", () => (listeners[type] -= keys.delete(key(type, options))));
  return add.call(this ?? window, type, listener, options);
};
EventTarget.prototype.removeEventListener = function (type, listener, options) {
  const keys = keysOf(this ?? window, listener);
  if (keys.delete(key(type, options))) listeners[type] -= 1;
  return remove.call(this ?? window, type, listener, options);
};
