import { startEngine } from "./engine.js";

// What goes wrong in a promise of a worker reaches nobody by itself.
startEngine(self).catch(({ message }) => self.postMessage({ kind: "failure", message }));
