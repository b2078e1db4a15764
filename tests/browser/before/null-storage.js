// Storage is null, as in some embedded web views.
Object.defineProperty(window, "localStorage", { get: () => null });
