// On every page: hides that the browser is automated, and records errors.
const define = (object, name, get) => Object.defineProperty(object, name, { get, configurable: true });
const agent = navigator.userAgent.replace("Headless", "");
define(Navigator.prototype, "webdriver", () => false);
define(Navigator.prototype, "userAgent", () => agent);
if (navigator.userAgentData) {
  const brands = navigator.userAgentData.brands.map((entry) => ({
    ...entry,
    brand: entry.brand.replace("Headless", ""),
  }));
  define(NavigatorUAData.prototype, "brands", () => brands);
}

const complaints = (window.complaints = []);
for (const level of ["warn", "error"]) {
  const tell = console[level];
  console[level] = (...args) => {
    complaints.push(args.map(String).join(" "));
    tell.apply(console, args);
  };
}
addEventListener("error", (event) => event.message && complaints.push(`error: ${event.message}`));
addEventListener("unhandledrejection", ({ reason }) => complaints.push(`unhandled: ${reason}`));
addEventListener("securitypolicyviolation", ({ blockedURI, effectiveDirective }) => {
  // The tag itself reports blocked wasm.
  if (blockedURI !== "wasm-eval") complaints.push(`policy: ${effectiveDirective} ${blockedURI}`);
});
