import type { Labels } from '@tocsin/protocol/labels/labels.ts';

/**
 * Float series as they are stored, for another thread to decode: a plain value, all of whose columns are handed over. The samples of a
 * series are those of its pieces, put together, in (minTimestampMs, maxTimestampMs].
 */
export interface LentSeries {
  readonly minTimestampMs: number;
  readonly maxTimestampMs: number;
  /** What annotations say of a series: its name and type; each once. */
  readonly labels: readonly Labels[];
  /** By series, the place of its labels. */
  readonly labelsOf: Uint32Array<ArrayBuffer>;
  /** By series, where its pieces end. */
  readonly pieceEnds: Uint32Array<ArrayBuffer>;
  /** PIECE_FIELDS numbers a piece. */
  readonly pieces: Int32Array<ArrayBuffer>;
  /** What the timestamps of pieces are relative to. */
  readonly basesMs: Float64Array<ArrayBuffer>;
  /** Encoded timestamps and values. */
  readonly bytes: Uint8Array<ArrayBuffer>;
  /** Timestamps and values that are not encoded yet. */
  readonly openOffsets: Float64Array<ArrayBuffer>;
  readonly openValues: Float64Array<ArrayBuffer>;
}

/** The fields of a piece: how many samples, which base, and where its two columns are. */
export const PIECE_FIELDS = 6;
export const SAMPLES = 0;
export const BASE = 1;
export const TIMES_START = 2;
/** OPEN for a piece that is not encoded: its columns then start in `openOffsets` and `openValues`. */
export const TIMES_END = 3;
export const VALUES_START = 4;
export const VALUES_END = 5;
export const OPEN = -1;

/** The buffers of lent series. */
export function buffersOfLent(lent: LentSeries): ArrayBuffer[] {
  const { labelsOf, pieceEnds, pieces, basesMs, bytes, openOffsets, openValues } = lent;
  return [labelsOf, pieceEnds, pieces, basesMs, bytes, openOffsets, openValues].map(({ buffer }) => buffer);
}
