// The page is painted before its program is read, which takes a phone a quarter of a second.
requestAnimationFrame(() => setTimeout(() => import("./main.js")));
