import { encodeSnappy } from '@tocsin/protocol/snappy/encode.ts';
import { type MixedSeries, SERIES_OF_INSTANCE } from './mixed-series.ts';

export const STEP_MS = 15_000;
export const SERIES_OF_REQUEST = 1_250;
// Tags, lengths and the sample around a series' labels.
const OVERHEAD_BYTES_MAX = 64;
const SAMPLE_BYTES_MAX = 2 + 9 + 8;

/** A request of the series in [from, to), one sample each. */
export interface TickRequest {
  readonly from: number;
  readonly to: number;
  /** Of the scrape round; each series has its own moment in the step that ends then. */
  readonly timeMs: number;
  readonly body: Uint8Array;
}

/** Which of a tick's requests this is: as a sender's queue, it always has the same series. */
export function shardOf({ from }: Pick<TickRequest, 'from'>): number {
  return Math.floor(from / SERIES_OF_REQUEST);
}

/**
 * Snappy-compressed remote write 1.0 requests as Prometheus sends them: tick by tick, one sample for each series and
 * request. The last tick is at `endMs`.
 */
export function* tickRequests(
  series: MixedSeries,
  ticks: number,
  endMs: number,
  stepMs = STEP_MS,
): Generator<TickRequest> {
  for (let tick = 0; tick < ticks; tick++) {
    const timeMs = endMs - (ticks - 1 - tick) * stepMs;
    for (let from = 0; from < series.count; from += SERIES_OF_REQUEST) {
      const to = Math.min(series.count, from + SERIES_OF_REQUEST);
      if (tick > 0) series.step(from, to);
      yield { from, to, timeMs, body: encodeSnappy(encodeTick(series, from, to, timeMs, stepMs)) };
    }
  }
}

/** When the series was scraped in the round at `timeMs`. */
export function timestampOf(series: number, timeMs: number, stepMs: number): number {
  return timeMs - stepMs + ((Math.floor(series / SERIES_OF_INSTANCE) * 7_919) % stepMs);
}

/** Written by hand from labels that are bytes already, because a million series are encoded for each tick. */
export function encodeTick(
  series: MixedSeries,
  from: number,
  to: number,
  timeMs: number,
  stepMs: number,
): Uint8Array {
  let capacity = 0;
  for (let i = from; i < to; i++) capacity += series.labelBytes(i).length + OVERHEAD_BYTES_MAX;
  const bytes = new Uint8Array(capacity);
  const sample = new Uint8Array(SAMPLE_BYTES_MAX);
  const sampleView = new DataView(sample.buffer);
  let at = 0;
  for (let i = from; i < to; i++) {
    const labels = series.labelBytes(i);
    sample[0] = 0x09;
    sampleView.setFloat64(1, series.values[i]!, true);
    sample[9] = 0x10;
    const size = writeVarint(sample, 10, timestampOf(i, timeMs, stepMs));
    bytes[at++] = 0x0a;
    at = writeVarint(bytes, at, labels.length + 2 + size);
    bytes.set(labels, at);
    at += labels.length;
    bytes[at++] = 0x12;
    bytes[at++] = size;
    for (let k = 0; k < size; k++) bytes[at++] = sample[k]!;
  }
  return bytes.subarray(0, at);
}

/** Returns where it ends. */
function writeVarint(target: Uint8Array, start: number, value: number): number {
  let at = start;
  let rest = value;
  while (rest >= 0x80) {
    target[at++] = (rest % 0x80) | 0x80;
    rest = Math.floor(rest / 0x80);
  }
  target[at++] = rest;
  return at;
}
