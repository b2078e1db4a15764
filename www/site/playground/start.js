// Loads the program after the first paint, because it takes a phone a quarter of a second.
requestAnimationFrame(() => setTimeout(() => import("./main.js")));
