Object.defineProperty(window, "navigation", { value: undefined });
