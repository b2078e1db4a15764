// Repeats a task while the page is visible, and less often while it fails.
const PAUSE = 5_000;
const LONGEST_PAUSE = 60_000;

export class Poll {
  #task;
  #onResult;
  #tail = Promise.resolve();
  #timer;
  #failures = 0;

  /**
   * @param {() => Promise<void>} task
   * @param {(error: Error | null) => void} onResult called after each attempt; null if it succeeded
   */
  constructor(task, onResult) {
    this.#task = task;
    this.#onResult = onResult;
    document.addEventListener("visibilitychange", () => {
      if (document.visibilityState === "visible") this.run();
      else clearTimeout(this.#timer);
    });
  }

  /** Now, or as soon as what is under way is over. */
  run() {
    return (this.#tail = this.#tail.then(() => this.#once()));
  }

  async #once() {
    clearTimeout(this.#timer);
    let seconds = 0;
    try {
      await this.#task();
      this.#failures = 0;
      this.#onResult(null);
    } catch (error) {
      // Aborted by a newer request.
      if (error.name === "AbortError") return;
      this.#failures++;
      seconds = error.seconds ?? 0;
      this.#onResult(error);
    }
    if (document.visibilityState !== "visible") return;
    const pause = Math.min(PAUSE * 2 ** Math.max(0, this.#failures - 1), LONGEST_PAUSE);
    this.#timer = setTimeout(() => this.run(), Math.max(pause, Math.min(seconds * 1000, LONGEST_PAUSE)));
  }
}
