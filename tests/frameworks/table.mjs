// The frameworks and tools, each with the app that it is tried with. `dev` and `start` are commands of packages that serve
// at a port; what is built and has no server of its own is served as files.
const VITE = "vite/bin/vite.js";
const vite = (name, level) => ({
  name,
  level,
  parts: ["vanilla"],
  dev: (port) => [VITE, "--port", port, "--strictPort"],
  build: [VITE, "build"],
  start: (port) => [VITE, "preview", "--port", port, "--strictPort"],
});

export const TABLE = [vite("vite8", "test"), vite("vite7", "all"), vite("vite6", "all")];
