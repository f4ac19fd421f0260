/** Lets at most `limit` actions run at the same time; the others wait in the order they came. */
export interface Semaphore {
  run<T>(action: () => Promise<T>): Promise<T>;
}

export function createSemaphore(limit: number): Semaphore {
  let running = 0;
  const waiting: (() => void)[] = [];
  return {
    async run(action) {
      if (running >= limit) await new Promise<void>((resolve) => waiting.push(resolve));
      running++;
      try {
        return await action();
      } finally {
        running--;
        waiting.shift()?.();
      }
    },
  };
}
