// The page is being prerendered until window.activate().
let prerendering = true;
Object.defineProperty(Document.prototype, "prerendering", { get: () => prerendering, configurable: true });
window.activate = () => {
  prerendering = false;
  document.dispatchEvent(new Event("prerenderingchange"));
};
