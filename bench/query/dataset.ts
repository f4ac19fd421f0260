import { type Labels, labelsFromObject } from '@tocsin/protocol/labels/labels.ts';
import { encodeWriteRequestV1 } from '@tocsin/protocol/remote-write/encode-v1.ts';
import type { WriteSeries } from '@tocsin/protocol/series/write-series.ts';
import { encodeSnappy } from '@tocsin/protocol/snappy/encode.ts';
import { createSeededRandom } from '@tocsin/runtime/testing/seeded-random.ts';
import { BOUNDS, hostLabels, METHODS, PATHS, STATUSES } from '../dataset/host-labels.ts';

/** What an instance shows: 10 counters, 10 buckets of a histogram, a gauge. */
const SERIES_OF_INSTANCE = 21;
const STEP_MS = 15_000;
const TICKS_OF_REQUEST = 50;
const INSTANCES_OF_REQUEST = 12;

export interface Dataset {
  readonly series: number;
  readonly ticks: number;
  /** Of the last samples, seconds since the epoch. */
  readonly endSeconds: number;
  /** Compressed remote write 1.0 requests, in the order they are to be sent. The same for every target. */
  bodies(): Generator<Uint8Array>;
}

/** Instances scraped every 15 s at moments of their own; what they show is random and the same every time. */
export function createDataset(instances: number, ticks: number, endMs: number): Dataset {
  const startMs = endMs - ticks * STEP_MS;
  return {
    series: instances * SERIES_OF_INSTANCE,
    ticks,
    endSeconds: Math.floor(endMs / 1000) - 15,
    *bodies() {
      const random = createSeededRandom(1);
      const values = new Float64Array(instances * SERIES_OF_INSTANCE);
      const labels = Array.from(values, (_value, i) =>
        labelsOf(Math.floor(i / SERIES_OF_INSTANCE), i % SERIES_OF_INSTANCE),
      );
      for (let tick = 0; tick < ticks; tick += TICKS_OF_REQUEST) {
        const count = Math.min(TICKS_OF_REQUEST, ticks - tick);
        for (let first = 0; first < instances; first += INSTANCES_OF_REQUEST) {
          const batch: WriteSeries[] = [];
          for (let one = first; one < Math.min(instances, first + INSTANCES_OF_REQUEST); one++) {
            const offsetMs = (one * 7_919) % STEP_MS;
            const timestampsMs = Float64Array.from(
              { length: count },
              (_, i) => startMs + offsetMs + (tick + i) * STEP_MS,
            );
            batch.push(...instanceSamples(one, labels, values, timestampsMs, () => random.next()));
          }
          yield encodeSnappy(encodeWriteRequestV1(batch));
        }
      }
    },
  };
}

function instanceSamples(
  instance: number,
  labels: readonly Labels[],
  last: Float64Array,
  timestampsMs: Float64Array,
  random: () => number,
): WriteSeries[] {
  const first = instance * SERIES_OF_INSTANCE;
  const columns = Array.from({ length: SERIES_OF_INSTANCE }, () => new Float64Array(timestampsMs.length));
  for (let tick = 0; tick < timestampsMs.length; tick++) {
    let observations = 0;
    for (let i = 0; i < SERIES_OF_INSTANCE; i++) {
      if (i < 10) last[first + i]! += Math.floor(random() * 40);
      else if (i < 20) {
        // Buckets are cumulative: each grows by what those below it grew, and its own.
        observations += Math.floor(random() * 6);
        last[first + i]! += observations;
      } else last[first + i] = Math.round(random() * 10_000) / 10_000;
      columns[i]![tick] = last[first + i]!;
    }
  }
  return columns.map((values, i) => ({ labels: labels[first + i]!, timestampsMs, values }));
}

function labelsOf(instance: number, series: number): Labels {
  const common = hostLabels(instance);
  if (series === 20) return labelsFromObject({ ...common, __name__: 'cpu' });
  if (series >= 10)
    return labelsFromObject({
      ...common,
      __name__: 'http_request_duration_seconds_bucket',
      path: '/api/v2/orders',
      le: BOUNDS[series - 10]!,
    });
  return labelsFromObject({
    ...common,
    __name__: 'http_requests_total',
    path: `/api/v2/${PATHS[series]!}`,
    method: METHODS[series % METHODS.length]!,
    status: STATUSES[series % STATUSES.length]!,
  });
}
