/** Milliseconds, the rest cut off as Prometheus does. */
export function nsToMs(timeNs: bigint): number {
  return Number(timeNs / 1_000_000n);
}
