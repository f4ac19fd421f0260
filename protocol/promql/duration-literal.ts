const DURATION = /^(?:(\d+)y)?(?:(\d+)w)?(?:(\d+)d)?(?:(\d+)h)?(?:(\d+)m(?!s))?(?:(\d+)s)?(?:(\d+)ms)?$/;
const UNITS_MS = [31_536_000_000, 604_800_000, 86_400_000, 3_600_000, 60_000, 1000, 1] as const;
const UNIT_NAMES = ['y', 'w', 'd', 'h', 'm', 's', 'ms'] as const;

/** Prometheus' longest duration: 2^63 - 1 ns, about 292 years. */
export const DURATION_MAX_MS = 9_223_372_036_854;

/** Milliseconds of `1h30m`, `500ms`; null when it is not a duration. Units go from large to small, each once. */
export function parseDurationLiteral(text: string): number | null {
  if (text === '0') return 0;
  const match = DURATION.exec(text);
  if (match === null || text === '') return null;
  let total = 0;
  for (let i = 0; i < UNITS_MS.length; i++) total += Number(match[i + 1] ?? 0) * UNITS_MS[i]!;
  return total > DURATION_MAX_MS ? null : total;
}

/** The shortest way Prometheus writes it: years and weeks only when they alone say it. */
export function formatDurationLiteral(milliseconds: number): string {
  if (milliseconds === 0) return '0s';
  let rest = Math.abs(milliseconds);
  let text = milliseconds < 0 ? '-' : '';
  for (let i = 0; i < UNITS_MS.length; i++) {
    const unit = UNITS_MS[i]!;
    const onlyExact = i < 2 || UNIT_NAMES[i] === 'd';
    if (rest === 0 || rest < unit || (onlyExact && i < 2 && rest % unit !== 0)) continue;
    text += `${Math.floor(rest / unit)}${UNIT_NAMES[i]}`;
    rest %= unit;
  }
  return text;
}
