import { startEngine } from "./engine.js";

// A rejected promise in a worker is not reported by itself.
startEngine(self).catch(({ message }) => self.postMessage({ kind: "failure", message }));
