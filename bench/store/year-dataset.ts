import { type Labels, labelsFromObject } from '@tocsin/protocol/labels/labels.ts';
import { encodeWriteRequestV1 } from '@tocsin/protocol/remote-write/encode-v1.ts';
import { encodeSnappy } from '@tocsin/protocol/snappy/encode.ts';
import { createSeededRandom } from '@tocsin/runtime/testing/seeded-random.ts';
import { hostLabels, METHODS, PATHS, STATUSES } from '../dataset/host-labels.ts';
import { STEP_MS } from './tick-requests.ts';

export const DAY_MS = 24 * 3_600_000;
export const YEAR_METRIC = 'http_requests_total';
const TICKS_OF_REQUEST = (6 * 3_600_000) / STEP_MS;
// A process is started anew about every two weeks.
const RESET_CHANCE = STEP_MS / (14 * DAY_MS);

export interface YearDataset {
  readonly series: number;
  readonly days: number;
  /** The midnight (UTC) of the first and of the last sample. */
  readonly startMs: number;
  readonly endMs: number;
  /** Compressed remote write 1.0 requests, in the order of time; the same for every target. */
  bodies(): Generator<Uint8Array>;
}

/** Counters scraped every 15 s at moments of their own, with resets, up to the last midnight before `nowMs`. */
export function createYearDataset(series: number, days: number, nowMs: number): YearDataset {
  const endMs = Math.floor(nowMs / DAY_MS) * DAY_MS;
  const startMs = endMs - days * DAY_MS;
  return {
    series,
    days,
    startMs,
    endMs,
    *bodies() {
      const random = createSeededRandom(1);
      const labels = Array.from({ length: series }, (_, i) => labelsOf(i));
      const last = new Float64Array(series);
      const timestampsMs = new Float64Array(TICKS_OF_REQUEST);
      const values = labels.map(() => new Float64Array(TICKS_OF_REQUEST));
      for (let fromMs = startMs; fromMs < endMs; fromMs += TICKS_OF_REQUEST * STEP_MS) {
        const batch = labels.map((one, i) => {
          const offsetMs = (i * 7_919) % STEP_MS;
          for (let tick = 0; tick < TICKS_OF_REQUEST; tick++) {
            if (random.next() < RESET_CHANCE) last[i] = 0;
            last[i]! += Math.floor(random.next() * 50);
            values[i]![tick] = last[i]!;
            timestampsMs[tick] = fromMs + offsetMs + tick * STEP_MS;
          }
          return { labels: one, timestampsMs: timestampsMs.slice(), values: values[i]! };
        });
        yield encodeSnappy(encodeWriteRequestV1(batch));
      }
    },
  };
}

function labelsOf(series: number): Labels {
  return labelsFromObject({
    __name__: YEAR_METRIC,
    ...hostLabels(series),
    method: METHODS[series % METHODS.length]!,
    path: `/api/v2/${PATHS[series % PATHS.length]!}`,
    status: STATUSES[series % STATUSES.length]!,
  });
}
