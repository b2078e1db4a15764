// The engine, in a worker if the page's policy allows one, otherwise in the page with the same messages.

const WORKER = "/playground/engine/worker.js";
/** The page's policy has to name it: under Trusted Types only such a policy may start a worker. */
const POLICY = "leadscore-playground";

/** @param {Record<string, (message: object) => void>} handlers what to do with each kind of answer */
export function startEngine(handlers) {
  const asked = new Map();
  // A worker that is not ready yet would lose messages.
  const early = [];
  let port = null;
  let ids = 0;
  const send = (message) => void (port ? port.postMessage(message) : early.push(message));

  open().then((opened) => {
    opened.onerror = () => handlers.failure({ message: "the scoring engine could not start in this browser" });
    opened.onmessage = ({ data }) => {
      if (data.kind === "ready") {
        port = opened;
        early.splice(0).forEach(send);
      } else if (asked.has(data.id)) {
        asked.get(data.id)(data);
        asked.delete(data.id);
      } else {
        handlers[data.kind](data);
      }
    };
  }, handlers.failure);

  return {
    /** Sends a message; responses go to the handlers. */
    send,
    /** Sends a question and resolves with its response. */
    ask(question) {
      ids += 1;
      const id = ids;
      return new Promise((resolve) => {
        asked.set(id, resolve);
        send({ ...question, id });
      });
    },
  };
}

async function open() {
  const url = workerUrl();
  if (url) return new Worker(url, { type: "module" });
  const { startEngine: start } = await import("./engine.js");
  const { port1, port2 } = new MessageChannel();
  await start(port2);
  return port1;
}

function workerUrl() {
  if (!window.trustedTypes) return WORKER;
  try {
    return trustedTypes.createPolicy(POLICY, { createScriptURL: () => WORKER }).createScriptURL("");
  } catch {
    return undefined;
  }
}
