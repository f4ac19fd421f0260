const UNITS_MS = [
  ['y', 365 * 24 * 3_600_000],
  ['w', 7 * 24 * 3_600_000],
  ['d', 24 * 3_600_000],
  ['h', 3_600_000],
  ['m', 60_000],
  ['s', 1_000],
  ['ms', 1],
] as const;

/** Prometheus' longest duration: 2^63 - 1 ns, about 292 years. */
export const DURATION_MAX_MS = 9_223_372_036_854;

/**
 * A duration as Prometheus writes it (`1h30m`, `15s`, `250ms`, `0`; units in falling order, each once), in
 * milliseconds; null when it is none. Source: prometheus/common model.ParseDuration.
 */
export function parseDurationMs(text: string): number | null {
  if (text === '0') return 0;
  const match = /^(?:(\d+)y)?(?:(\d+)w)?(?:(\d+)d)?(?:(\d+)h)?(?:(\d+)m)?(?:(\d+)s)?(?:(\d+)ms)?$/.exec(text);
  if (!match || text === '') return null;
  let total = 0;
  for (const [index, [, unitMs]] of UNITS_MS.entries()) total += Number(match[index + 1] ?? 0) * unitMs;
  return total <= DURATION_MAX_MS ? total : null;
}

/** The shortest exact form; years and weeks only when nothing smaller is left, as Prometheus writes it. */
export function formatDurationMs(durationMs: number): string {
  if (durationMs === 0) return '0s';
  let rest = Math.abs(Math.round(durationMs));
  let text = durationMs < 0 ? '-' : '';
  for (const [unit, unitMs] of UNITS_MS) {
    if ((unit === 'y' || unit === 'w') && rest % unitMs !== 0) continue;
    const count = Math.floor(rest / unitMs);
    if (count > 0) text += `${count}${unit}`;
    rest -= count * unitMs;
  }
  return text;
}
