// Sets another user agent: agent?Googlebot/2.1
const agent = decodeURIComponent(document.currentScript.src.split("?")[1]);
Object.defineProperty(Navigator.prototype, "userAgent", { get: () => agent });
