import { labelsFromObject } from '@tocsin/protocol/labels/labels.ts';
import { encodeLabels } from '@tocsin/protocol/remote-write/label-bytes.ts';
import type { Random } from '@tocsin/runtime/random.ts';
import { createSeededRandom } from '@tocsin/runtime/testing/seeded-random.ts';
import { BOUNDS, hostLabels, METHODS, PATHS, STATUSES } from '../dataset/host-labels.ts';
import {
  CONSTANT,
  COUNTER,
  FOUR_DECIMALS,
  FULL_DOUBLE,
  TWO_DECIMALS,
  type ValueClass,
} from './value-class.ts';

/** Half integer counters (20 of 25 with the names that HTTP servers use), then the others. */
const CLASSES_OF_INSTANCE: readonly ValueClass[] = [
  ...Array<ValueClass>(25).fill(COUNTER),
  ...Array<ValueClass>(6).fill(TWO_DECIMALS),
  ...Array<ValueClass>(4).fill(FOUR_DECIMALS),
  ...Array<ValueClass>(8).fill(CONSTANT),
  ...Array<ValueClass>(7).fill(FULL_DOUBLE),
];
export const SERIES_OF_INSTANCE = CLASSES_OF_INSTANCE.length;

/** Series as hosts expose them, each with 7 labels (8 with a bucket's bound), and what they show at this moment. */
export class MixedSeries {
  readonly count: number;
  readonly values: Float64Array;
  readonly #spreads: Float64Array;
  readonly #random: Random;
  readonly #only: ValueClass | null;
  #labelBytes = new Uint8Array(1 << 20);
  readonly #labelEnds: Float64Array;

  /** With `only`, all values are of that class, under the names they would have had. */
  constructor(count: number, seed: number, only: ValueClass | null = null) {
    this.count = count;
    this.values = new Float64Array(count);
    this.#spreads = new Float64Array(count);
    this.#labelEnds = new Float64Array(count + 1);
    this.#random = createSeededRandom(seed);
    this.#only = only;
    for (let series = 0; series < count; series++) {
      this.#addLabels(series);
      const { value, spread } = this.classOf(series).first(this.#random);
      this.values[series] = value;
      this.#spreads[series] = spread;
    }
  }

  classOf(series: number): ValueClass {
    return this.#only ?? CLASSES_OF_INSTANCE[series % SERIES_OF_INSTANCE]!;
  }

  /** As in a remote write 1.0 TimeSeries, to be read at once. */
  labelBytes(series: number): Uint8Array {
    return this.#labelBytes.subarray(this.#labelEnds[series]!, this.#labelEnds[series + 1]!);
  }

  /** Goes on to what the series in [from, to) show next. */
  step(from: number, to: number): void {
    for (let series = from; series < to; series++)
      this.values[series] = this.classOf(series).next(
        this.values[series]!,
        this.#spreads[series]!,
        this.#random,
      );
  }

  /** Of the step that led to the series' value. */
  entropyBits(series: number): number {
    return this.classOf(series).entropyBits(this.values[series]!, this.#spreads[series]!);
  }

  #addLabels(series: number): void {
    const bytes = encodeLabels(labelsFromObject(labelsOf(series)));
    const start = this.#labelEnds[series]!;
    const end = start + bytes.length;
    if (end > this.#labelBytes.length) {
      const larger = new Uint8Array(this.#labelBytes.length * 2);
      larger.set(this.#labelBytes);
      this.#labelBytes = larger;
    }
    this.#labelBytes.set(bytes, start);
    this.#labelEnds[series + 1] = end;
  }
}

/** The metrics that `count` series have, without repetition. */
export function metricNames(count: number): string[] {
  const names = Array.from({ length: Math.min(count, SERIES_OF_INSTANCE) }, (_, at) => nameOf(at));
  return [...new Set(names)];
}

function nameOf(at: number): string {
  if (at < 10) return 'http_requests_total';
  if (at < 20) return 'http_request_duration_seconds_bucket';
  return at < 25 ? `host_events_${at}_total` : `host_state_${at}`;
}

export function labelsOf(series: number): Record<string, string> {
  const at = series % SERIES_OF_INSTANCE;
  return {
    __name__: nameOf(at),
    ...hostLabels(Math.floor(series / SERIES_OF_INSTANCE)),
    method: METHODS[at % METHODS.length]!,
    path: `/api/v2/${PATHS[at % PATHS.length]!}`,
    status: STATUSES[at % STATUSES.length]!,
    ...(at >= 10 && at < 20 && { le: BOUNDS[at - 10]! }),
  };
}
