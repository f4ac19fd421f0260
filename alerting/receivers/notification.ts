import type { Labels } from '@tocsin/protocol/labels/labels.ts';

/** What a receiver is told at one flush of a group. */
export interface Notification {
  readonly receiver: string;
  readonly groupKey: string;
  readonly groupLabels: Labels;
  readonly status: 'firing' | 'resolved';
  readonly alerts: readonly NotifiedAlert[];
  /** Of the page; without a slash at the end. */
  readonly externalUrl: string;
  /** When it was decided; milliseconds since the epoch. */
  readonly timeMs: number;
  /** Why now. */
  readonly reason: string;
}

export interface NotifiedAlert {
  readonly status: 'firing' | 'resolved';
  readonly labels: Labels;
  readonly annotations: Labels;
  readonly startsAtMs: number;
  readonly endsAtMs: number | null;
  readonly generatorUrl: string;
  readonly fingerprint: string;
  /** The expression's value; null for alerts that came without one. */
  readonly value: number | null;
}
