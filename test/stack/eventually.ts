/** Asks again until `attempt` neither throws nor gives undefined; after `limitMs` fails with the last reason. */
export async function eventually<T>(
  what: string,
  attempt: () => Promise<T | undefined>,
  limitMs = 30_000,
): Promise<T> {
  const startMs = performance.now();
  let reason: unknown = 'nothing yet';
  while (performance.now() - startMs < limitMs) {
    try {
      const result = await attempt();
      if (result !== undefined) return result;
    } catch (error) {
      reason = error;
    }
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error(`Waited ${limitMs} ms for ${what}`, { cause: reason });
}
