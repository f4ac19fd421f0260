/**
 * Lets much run at once, and now and then one piece of work alone: it waits until the running ones are done,
 * and new ones wait until it is.
 */
export class Turns {
  #running = 0;
  #alone: Promise<void> | null = null;
  #whenQuiet: (() => void) | null = null;

  get running(): number {
    return this.#running;
  }

  async shared<T>(work: () => Promise<T>): Promise<T> {
    while (this.#alone) await this.#alone;
    this.#running++;
    try {
      return await work();
    } finally {
      this.#running--;
      if (this.#running === 0) this.#whenQuiet?.();
    }
  }

  /** Runs `work`, which must not ask for a turn here itself, while nothing else runs. */
  async alone<T>(work: () => T | Promise<T>): Promise<T> {
    while (this.#alone) await this.#alone;
    let release = (): void => undefined;
    this.#alone = new Promise((resolve) => {
      release = resolve;
    });
    try {
      if (this.#running > 0)
        await new Promise<void>((resolve) => {
          this.#whenQuiet = resolve;
        });
      return await work();
    } finally {
      this.#whenQuiet = null;
      this.#alone = null;
      release();
    }
  }
}
