// Access to storage throws, as with all site data blocked.
Object.defineProperty(window, "localStorage", {
  get() {
    throw new DOMException("The operation is insecure.", "SecurityError");
  },
});
