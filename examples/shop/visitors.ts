/** Who was here lately. */
export interface Visitors {
  seen(visitor: string): void;
  count(): number;
}

const ACTIVE_MS = 60_000;
const VISITORS_MAX = 20_000;

export function createVisitors(now: () => number): Visitors {
  const lastSeen = new Map<string, number>();
  const forgetOld = (): void => {
    // Oldest first, because each visit moves its visitor to the end.
    for (const [visitor, seenMs] of lastSeen) {
      if (now() - seenMs <= ACTIVE_MS && lastSeen.size <= VISITORS_MAX) return;
      lastSeen.delete(visitor);
    }
  };
  return {
    seen(visitor) {
      lastSeen.delete(visitor);
      lastSeen.set(visitor, now());
      if (lastSeen.size > VISITORS_MAX) forgetOld();
    },
    count() {
      forgetOld();
      return lastSeen.size;
    },
  };
}
