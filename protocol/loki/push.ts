import type { Labels } from '../labels/labels.ts';

/** A push request (POST /loki/api/v1/push). */
export interface LokiPush {
  readonly streams: readonly LokiStream[];
  /** Streams that could not be read, each with the reason; the others are good. */
  readonly refused: readonly RefusedStream[];
}

export interface LokiStream {
  readonly labels: Labels;
  readonly entries: readonly LokiEntry[];
}

export interface LokiEntry {
  /** Nanoseconds since the epoch. */
  readonly timestampNs: bigint;
  readonly line: string;
  readonly structuredMetadata: Labels;
}

export interface RefusedStream {
  readonly reason: string;
  readonly entries: number;
}
