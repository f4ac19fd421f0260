let offsetMs = 0;

/** The server's time. A browser whose clock is wrong would otherwise ask for a range that has no data yet. */
export const serverNow = (): number => Date.now() + offsetMs;

/** Takes note of what the server's clock said at a moment of this browser's. */
export function noteServerTime(serverMs: number, hereMs: number): void {
  if (Number.isNaN(serverMs)) return;
  const offset = serverMs - hereMs;
  // Less is explained by the header's resolution and a slow answer.
  offsetMs = Math.abs(offset) > 5_000 ? offset : 0;
}
