// The test controls whether the page is visible and has the focus, independently of the real window.
let visible = !document.currentScript.src.includes("?hidden");
let focused = visible;
const real = (event) => event.isTrusted && event.stopImmediatePropagation();
addEventListener("visibilitychange", real, true);
for (const type of ["focus", "blur"]) {
  addEventListener(type, (event) => event.target === window && real(event), true);
}
Object.defineProperty(Document.prototype, "visibilityState", { get: () => (visible ? "visible" : "hidden") });
Object.defineProperty(Document.prototype, "hidden", { get: () => !visible });
Document.prototype.hasFocus = () => focused;
window.setVisible = (value) => {
  visible = value;
  document.dispatchEvent(new Event("visibilitychange", { bubbles: true }));
};
window.setFocused = (value) => {
  focused = value;
  dispatchEvent(new Event(value ? "focus" : "blur"));
};
