Object.defineProperty(Navigator.prototype, "webdriver", { get: () => true });
