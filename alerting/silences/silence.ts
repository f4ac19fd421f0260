import type { Matcher } from '@tocsin/protocol/matchers/matcher.ts';

/** Alertmanager's silence. Times are milliseconds since the epoch. */
export interface Silence {
  readonly id: string;
  readonly matchers: readonly Matcher[];
  readonly startsAtMs: number;
  readonly endsAtMs: number;
  readonly updatedAtMs: number;
  readonly createdBy: string;
  readonly comment: string;
  readonly annotations: Readonly<Record<string, string>>;
}

export type SilenceState = 'active' | 'pending' | 'expired';

export function silenceStateAt(
  silence: Pick<Silence, 'startsAtMs' | 'endsAtMs'>,
  timeMs: number,
): SilenceState {
  if (timeMs >= silence.endsAtMs) return 'expired';
  return timeMs < silence.startsAtMs ? 'pending' : 'active';
}
