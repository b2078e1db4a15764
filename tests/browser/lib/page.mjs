// The common functions of pages in all engines, based on each engine's `run`, `front` and input.
import { PATIENCE } from "../../lib/patience.mjs";

const INTERVAL = 25;

const sleep = (time) => new Promise((done) => setTimeout(done, time));

/** Asks until the answer is truthy, and gives it. A page on its way to another one may fail to answer. */
export async function until(ask, what, patience = PATIENCE) {
  const deadline = performance.now() + patience;
  for (;;) {
    let answer, error;
    try {
      answer = await ask();
    } catch (caught) {
      error = caught;
    }
    if (answer) return answer;
    if (performance.now() > deadline) {
      throw new Error(`waited ${patience} ms for ${what}; last: ${error ? error.message : JSON.stringify(answer)}`);
    }
    await sleep(INTERVAL);
  }
}

export class Page {
  /**
   * Runs a function in the page; each engine overrides it.
   *
   * @returns {Promise<any>}
   */
  run(...call) {
    throw new Error(`this engine cannot run ${call[0]}`);
  }

  /** Runs a function of the page again and again until it gives something truthy; gives that. */
  until(f, ...args) {
    return until(() => this.run(f, ...args), `${f} with ${JSON.stringify(args)}`);
  }

  /** Messages of the page's console and its error events since it was loaded (see before/human.js). */
  complaints() {
    return this.run(() => globalThis.complaints?.splice(0) ?? []);
  }
}
